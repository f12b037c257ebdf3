import { Worker } from 'node:worker_threads';
import { ownGroup } from '../windows/process-group';

/**
 * The last of the file descriptors that tryLoad gives: a pipe between a command and the process
 * that loads a policy for it. Nothing is ever written to it. The system closes the command's end with the command, be that
 * killed, so the other end tells at any time, and from its first moment on, whether somebody still
 * waits. An id of a process tells that only as long as no other process gets the same one.
 */
export const LIFELINE_FD = 4;

/**
 * Ends this process, and the programs that it has started, when the command that has started it is
 * gone. It takes a thread of its own, to which a policy that loops leaves time.
 */
export function endWithTheCommand(): void {
  const program = `
    const lifeline = new (require('node:net').Socket)({ fd: ${LIFELINE_FD}, writable: false });
    lifeline.on('error', () => {});
    lifeline.on('close', () => process.kill(${ownGroup(process.pid)}, 'SIGKILL'));
    lifeline.resume();`;
  new Worker(program, { eval: true }).unref();
}
