import type { Clock } from '../time/clock';
import { DialogTimeout } from './errors';
import type { Line } from './line';
import type { Output } from './output';
import type { Scope } from './scope';

/**
 * The longest Receive in a scope that may end while the conversation goes on. A Receive can't be
 * taken back, and no Send is allowed during it (SD-22). So the next text waits for so long at most.
 */
const SLICE_SECONDS = 2;

/** Listens to the caller, within the bounds of a scope. */
export class Listener {
  readonly #line: Line;
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #talkUntil: number;

  /** @param talkUntil - when nobody may listen any more, on the clock */
  constructor(line: Line, output: Output, clock: Clock, talkUntil: number) {
    this.#line = line;
    this.#output = output;
    this.#clock = clock;
    this.#talkUntil = talkUntil;
  }

  /** What was typed before anybody asked, at most `length` bytes; undefined when there is nothing. */
  typedAhead(length: number): Uint8Array | undefined {
    const { typeAhead } = this.#line;
    return typeAhead.length > 0 ? typeAhead.take(length) : undefined;
  }

  /**
   * At least one byte, at most `length`. By one Receive, because a genuine server may lose what
   * comes at the moment of a time-out; in a scope that ends early by as many short ones as it takes.
   * Between two of those, what has been shown beside the question is sent.
   *
   * @param timeoutSeconds - whole seconds; 0: until the end of the scope
   * @throws {@link DialogTimeout} when none came in time
   */
  async receive(length: number, timeoutSeconds: number, scope: Scope): Promise<Uint8Array> {
    const end = Math.min(scope.until, this.#talkUntil);
    const until = timeoutSeconds === 0 ? end : Math.min(end, this.#now + timeoutSeconds * 1000);
    for (;;) {
      scope.signal.throwIfAborted();
      const seconds = scope.endsEarly
        ? this.#sliceSeconds(until)
        : this.#secondsUntil(end, timeoutSeconds);
      const bytes = await this.#line.receive(length, seconds);
      if (scope.signal.aborted) {
        // The one who asked has gone. The bytes are for the next one who asks.
        this.#line.typeAhead.push(bytes);
        throw scope.signal.reason;
      }
      if (bytes.length > 0) return bytes;
      if (!scope.endsEarly || this.#now >= until) {
        throw new DialogTimeout('the caller did not answer in time');
      }
      await this.#output.flush();
      // The Receives between its Sends may have brought some.
      const early = this.typedAhead(length);
      if (early) return early;
    }
  }

  /**
   * Drops what the caller has typed, until nothing has come for a second. The server keeps what came
   * early. Only a Receive that times out shows that there is no more of it.
   *
   * @param onByte - told of each byte that is dropped
   * @param most - bytes to drop; a caller who floods is listened to after these
   */
  async dropTyped(
    until: number,
    scope: Scope,
    most: number,
    onByte: (byte: number) => void,
  ): Promise<void> {
    for (let dropped = 0; dropped < most; dropped++) {
      scope.signal.throwIfAborted();
      if (this.#now >= Math.min(until, scope.until, this.#talkUntil)) {
        throw new DialogTimeout('the caller did not stop typing in time');
      }
      const [byte] = this.typedAhead(1) ?? (await this.#line.receive(1, 1));
      if (byte === undefined) return;
      onByte(byte);
    }
  }

  get #now(): number {
    return this.#clock.now();
  }

  /** Of one Receive, in whole seconds: not after the end of the scope, nor beyond what was asked. */
  #secondsUntil(end: number, timeoutSeconds: number): number {
    const leftMs = end - this.#now;
    if (leftMs <= 0) throw new DialogTimeout('the time for the dialog is used up');
    // 0 would be no limit at all; the dialog always has one.
    const left = Math.max(1, Math.floor(leftMs / 1000));
    return timeoutSeconds === 0 ? left : Math.min(timeoutSeconds, left);
  }

  #sliceSeconds(until: number): number {
    const leftMs = until - this.#now;
    if (leftMs <= 0) throw new DialogTimeout('the time for this part of the dialog is used up');
    return Math.min(SLICE_SECONDS, Math.max(1, Math.round(leftMs / 1000)));
  }
}
