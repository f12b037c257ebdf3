import { Conversation, verdictGiven, type DialogOptions } from '../dialog/conversation';
import type { Dialog } from '../dialog/dialog';
import type { LogEntry } from '../dialog/dialog-log';
import { isNoAnswer } from '../dialog/errors';
import { CURRENT_LOG, HidingLog } from '../dialog/hiding-log';
import { ScopedDialog } from '../dialog/scoped-dialog';
import { orAborted } from '../dialog/turns';
import { aFunction, anObject } from '../options/kinds';
import { readOptions, type Kinds } from '../options/read-options';
import { ERROR_AUTH_INTERNAL } from '../rasman/codes';
import { VERDICT_NAMES, type SecurityMessage } from '../rasman/security-message';
import type { EndReason, RasTransaction } from '../rasman/transaction';
import { SYSTEM_CLOCK } from '../time/clock';
import { DialogReporter, type DialogReport } from './dialog-report';
import { errorCode } from './error-code';
import { explain } from './explain';
import { refusedIdentity } from './identity';
import { policyFunction, policyManners, policyOnOutcome, type Policy } from './policy';
import { deny, fail, verdictMessage } from './verdict';

/**
 * For those who run dialogs, watch them, or make their time pass.
 * @category The simulated server
 */
export interface RunOptions extends DialogOptions {
  /** Writes what the policy logs. Must not throw. Default: to standard error. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
}

const KINDS: Kinds<RunOptions> = {
  clock: anObject('a clock'),
  observe: aFunction(),
  log: aFunction(),
};

/**
 * Runs a policy on a transaction: the one path for every placement. Completes the transaction
 * exactly once, unless End was first (SD-07), and whatever is not a well-formed verdict completes
 * it with SECURITYMSG_ERROR. Resolves when nothing is left to do for the call; rejects for options
 * that there aren't only (RASSHOST_E_OPTION).
 *
 * @category The simulated server
 * @param report - told how the dialog ended; must not throw
 */
export async function runDialog(
  transaction: RasTransaction,
  policy: Policy,
  report: (report: DialogReport) => void,
  options?: RunOptions,
): Promise<void> {
  const id = String(transaction.id);
  const { clock = SYSTEM_CLOCK, observe, log: write } = readOptions('runDialog', options, KINDS);
  const { codePage } = policyManners(policy);
  const log = new HidingLog({ id, clock, codePage, log: write });
  const watching: DialogOptions = {
    clock,
    observe(event) {
      log.observe(event);
      observe?.(event);
    },
  };
  const reporter = new DialogReporter(report, policyOnOutcome(policy), log, clock);
  await CURRENT_LOG.run(log, () => converse(transaction, policy, watching, log, reporter));
  await reporter.settled();
  // Not before: what the clean-ups and onOutcome throw may have a secret in it (SD-32).
  log.wipe();
}

/** All of a dialog but what is done about its reports. */
async function converse(
  transaction: RasTransaction,
  policy: Policy,
  options: DialogOptions,
  log: HidingLog,
  reporter: DialogReporter,
): Promise<void> {
  const id = String(transaction.id);
  const conversation = new Conversation(transaction, policyManners(policy), options);
  let endedBy: EndReason | undefined;
  hearEnd(transaction, (reason) => {
    endedBy = reason;
  });

  const { message, failure } = await decide(new ScopedDialog(conversation, log), policy);
  const thrown = failure && { ...failure, why: explain(failure.cause, log) };
  if (!(await conversation.sayLastWords())) {
    log.warn('the last text was not sent: a question was still open (use dialog.race)');
  }
  if (complete(conversation, message)) {
    reporter.tell({ id, outcome: VERDICT_NAMES[message.msgId], message, ...thrown });
    hearEnd(transaction, (reason) => {
      // That of a verdict which counts is heard of only when the termination is held.
      if (reason === 'completed') return;
      reporter.tell({ id, outcome: 'overruled', message, endedBy: reason });
    });
  } else {
    reporter.tell({ id, outcome: 'ended', message, ...(endedBy && { endedBy }), ...thrown });
  }
  for (const error of await conversation.cleanUp()) {
    reporter.tell({ id, outcome: 'cleanup-failed', cause: error, why: explain(error, log) });
  }
}

/** Hears of End, too, after whoever has heard of it so far. */
function hearEnd(transaction: RasTransaction, listener: (reason: EndReason) => void): void {
  const before = transaction.onEnd.bind(transaction);
  transaction.onEnd = (reason) => {
    before(reason);
    listener(reason);
  };
}

interface Decision {
  readonly message: SecurityMessage;
  /** When something was thrown, be it `undefined`. */
  readonly failure?: { readonly cause: unknown };
}

async function decide(dialog: Dialog, policy: Policy): Promise<Decision> {
  try {
    const verdict = await orAborted(runPolicy(dialog, policy), dialog.signal);
    return { message: verdictMessage(verdict) };
  } catch (cause) {
    return decisionFor(cause);
  }
}

/** Async, so that what a policy throws before its first await is a rejection as well. */
async function runPolicy(dialog: Dialog, policy: Policy): Promise<unknown> {
  return policyFunction(policy)(dialog);
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
    return { message: verdictMessage(verdict), failure: { cause } };
  } catch {
    // A proxy or a getter that throws when it is looked at: nobody is to look at it again.
    const problem = new TypeError(
      'the policy threw a value that nobody can read: reading it throws an error',
    );
    return { message: verdictMessage(fail(ERROR_AUTH_INTERNAL)), failure: { cause: problem } };
  }
}

/** Tells whether the message went out: not if the transaction was over already (SD-26). */
function complete(conversation: Conversation, message: SecurityMessage): boolean {
  if (conversation.scope.signal.aborted) return false;
  conversation.close(verdictGiven());
  try {
    conversation.transaction.complete(message);
    return true;
  } catch {
    // The message is well formed, so the transaction ended while this turn of the loop ran.
    return false;
  }
}
