import { definePolicy, isPolicy, type Policy, type PolicyFunction } from '../policy/policy';
import { loadPolicy } from '../loading/load-policy';
import { Call } from './call';
import { Caller } from './caller';
import { readDialOptions, type DialOptions } from './dial-options';

/**
 * Dials in: a caller who talks to a policy, through the same dialogs as on a modem line, in this
 * process and on any system.
 *
 * Time is virtual unless the options say otherwise, and stands still while a test does not await
 * its caller. While it does (`sees`, `waits`, `outcome`), time passes when nothing goes on but the
 * policy's waiting for the caller, or its pause: then the next thing is due at once, be it the
 * time-out of a prompt. While the policy waits for something real, such as a file, a server or a
 * hash, time stands still and the test waits along: only the second passes that RAS may need to
 * deliver what was printed before. Time also stands still while a contender of `dialog.race` waits
 * for something real, until that has taken `patienceSeconds` of real time: then time passes for the
 * question beside it.
 *
 * @category Calls
 * @param policy - a policy, its function, or (then a promise is returned) the path of its file,
 * relative to the current directory
 * @throws `RasshostError` RASSHOST_E_OPTION; RASSHOST_E_POLICY_INVALID; as `loadPolicy` rejects, for
 * a path
 *
 * @example
 * ```ts
 * const caller = dial(policy);
 * await caller.sees('User name: ');
 * caller.types('alice\r');
 * await caller.sees('Passcode: ');
 * caller.types('123456\r');
 * assert.equal((await caller.outcome()).outcome, 'success');
 * ```
 */
export function dial(policy: string, options?: DialOptions): Promise<Caller>;
export function dial(policy: Policy | PolicyFunction, options?: DialOptions): Caller;
export function dial(
  policy: Policy | PolicyFunction | string,
  options?: DialOptions,
): Caller | Promise<Caller> {
  if (typeof policy === 'string') return loadPolicy(policy).then((loaded) => dial(loaded, options));
  return new Caller(new Call(asPolicy(policy), readDialOptions(options)));
}

/** A policy, be it given as its function only. */
export function asPolicy(policy: Policy | PolicyFunction): Policy {
  return isPolicy(policy) ? policy : definePolicy(policy);
}
