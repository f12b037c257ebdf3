import type { Clock } from '../../time/clock';
import type { SimulatedOutcome } from '../../simulated/call';
import type { CallerLine } from '../caller-line';

/** What a caller's program fills in for `$USERID` and `$PASSWORD`. */
export interface Credentials {
  readonly userName: string;
  readonly password: string;
}

/** What stands for the credentials in a script. */
export type ScriptVariable = '$USERID' | '$PASSWORD';

/** How long a script waits for what does not come, unless told otherwise. */
export const PATIENCE_SECONDS = 30;

/** What a script has to do with. */
export interface ScriptCall {
  readonly line: CallerLine;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /**
   * How long `expect` waits for its text; and after how long a silence a wait without a time of its
   * own, such as that for the end of the call, is given up. Default {@link PATIENCE_SECONDS}.
   */
  readonly patienceSeconds?: number | undefined;
  /** Told what a script asks for that means nothing here. */
  readonly note?: (text: string) => void;
}

/** A caller's program, parsed: in one of the languages of {@link parseScript}. */
export interface Script {
  /** How the script says that the call ends. */
  readonly expectedOutcome?: SimulatedOutcome['outcome'];
  /** Those that it uses. */
  readonly variables: ReadonlySet<ScriptVariable>;
  /**
   * Makes the call, as soon as its line is there, so that nothing is missed. Settles when the
   * script has nothing more to do, or the line is closed.
   * @throws {@link RasshostError} RASSHOST_E_SCRIPT when the call does not go as the script says
   */
  run(call: ScriptCall): Promise<void>;
}
