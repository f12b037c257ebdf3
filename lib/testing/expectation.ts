import { RasshostError } from '../errors';
import { frame } from './screen';

/** What a failure shows of the call. */
export interface CallSummary {
  readonly screen: string;
  /** What happened, a line each. */
  readonly history: readonly string[];
}

/**
 * The stack of the test that called the kit, without a headline. To be taken before anything is
 * awaited: afterwards the test's own line is not on it any more.
 */
export function stackOfTest(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  const first = lines.findIndex((line) => !line.includes(__dirname));
  return lines.slice(first).join('\n');
}

/** An error for a test: says what did not happen, and shows the call; its stack begins in the test. */
export function expectationFailed(
  problem: string,
  { screen, history }: CallSummary,
  stack: string,
  cause?: unknown,
): RasshostError {
  const detail = [
    problem,
    frame(screen),
    'What happened:',
    ...history.map((line) => `  ${line}`),
    '',
  ].join('\n');
  const options = cause === undefined ? undefined : { cause };
  const error = new RasshostError('RASSHOST_E_EXPECTATION', detail, options);
  error.stack = `${error.name}: ${error.message}\n${stack}`;
  return error;
}
