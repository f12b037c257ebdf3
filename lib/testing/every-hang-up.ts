import type { Policy, PolicyFunction } from '../policy/policy';
import { loadPolicy } from '../loading/load-policy';
import { Call } from './call';
import { Caller, type CallOutcome } from './caller';
import { asPolicy } from './dial';
import { readServerOptions } from '../simulated/server-options';
import { CALL_KINDS, type DialOptions } from './dial-options';
import { expectationFailed, stackOfTest } from './expectation';
import { PassingTime } from '../time/passing-time';

/**
 * How a call ended whose caller was dropped.
 * @category Calls
 */
export interface DroppedCall {
  /** {@link DialOptions.hangUp} */
  readonly step: number;
  /** What became of it. */
  readonly outcome: CallOutcome;
}

/**
 * Plays a conversation once for each of its steps, with the caller dropped there, and once to its
 * end. Each time it checks that nobody was let in who had not given all the answers, that the policy
 * came to its end, and that the contract was kept.
 *
 * @category Calls
 * @param policy - as {@link dial} has it
 * @param conversation - what the caller does, the same each time; need not await the outcome
 * @returns how the calls ended, in the order of the steps
 * @throws `RasshostError` RASSHOST_E_EXPECTATION, with the step, its terminal and its history; as
 * {@link dial} throws
 *
 * @example
 * ```ts
 * await everyHangUp(policy, async (caller) => {
 *   await caller.sees('User name: ');
 *   caller.types('alice\r');
 *   await caller.sees('Passcode: ');
 *   caller.types('123456\r');
 * });
 * ```
 */
export async function everyHangUp(
  policy: Policy | PolicyFunction | string,
  conversation: (caller: Caller) => Promise<unknown>,
  options?: Omit<DialOptions, 'hangUp'>,
): Promise<DroppedCall[]> {
  const stack = stackOfTest();
  const checked = readServerOptions('everyHangUp', options, CALL_KINDS);
  const chosen = typeof policy === 'string' ? await loadPolicy(policy) : asPolicy(policy);

  const undisturbed = new Call(chosen, checked);
  const caller = new Caller(undisturbed);
  await conversation(caller);
  const { outcome } = await caller.outcome();
  const answers = outcome === 'success' ? undisturbed.taken : Infinity;

  const dropped: DroppedCall[] = [];
  for (let step = 1; step <= undisturbed.steps; step++) {
    const call = new Call(chosen, { ...checked, hangUp: { atStep: step } });
    dropped.push({ step, outcome: await playDropped(call, conversation) });
    const problem = await flaw(call, answers);
    if (problem === undefined) continue;
    throw expectationFailed(`a hang-up at step ${step}: ${problem}`, call.summary, stack);
  }
  return dropped;
}

async function playDropped(
  call: Call,
  conversation: (caller: Caller) => Promise<unknown>,
): Promise<CallOutcome> {
  const caller = new Caller(call);
  try {
    await conversation(caller);
  } catch (error) {
    // Whoever was dropped does not see the rest.
    if (!call.hungUp) throw error;
  }
  return caller.outcome();
}

/** @param answers - bytes that a caller must have typed, and the policy read, to be let in */
async function flaw(call: Call, answers: number): Promise<string | undefined> {
  const [violation] = call.server.violations;
  if (violation) return `the contract was broken (${violation.rule}: ${violation.detail})`;
  if (call.outcome?.outcome === 'success' && call.taken < answers) return 'let in all the same';
  const time = new PassingTime(call);
  while (!call.policyEnded) {
    if ((await time.turn()) === 'stuck') return 'the policy goes on without a caller';
  }
  return undefined;
}
