import type { Dialog } from '../dialog/dialog';
import { RasshostError } from '../errors';
import type { Verdict } from './verdict';

// In the global registry, because policy and host may have different copies of this module.
const POLICY: unique symbol = Symbol.for('rasshost.policy');

/** Talks to one caller and decides. Runs once a call, for many calls at a time (SD-28). */
export type PolicyFunction = (dialog: Dialog) => Promise<Verdict> | Verdict;

/** A policy, made by {@link definePolicy} only. */
export interface Policy {
  readonly [POLICY]: PolicyFunction;
}

/**
 * Makes a policy: the default export of a policy file. What the function throws becomes
 * SECURITYMSG_ERROR, so nobody is let in by mistake.
 */
export function definePolicy(decide: PolicyFunction): Policy {
  if (typeof decide !== 'function') {
    throw new RasshostError('RASSHOST_E_POLICY_INVALID', 'definePolicy needs a function');
  }
  return Object.freeze({ [POLICY]: decide });
}

/** Tells whether {@link definePolicy} has made a value, be it that of another copy of rasshost. */
export function isPolicy(value: unknown): value is Policy {
  return typeof value === 'object' && value !== null && POLICY in value;
}

/** The function of a policy. @internal */
export function policyFunction(policy: Policy): PolicyFunction {
  return policy[POLICY];
}
