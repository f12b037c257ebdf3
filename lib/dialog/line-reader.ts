import type { Clock } from '../time/clock';
import type { CodePage } from './code-page';
import type { DialogEvent } from './dialog-event';
import { CallerCancelled, CallerStartedPpp, DialogTimeout } from './errors';
import { LineEditor, type EditorEvent } from './line-editor';
import type { Listener } from './listener';
import type { Output } from './output';
import type { Question } from './question';
import type { Scope } from './scope';

/** Keys that are dropped before a question at most. */
const MOST_DROPPED = 4096;

/** What a {@link LineReader} works with. */
export interface LineReaderParts {
  readonly output: Output;
  readonly listener: Listener;
  readonly clock: Clock;
  readonly codePage: CodePage;
  readonly observe: (event: DialogEvent) => void;
}

/** Asks for lines: prompt, echo, time-outs; asks again after a line that is empty or too long. */
export class LineReader {
  readonly #parts: LineReaderParts;
  readonly #editor: LineEditor;

  constructor(parts: LineReaderParts) {
    this.#parts = parts;
    this.#editor = new LineEditor(parts.codePage);
  }

  /** The line. The receiver owns the memory, and wipes it. */
  async read(question: Question, scope: Scope): Promise<Buffer> {
    const { output, clock, codePage, observe } = this.#parts;
    const { prompt, echo, maxLength, allowEmpty, tries } = question;
    const promptBytes = codePage.encode(prompt);
    const tooLong = codePage.encode(question.tooLong);
    const until = clock.now() + question.timeoutSeconds * 1000;

    if (question.flushTypeAhead) await this.#dropTypeAhead(until, scope);
    observe({ kind: 'shown', text: prompt });
    observe({ kind: 'asked', secret: echo !== 'typed' });
    for (;;) {
      output.add(promptBytes);
      this.#editor.start({ maxLength, echo });
      const line = await this.#readLine(until, question.idleSeconds, scope);
      if (line === undefined) output.add(tooLong);
      else if (line.length > 0 || allowEmpty) return line;
      tries.fail();
    }
  }

  /** Overwrites what has been typed of a line. */
  wipe(): void {
    this.#editor.wipe();
  }

  /** Undefined for a line that is too long. */
  async #readLine(until: number, idleSeconds: number, scope: Scope): Promise<Buffer | undefined> {
    const { output, listener } = this.#parts;
    for (;;) {
      // A byte at a time is right with every server.
      let bytes = listener.typedAhead(1);
      if (!bytes) {
        await output.flush();
        // Whose Receives may have brought some.
        bytes = listener.typedAhead(1);
      }
      bytes ??= await listener.receive(1, this.#secondsLeft(until, idleSeconds), scope);
      const { echo, event } = this.#editor.feed(bytes[0] ?? 0);
      bytes.fill(0);
      output.add(echo);
      if (event?.kind === 'line') return event.line;
      if (event?.kind === 'too-long') return undefined;
      throwUnlessLine(event);
    }
  }

  /** A secret must not be the rest of what was typed for another question. */
  async #dropTypeAhead(until: number, scope: Scope): Promise<void> {
    await this.#parts.output.flush();
    this.#editor.start({ maxLength: 0, echo: 'none' });
    await this.#parts.listener.dropTyped(until, scope, MOST_DROPPED, (byte) => {
      if (this.#editor.feed(byte).event?.kind === 'ppp') throw callerStartedPpp();
    });
  }

  #secondsLeft(until: number, idleSeconds: number): number {
    const left = Math.ceil((until - this.#parts.clock.now()) / 1000);
    if (left <= 0) throw new DialogTimeout('the caller did not finish the line in time');
    return Math.min(left, idleSeconds);
  }
}

function throwUnlessLine(event: EditorEvent | undefined): void {
  if (event?.kind === 'ppp') throw callerStartedPpp();
  if (event?.kind === 'cancelled') throw new CallerCancelled('the caller has pressed Ctrl-C');
}

function callerStartedPpp(): CallerStartedPpp {
  return new CallerStartedPpp('PPP frames came instead of an answer');
}
