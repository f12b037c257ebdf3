import { Worker } from 'node:worker_threads';
import { ownGroup } from '../windows/process-group';

/**
 * The file descriptor of a pipe from a command to the process that loads a policy for the command.
 * Nothing is ever written to it. When the command ends, even if it is killed, the system closes the
 * command's end of the pipe. The other process notices that, and so it knows that nobody waits for its
 * result any more.
 *
 * The id of the command's process would not do: after the command has ended, another process may get
 * the same id.
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
