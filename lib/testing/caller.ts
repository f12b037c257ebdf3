import type { LogEntry } from '../dialog/dialog-log';
import { LCP_CONFIGURE_REQUEST } from '../dialog/ppp-frames';
import { numberFrom, required } from '../options/kinds';
import { readOptions, type Kinds } from '../options/read-options';
import type { SimulatedOutcome, SimulatedTraceLine, SimulatedViolation } from '../simulated/call';
import type { DialogReport } from '../policy/dialog-report';
import type { Call } from './call';
import { expectationFailed, stackOfTest } from './expectation';
import { PassingTime } from '../time/passing-time';

const CTRL_C = Uint8Array.of(0x03);

/**
 * How a call ended and, for `error`, what was thrown, if anything was.
 * @category Calls
 */
export interface CallOutcome extends SimulatedOutcome {
  /** What the policy threw, or what was thrown for it. */
  readonly thrown?: unknown;
}

/**
 * How {@link Caller.waits} waits.
 * @category Calls
 */
export interface WaitOptions {
  /** From 0 on; need not be whole. */
  readonly seconds: number;
}

const WAIT_KINDS: Kinds<WaitOptions> = { seconds: required(numberFrom(0)) };

/**
 * The caller of a test: somebody at a terminal that does not echo. Made by {@link dial}.
 *
 * What is awaited rejects with a `RasshostError` RASSHOST_E_EXPECTATION when it can't come any
 * more. Its message shows the terminal and what the policy did; its stack begins in the test.
 *
 * @category Calls
 */
export class Caller {
  readonly #call: Call;
  #seen = 0;

  /** @internal */
  constructor(call: Call) {
    this.#call = call;
  }

  /** All that came in, a character a byte of the policy's code page. */
  get output(): string {
    return this.#call.output;
  }

  /** What the terminal shows: {@link output} with Backspace, CR and LF applied. */
  get screen(): string {
    return this.#call.screen;
  }

  /** The statements of the contract that were broken in this call: none, if all is well. */
  get violations(): readonly SimulatedViolation[] {
    return this.#call.server.violations;
  }

  /** Every call between RAS server and security DLL so far. */
  get trace(): readonly SimulatedTraceLine[] {
    return this.#call.server.trace;
  }

  /** What rasshost reports of the dialog: its end, and clean-ups that failed. */
  get reports(): readonly DialogReport[] {
    return this.#call.reports;
  }

  /** What the policy has written to the log, with `dialog.log`. */
  get log(): readonly LogEntry[] {
    return this.#call.log;
  }

  /**
   * Types text or, for what is none, bytes: all at once, with nothing added. Enter is `\r`.
   * @throws `RasshostError` RASSHOST_E_TEXT for a character that the policy's code page lacks
   */
  types(keys: string | Uint8Array): void {
    this.#call.types(keys);
  }

  /** Presses Ctrl-C. */
  cancels(): void {
    this.types(CTRL_C);
  }

  /** Presses Done: the caller's machine begins PPP, whatever the policy is at. */
  startsPpp(): void {
    this.types(Buffer.from(LCP_CONFIGURE_REQUEST, 'latin1'));
  }

  /** Drops the line. The server then ends the dialog, unless it has been decided already. */
  hangsUp(): void {
    this.#call.hangsUp();
  }

  /**
   * Waits for a text in what came in after the one waited for last; returns what matched, and its
   * groups. A regular expression had better end with what follows a number, which may come in two.
   *
   * @example
   * ```ts
   * const [, challenge = ''] = await caller.sees(/Challenge: (\d+)\r/);
   * ```
   */
  sees(text: string | RegExp): Promise<readonly string[]> {
    const pattern = typeof text === 'string' ? literally(text) : once(text);
    return this.#expect(`see ${printed(text)}`, () => this.#find(pattern));
  }

  /**
   * Waits for the end of the call, which ends by its own time-outs at the latest. Nothing is left
   * to do for it then, no clean-up either.
   */
  outcome(): Promise<CallOutcome> {
    return this.#expect('be done with the call', () => this.#outcome());
  }

  /**
   * Does nothing for so long, or until the call is over. A policy that is at something else than
   * the caller gets the call's patience of real time first; then time passes all the same.
   */
  async waits(options: WaitOptions): Promise<void> {
    const { seconds } = readOptions('waits', options, WAIT_KINDS);
    const time = new PassingTime(this.#call);
    await time.pass(seconds * 1000);
  }

  #find(pattern: RegExp): readonly string[] | undefined {
    const found = pattern.exec(this.output.slice(this.#seen));
    if (found) this.#seen += found.index + found[0].length;
    return found ?? undefined;
  }

  #outcome(): CallOutcome | undefined {
    const { outcome, thrown } = this.#call;
    return outcome?.outcome === 'error' && thrown !== undefined ? { ...outcome, thrown } : outcome;
  }

  async #expect<T>(what: string, look: () => T | undefined): Promise<T> {
    const stack = stackOfTest();
    const time = new PassingTime(this.#call);
    for (;;) {
      const { outcome } = this.#call;
      const found = look();
      if (found !== undefined) return found;
      if (outcome || (await time.turn()) === 'stuck') {
        const why = outcome ? 'the call is over' : stuck(this.#call.patienceMs);
        throw expectationFailed(`the caller did not ${what}: ${why}`, this.#call.summary, stack);
      }
    }
  }
}

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}

/** Without the flags that make an expression remember where it was. */
function once(pattern: RegExp): RegExp {
  return new RegExp(pattern, pattern.flags.replace(/[gy]/g, ''));
}

function printed(text: string | RegExp): string {
  return typeof text === 'string' ? JSON.stringify(text) : String(text);
}

function stuck(patienceMs: number): string {
  return (
    `for ${patienceMs / 1000} seconds of real time the policy has not waited for the caller, but for ` +
    'something else (a server, a file, a promise that nobody keeps)'
  );
}
