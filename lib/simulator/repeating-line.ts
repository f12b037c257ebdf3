import type { CallerLine } from './caller-line';

/**
 * A caller's line that remembers what is typed in answer to each question, and types the answers of
 * an earlier call again: so that a policy that has changed can be tried without typing.
 */
export class RepeatingLine implements Pick<CallerLine, 'closed' | 'type' | 'hangUp'> {
  readonly #line: CallerLine;
  readonly #before: readonly string[];
  readonly #answers: string[] = [];

  /** @param before - the {@link answers} that are typed again, if any are */
  constructor(line: CallerLine, before: readonly string[] = []) {
    this.#line = line;
    this.#before = before;
  }

  get closed(): Promise<unknown> {
    return this.#line.closed;
  }

  /** What was typed from each question to the next: corrections, and several tries, included. */
  get answers(): readonly string[] {
    return this.#answers;
  }

  /** The policy asks something. */
  asked(): void {
    const question = this.#answers.push('') - 1;
    const again = this.#before[question];
    if (again !== undefined) this.type(again);
  }

  type(text: string): void {
    // What is typed before the first question is no answer.
    const answer = this.#answers.pop();
    if (answer !== undefined) this.#answers.push(answer + text);
    this.#line.type(text);
  }

  hangUp(): void {
    this.#line.hangUp();
  }
}
