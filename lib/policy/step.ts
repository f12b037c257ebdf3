import type { Dialog } from '../dialog/dialog';
import { RasshostError } from '../errors';
import { aFunction } from '../options/kinds';
import { checkValue } from '../options/read-options';
import type { Verdict } from './verdict';

/**
 * A part of a policy: talks to the caller or asks a back end, and either decides, or yields what
 * the next part needs. What it throws ends the policy, as it would in a policy in one piece.
 * Combinators such as {@link chain} make steps of steps, which can be called like any function, as
 * `step(dialog)` when they need no input. {@link definePolicy} makes a policy of a step that needs
 * no input and always yields a verdict.
 *
 * @category Combinators
 * @typeParam In - what the step needs to know; `unknown` when it needs nothing
 * @typeParam Out - what it yields
 */
export type Step<In, Out> = (dialog: Dialog, input: In) => Out | Promise<Out>;

/**
 * What combinators make of steps: a {@link Step} that can be called as `step(dialog)` when it needs
 * no input.
 *
 * There are two signatures because TypeScript uses them for two things. If a call is wrong, its message
 * is about the first signature, which says whether an input is needed. When a combinator gets a combined
 * step, it infers `In` and `Out` from the last signature. It can't infer them from a conditional type
 * such as the one in the first.
 */
export interface Combined<In, Out> {
  (dialog: Dialog, ...input: unknown extends In ? [input?: In] : [input: In]): Promise<Out>;
  (dialog: Dialog, input: In): Promise<Out>;
}

/** What a step hands to the next one: all that it may yield but verdicts, which end the policy. */
export type Undecided<Out> = Exclude<Out, Verdict>;

/** Anything but `undefined`, by which a step says that it has not decided. */
export type Decided = object | string | number | bigint | boolean | symbol | null;

/** What is left of a step's results when it has decided. */
export type DecidedBy<Out> = Out extends Decided ? Out : never;

/**
 * Checks the steps that a combinator was given, as far as types can't be trusted.
 * @throws {@link RasshostError} RASSHOST_E_OPTION
 * @internal
 */
export function checkSteps(combinator: string, ...steps: readonly unknown[]): void {
  if (steps.length < 2) {
    const problem = `${combinator} was given ${steps.length} steps, not 2 or more`;
    throw new RasshostError('RASSHOST_E_OPTION', problem);
  }
  for (const [index, step] of steps.entries()) {
    checkValue(`step ${index + 1} of ${combinator}`, step, aFunction());
  }
}
