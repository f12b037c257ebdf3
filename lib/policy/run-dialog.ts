import { Conversation, type DialogOptions } from '../dialog/conversation';
import { Dialog } from '../dialog/dialog';
import { isNoAnswer } from '../dialog/errors';
import { RasshostError } from '../errors';
import { errorCode } from './error-code';
import { refusedIdentity } from './identity';
import { policyFunction, policyManners, type Policy } from './policy';
import { deny, fail, verdictMessage } from './verdict';
import { ERROR_AUTH_INTERNAL } from '../rasman/codes';
import {
  SECURITYMSG_ERROR,
  SECURITYMSG_FAILURE,
  SECURITYMSG_SUCCESS,
  type SecurityMessage,
} from '../rasman/security-message';
import type { RasTransaction } from '../rasman/transaction';

/** How one dialog ended. */
export interface DialogReport {
  /** {@link RasTransaction.id} */
  readonly id: bigint;
  /**
   * What the RAS server was told; or `ended`: nothing, since the transaction was over before; or
   * `cleanup-failed`, in a report of its own: a clean-up of holdTermination threw.
   */
  readonly outcome: 'success' | 'failure' | 'error' | 'ended' | 'cleanup-failed';
  /** What was to be told to the RAS server, if {@link outcome} is about that. */
  readonly message?: SecurityMessage;
  /** What was thrown, if anything was. */
  readonly cause?: unknown;
}

const OUTCOMES = {
  [SECURITYMSG_SUCCESS]: 'success',
  [SECURITYMSG_FAILURE]: 'failure',
  [SECURITYMSG_ERROR]: 'error',
} as const;

/**
 * Runs a policy on a transaction: the one path for every placement. Completes the transaction
 * exactly once, unless End was first (SD-07), and whatever is not a well-formed verdict completes
 * it with SECURITYMSG_ERROR. Resolves when nothing is left to do for the call; never rejects.
 *
 * @param report - told how the dialog ended; must not throw
 * @param options - for those who watch dialogs, or make time pass
 */
export async function runDialog(
  transaction: RasTransaction,
  policy: Policy,
  report: (report: DialogReport) => void,
  options?: DialogOptions,
): Promise<void> {
  const { id } = transaction;
  const conversation = new Conversation(transaction, policyManners(policy), options);
  const { message, cause } = await decide(new Dialog(conversation), policy);
  await conversation.sayLastWords();
  const told = complete(conversation, message);
  report({ id, outcome: told ? OUTCOMES[message.msgId] : 'ended', message, cause });
  for (const error of await conversation.cleanUp()) {
    report({ id, outcome: 'cleanup-failed', cause: error });
  }
}

interface Decision {
  readonly message: SecurityMessage;
  readonly cause?: unknown;
}

async function decide(dialog: Dialog, policy: Policy): Promise<Decision> {
  try {
    const verdict = await Promise.race([runPolicy(dialog, policy), aborted(dialog.signal)]);
    return { message: verdictMessage(verdict) };
  } catch (cause) {
    return decisionFor(cause);
  }
}

/** Async, so that what a policy throws before its first await is a rejection as well. */
async function runPolicy(dialog: Dialog, policy: Policy): Promise<unknown> {
  return policyFunction(policy)(dialog);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/**
 * A caller who gives no answer is refused, and so is one who types a name that can't be granted
 * (SD-11); all else that is thrown is an error.
 */
function decisionFor(cause: unknown): Decision {
  try {
    const refused = refusedIdentity(cause);
    const isRefusal = isNoAnswer(cause) || refused !== undefined;
    const verdict = isRefusal ? deny(refused) : fail(errorCode(cause));
    return { message: verdictMessage(verdict), cause };
  } catch {
    // A proxy or a getter that throws when it is looked at: nobody is to look at it again.
    const problem = new TypeError('what the policy threw throws when it is looked at');
    return { message: verdictMessage(fail(ERROR_AUTH_INTERNAL)), cause: problem };
  }
}

/** Tells whether the message went out: not if the transaction was over already (SD-26). */
function complete(conversation: Conversation, message: SecurityMessage): boolean {
  if (conversation.scope.signal.aborted) return false;
  conversation.close(new RasshostError('RASSHOST_E_OVER', 'the verdict has been given'));
  try {
    conversation.transaction.complete(message);
    return true;
  } catch {
    // The message is well formed, so the transaction ended while this turn of the loop ran.
    return false;
  }
}
