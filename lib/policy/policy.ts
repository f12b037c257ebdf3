import { CodePage } from '../dialog/code-page';
import type { Manners } from '../dialog/conversation';
import type { Dialog } from '../dialog/dialog';
import { chooseTexts, TEXT_OPTION_KINDS, type TextOptions } from '../dialog/texts';
import { RasshostError } from '../errors';
import { aFunction, TEXT } from '../options/kinds';
import { readOptions, type Kinds } from '../options/read-options';
import type { OnOutcome } from './dialog-report';
import type { Verdict } from './verdict';

// In the global registry, because policy and host may have different copies of this module.
const POLICY: unique symbol = Symbol.for('rasshost.policy');

/**
 * Talks to one caller and decides. Runs once a call, for many calls at a time (SD-28). It gets no
 * input: the second parameter is there so that a {@link Step} which needs none is one, too.
 *
 * @category Policies
 */
export type PolicyFunction = (dialog: Dialog, input?: undefined) => Promise<Verdict> | Verdict;

/**
 * How a policy speaks with its callers.
 * @category Policies
 */
export interface PolicyOptions extends TextOptions {
  /**
   * What the callers' terminals make of each byte: `ascii` (default), which is right everywhere, or
   * another single-byte code page such as `windows-1252`, `cp437` or `iso-8859-15`.
   */
  readonly codePage?: string | undefined;
  /**
   * Run once in each worker before it takes calls, for example to see that a token server answers.
   * When it throws, or takes longer than 5 seconds, the worker does not serve: a reload then leaves
   * the policy of before in place, and the log says why.
   */
  readonly selfCheck?: (() => void | Promise<void>) | undefined;
  /**
   * Told how each dialog of this policy ended: for counters, an audit log, an alarm. What it does
   * delays nobody's call. When it throws, or takes longer than 10 seconds, the log says so. It is told
   * what this process knows:
   * a dialog that ends because its worker is lost is in the log of the security DLL and in the event
   * log only, and a verdict that crosses the end of its dialog has two reports, the second of which
   * says `overruled`.
   */
  readonly onOutcome?: OnOutcome | undefined;
}

const KINDS: Kinds<PolicyOptions> = {
  ...TEXT_OPTION_KINDS,
  codePage: TEXT,
  selfCheck: aFunction<() => void | Promise<void>>(),
  onOutcome: aFunction<OnOutcome>(),
};

/**
 * A policy, made by {@link definePolicy} only.
 * @category Policies
 */
export interface Policy {
  /** @hidden */
  readonly [POLICY]: {
    readonly decide: PolicyFunction;
    readonly manners: Manners;
    readonly selfCheck?: PolicyOptions['selfCheck'];
    readonly onOutcome?: OnOutcome | undefined;
  };
}

/**
 * Makes a policy: the default export of a policy file. What the function throws becomes
 * SECURITYMSG_ERROR, so nobody is let in by mistake.
 *
 * @category Policies
 * @throws {@link RasshostError} RASSHOST_E_POLICY_INVALID without a function, RASSHOST_E_OPTION for
 * an option that there isn't or a code page that is not known, RASSHOST_E_TEXT for texts that the
 * code page can't show
 *
 * @example
 * ```ts
 * import { definePolicy, deny, grant } from 'rasshost';
 *
 * export default definePolicy(async (dialog) => {
 *   const user = { userName: await dialog.ask('User name: '), domain: 'CONTOSO' };
 *   const passcode = await dialog.askSecret('Passcode: ');
 *   return passcode.equals('123456') ? grant(user) : deny(user);
 * });
 * ```
 */
export function definePolicy(decide: PolicyFunction, options?: PolicyOptions): Policy {
  if (typeof decide !== 'function') {
    const problem = `definePolicy was given a value of type ${typeof decide}, not a function`;
    throw new RasshostError('RASSHOST_E_POLICY_INVALID', problem);
  }
  const given = readOptions('definePolicy', options, KINDS);
  const { codePage: name = 'ascii', selfCheck, onOutcome, ...texts } = given;
  const codePage = new CodePage(name);
  const manners = { codePage, texts: chooseTexts(texts, codePage) };
  return Object.freeze({ [POLICY]: { decide, manners, selfCheck, onOutcome } });
}

/** Tells whether {@link definePolicy} has made a value, be it that of another copy of rasshost. */
export function isPolicy(value: unknown): value is Policy {
  return typeof value === 'object' && value !== null && POLICY in value;
}

/** The function of a policy. @internal */
export function policyFunction(policy: Policy): PolicyFunction {
  return policy[POLICY].decide;
}

/** How a policy speaks. @internal */
export function policyManners(policy: Policy): Manners {
  return policy[POLICY].manners;
}

/** What a policy checks before it serves. @internal */
export function policySelfCheck(policy: Policy): PolicyOptions['selfCheck'] {
  return policy[POLICY].selfCheck;
}

/** Whom to tell how dialogs end. @internal */
export function policyOnOutcome(policy: Policy): OnOutcome | undefined {
  return policy[POLICY].onOutcome;
}

/** The same policy with another function, which speaks as it did. @internal */
export function withFunction(policy: Policy, decide: PolicyFunction): Policy {
  return Object.freeze({ [POLICY]: { ...policy[POLICY], decide } });
}
