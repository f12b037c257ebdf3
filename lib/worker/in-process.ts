/**
 * For programs that are the RAS server themselves. Windows only.
 * @module rasshost/in-process
 */

import path from 'node:path';
import { RasshostError } from '../errors';
import { checkPolicy } from '../policy/check-policy';
import { aFunction, type Kind } from '../options/kinds';
import { readOptions, type Kinds } from '../options/read-options';
import { isPolicy, type Policy } from '../policy/policy';
import { KoffiRasman } from '../rasman/koffi-rasman';
import { loadAddon } from '../rasman/native-addon';
import { channelHandlers } from '../rasman/security-dll';
import { dialogRunner } from './dialog-runner';
import { logReport } from './log';
import { makeReady } from './make-ready';
import type { DialogReport } from '../policy/dialog-report';

/** A policy that serves rasshost.dll in this very process. */
export interface InProcessServer {
  /** Ends the service: running dialogs end with ERROR, as when a worker dies. */
  close(): void;
}

/** How {@link serveInProcess} serves. */
export interface InProcessOptions {
  /** Full path of the Rasman.dll of this process. Default: the system's. */
  readonly rasman?: string | undefined;
  /** Told how each dialog ended; by default errors go to standard error. Must not throw. */
  readonly report?: ((report: DialogReport) => void) | undefined;
  /** Full path of an existing directory for a tape of each dialog (docs/tapes.md). Default: none. */
  readonly tapeDirectory?: string | undefined;
}

const FULL_PATH: Kind<string> = {
  allowed: 'a full path',
  accepts: (value): value is string => typeof value === 'string' && path.isAbsolute(value),
};

const KINDS: Kinds<InProcessOptions> = {
  rasman: FULL_PATH,
  report: aFunction<(report: DialogReport) => void>(),
  tapeDirectory: FULL_PATH,
};

/**
 * Serves the rasshost.dll that is, or will be, loaded in this process (in-process placement): for
 * programs that are the RAS server themselves, and for debugging. The policy's calls go to the
 * process's Rasman.dll directly. Windows only; one environment of a process at a time.
 *
 * The policy's self-check runs when the DLL has found this process. While it fails, and until it has
 * succeeded, no call gets to the policy: they end with ERROR, and the log says why.
 *
 * A policy that blocks the event loop blocks its callers beyond any deadline: the security DLL
 * can't take the port back from under JavaScript in its own process.
 *
 * @throws `RasshostError` RASSHOST_E_NATIVE_NOT_FOUND, RASSHOST_E_OPTION,
 * RASSHOST_E_POLICY_INVALID for what `definePolicy` has not made
 *
 * @example
 * ```ts
 * import { serveInProcess } from 'rasshost/in-process';
 * import policy from './policy';
 *
 * const server = serveInProcess(policy);
 * process.once('SIGTERM', () => server.close());
 * ```
 */
export function serveInProcess(policy: Policy, options?: InProcessOptions): InProcessServer {
  if (!isPolicy(policy)) {
    const problem = 'serveInProcess needs a policy that definePolicy has made';
    throw new RasshostError('RASSHOST_E_POLICY_INVALID', problem);
  }
  const given = readOptions('serveInProcess', options, KINDS);
  const { rasman = systemRasman(), report = logReport, tapeDirectory } = given;
  const run = dialogRunner(tapeDirectory);
  const { addon } = loadAddon();
  const handlers = channelHandlers(addon, new KoffiRasman(rasman), {
    attached: () => void makeReady(addon, () => checkPolicy(policy)),
    begin: (transaction) => void run(transaction, policy, report),
    pinged() {},
    leave() {},
    closed() {},
  });
  addon.offer(handlers);
  return {
    close() {
      handlers.closed('the program has closed its service');
      // Not under a handler's feet: the program may have called us from one.
      setImmediate(() => addon.close());
    },
  };
}

/** By its full path: a search could find a stranger's file in the program's own directory. */
function systemRasman(): string {
  return path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'Rasman.dll');
}
