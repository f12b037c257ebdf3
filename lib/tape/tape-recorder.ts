import { SYSTEM_CLOCK, type Clock } from '../time/clock';
import { CodePage } from '../dialog/code-page';
import type { DialogEvent } from '../dialog/dialog-event';
import { VERSION } from '../package/root';
import { HiddenTexts } from './hidden-texts';
import type { RasTransaction } from '../rasman/transaction';
import type { DialogReport } from '../policy/dialog-report';
import type { Tape, TapeEvent, TapeHeader, TapeMoment, TapeText } from './tape';

/** Bytes that a tape may take in memory. A caller who floods gets no more. */
const CAPACITY = 0x10000;

/** About what the memory of an event takes besides its text. */
const EVENT_SIZE = 64;

/** How {@link TapeRecorder} records. */
export interface RecorderOptions {
  /** The one that the dialog lives in. Default: the system's. */
  readonly clock?: Clock;
  /** That of the policy. Default: ASCII. */
  readonly codePage?: CodePage;
}

/** Bytes that the policy received by itself, in the pieces in which they came. */
interface Received {
  readonly t: number;
  readonly pieces: Buffer[];
}

/**
 * Records one dialog. Copies of secrets are kept, in memory that is wiped, until the dialog is
 * over: only then is it known what must not be read anywhere in the tape.
 *
 * @example
 * ```ts
 * const recorder = new TapeRecorder(transaction, { codePage });
 * await runDialog(transaction, policy, (report) => { ended = report; }, { observe: recorder.observe });
 * await writeTape('dialog.tape', recorder.finish(ended));
 * ```
 */
export class TapeRecorder {
  readonly #clock: Clock;
  readonly #began: number;
  readonly #header: TapeHeader;
  readonly #hidden: HiddenTexts;
  readonly #events: TapeEvent[] = [];
  #received: Received | undefined;
  #size = 0;
  #over = false;

  /** Begins: the transaction has just started. */
  constructor(transaction: RasTransaction, options: RecorderOptions = {}) {
    const { clock = SYSTEM_CLOCK, codePage = new CodePage('ascii') } = options;
    this.#clock = clock;
    this.#began = clock.now();
    this.#hidden = new HiddenTexts(codePage);
    this.#header = {
      rasshost: VERSION,
      started: clock.date().toISOString(),
      device: deviceName(transaction),
      sendBuffer: transaction.sendBuffer.length,
      receiveBuffer: transaction.receiveBuffer.length,
      budgetMs: Math.round(transaction.budgetSeconds * 1000),
    };
  }

  /** For {@link DialogOptions.observe}. What comes after {@link finish} is not recorded. */
  readonly observe = (event: DialogEvent): void => {
    if (this.#over || this.#size > CAPACITY) return;
    const t = this.#t();
    this.#size += EVENT_SIZE + sizeOf(event);
    if (this.#size > CAPACITY) {
      this.#endReceived();
      this.#events.push({ t, event: 'cut' });
    } else if (event.kind === 'received') {
      this.#received ??= { t, pieces: [] };
      this.#received.pieces.push(Buffer.alloc(event.bytes.length, event.bytes));
    } else {
      this.#endReceived();
      this.#events.push({ t, ...this.#taped(event) });
    }
  };

  /** Ends the recording, and wipes what was kept of secrets. To be called once. */
  finish(report: DialogReport): Tape {
    this.#over = true;
    this.#endReceived();
    const t = this.#t();
    const events = [...this.#events, { t, ...outcomeOf(report) }];
    const tape = { header: this.#header, events: this.#withoutSecrets(events) };
    this.#hidden.wipe();
    return tape;
  }

  #t(): number {
    return Math.floor(this.#clock.now() - this.#began);
  }

  #taped(event: Exclude<DialogEvent, { readonly kind: 'received' }>): TapeMoment {
    switch (event.kind) {
      case 'shown':
        return { event: 'shown', text: event.text };
      case 'shown-secret':
        return { event: 'shown-secret', ...this.#hidden.hideLine('pin', event.bytes) };
      case 'asked':
        return { event: 'asked', secret: event.secret };
      case 'answered':
        return { event: 'answered', text: event.line };
      case 'answered-secret':
        return { event: 'answered-secret', ...this.#hidden.hideLine(event.as, event.bytes) };
      case 'unanswered':
        return { event: 'unanswered', why: event.why };
    }
  }

  /** One event of all the pieces: how many they are says how many bytes they have. */
  #endReceived(): void {
    if (!this.#received) return;
    const { t, pieces } = this.#received;
    this.#received = undefined;
    const bytes = Buffer.alloc(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      at += piece.copy(bytes, at);
      piece.fill(0);
    }
    this.#events.push({ t, event: 'received', ...this.#hidden.hideReceived(bytes) });
    bytes.fill(0);
  }

  #withoutSecrets(events: readonly TapeEvent[]): TapeEvent[] {
    const shown = this.#hiddenInShown(events);
    const hide = (text: TapeText): TapeText =>
      typeof text === 'string' ? this.#hidden.hide(text) : text;
    return events.map((event) => {
      if (event.event === 'shown') return { ...event, text: shown.get(event) ?? '' };
      if ('text' in event) return { ...event, text: hide(event.text) };
      if (!('userName' in event)) return event;
      return { ...event, userName: hide(event.userName), domain: hide(event.domain) };
    });
  }

  /**
   * What may be read of the texts that were shown. Those with nothing but received bytes in between
   * are one text on the caller's screen: a policy may echo what it receives.
   */
  #hiddenInShown(events: readonly TapeEvent[]): ReadonlyMap<TapeEvent, TapeText> {
    const hidden = new Map<TapeEvent, TapeText>();
    let together: { event: TapeEvent; text: string }[] = [];
    const hide = (): void => {
      const texts = this.#hidden.hideAcross(together.map(({ text }) => text));
      for (const [index, { event }] of together.entries()) hidden.set(event, texts[index] ?? '');
      together = [];
    };
    for (const event of events) {
      if (event.event === 'shown' && typeof event.text === 'string') {
        together.push({ event, text: event.text });
      } else if (event.event !== 'received' && event.event !== 'unanswered') hide();
    }
    hide();
    return hidden;
  }
}

function outcomeOf({ outcome, message, endedBy }: DialogReport): TapeMoment {
  if (message && (outcome === 'success' || outcome === 'failure')) {
    const { userName, domain } = message;
    return { event: 'outcome', outcome, userName, domain };
  }
  if (message && outcome === 'error') return { event: 'outcome', outcome, dwError: message.error };
  const why = endedBy === 'deadline' ? 'deadline' : 'hung-up';
  return { event: 'outcome', outcome: 'ended', why };
}

function sizeOf(event: DialogEvent): number {
  if ('bytes' in event) return event.bytes.length;
  if ('text' in event) return event.text.length;
  return 'line' in event ? event.line.length : 0;
}

function deviceName(transaction: RasTransaction): string {
  try {
    return transaction.getInfo().deviceName;
  } catch {
    // The dialog will meet the same error, and is to be held and recorded all the same.
    return '';
  }
}
