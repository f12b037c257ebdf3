import { SECURITYMSG_ERROR } from '../../lib/rasman/security-message';
import type { TraceLine } from './traced-server';

/**
 * Whether a warning of the emulator is for a Send that a fault has cut off from its Receive: the
 * dialog was broken off with an ERROR, and nobody waits for what it has said last (W13 in
 * docs/genuine.md).
 */
export function isCutOffSend(trace: readonly TraceLine[], at: number): boolean {
  const warning = trace[at];
  if (warning?.rule !== 'send-without-receive') return false;
  const complete = trace
    .slice(0, at)
    .findLast(({ port, call }) => port === warning.port && call === 'RasSecurityDialogComplete');
  return complete?.['dwMsgId'] === SECURITYMSG_ERROR;
}
