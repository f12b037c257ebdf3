import { SYSTEM_CLOCK } from './clock';
import type { VirtualClock } from './virtual-clock';

/** Turns of the event loop in which nothing happens until it is quiet. */
const QUIET_TURNS = 10;

/** How often something real is looked after. */
const POLL_MS = 2;

// As they were when this module was loaded: a test may replace them to fake time of its own.
const { performance, setImmediate, setTimeout } = globalThis;

/** What {@link PassingTime} must know about a call. */
export interface CallInProgress {
  /** Undefined: time passes by itself. */
  readonly clock: VirtualClock | undefined;
  /** Differs whenever something has happened. */
  readonly activity: number;
  /** Whether the policy waits for the caller, or pauses. */
  readonly awaitsCaller: boolean;
  /** Whether it is at something real beside that, which may be first: a race. */
  readonly atSomethingElse: boolean;
  /** Whether nothing can happen any more. */
  readonly over: boolean;
  /** Milliseconds of real time that the policy may spend on something else. */
  readonly patienceMs: number;
}

/**
 * What a turn was:
 *
 * - `busy`: something has happened just before
 * - `quiet`: nothing goes on but waiting; some time has passed
 * - `stuck`: the policy has been at something real for longer than the call's patience
 */
export type Turn = 'busy' | 'quiet' | 'stuck';

/** Lets time pass in a call while a test awaits something of it; one for each thing awaited. */
export class PassingTime {
  readonly #call: CallInProgress;
  #activity = -1;
  #quietTurns = 0;
  #quietSince = 0;
  /** Whether what goes on beside the policy's waiting has had its time. */
  #hasBeenPatient = false;

  constructor(call: CallInProgress) {
    this.#call = call;
  }

  /**
   * One turn of the event loop or, when nothing goes on but the policy's waiting for its caller,
   * the virtual time until the next thing is due, at most `limitMs`. If something real goes on beside
   * that, it gets the call's patience first, once.
   */
  async turn(limitMs = Infinity): Promise<Turn> {
    const { clock, activity, awaitsCaller, atSomethingElse, patienceMs } = this.#call;
    if (!atSomethingElse) this.#hasBeenPatient = false;
    if (this.#activity !== activity) this.#startAgain();
    if (++this.#quietTurns <= QUIET_TURNS) {
      await new Promise((resolve) => setImmediate(resolve));
      return 'busy';
    }
    if (clock && awaitsCaller && (!atSomethingElse || this.#hasBeenPatient)) {
      this.#advance(clock, Math.min(clock.msUntilNext ?? limitMs, limitMs));
      return 'quiet';
    }
    if (clock && performance.now() - this.#quietSince > patienceMs) {
      if (!awaitsCaller) return 'stuck';
      this.#hasBeenPatient = true;
      return 'busy';
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return 'quiet';
  }

  /** Lets `ms` pass, or what is left of the call, and what they bring about happen. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.#call;
    const time = clock ?? SYSTEM_CLOCK;
    const until = time.now() + ms;
    while (!this.#call.over) {
      const left = Math.max(0, until - time.now());
      const turn = await this.turn(left);
      if (turn === 'stuck' && clock) this.#advance(clock, left);
      if (turn !== 'busy' && left === 0) return;
    }
  }

  #advance(clock: VirtualClock, ms: number): void {
    clock.advance(ms);
    this.#startAgain();
  }

  #startAgain(): void {
    this.#activity = this.#call.activity;
    this.#quietTurns = 0;
    this.#quietSince = performance.now();
  }
}
