import { RasshostError } from '../errors';
import type { Validate } from './asking';
import type { Tries } from './tries';

/** Asks until an answer is accepted. */
export async function askUntilValid<Answer>(
  ask: () => Promise<Answer>,
  validate: Validate<Answer> | undefined,
  tries: Tries,
  refuse: (problem: string, answer: Answer) => void,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    const problem = await problemWith(answer, validate);
    if (problem === undefined) return answer;
    refuse(problem, answer);
    tries.fail();
  }
}

/**
 * What to show to a caller whose answer a policy refuses, on a line of its own; undefined when it
 * accepts it.
 *
 * @throws {@link RasshostError} RASSHOST_E_OPTION when `validate` yields something other than a text
 * or undefined: it is not clear whether `true` or an empty text accepts the answer
 */
export async function problemWith<Answer>(
  answer: Answer,
  validate: Validate<Answer> | undefined,
): Promise<string | undefined> {
  const problem: unknown = await validate?.(answer);
  if (problem === undefined) return undefined;
  if (typeof problem === 'string' && problem !== '') {
    return problem.endsWith('\n') ? problem : `${problem}\r\n`;
  }
  const what = problem === '' ? 'an empty text' : problem === null ? 'null' : typeof problem;
  throw new RasshostError(
    'RASSHOST_E_OPTION',
    `validate returned ${what}, not undefined (which accepts the answer) or a text for the caller`,
  );
}
