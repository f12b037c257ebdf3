'use strict';

// What it costs callers that a worker dies while another stands by: those whose dialogs it holds,
// and the next one.

const { once } = require('node:events');
const { connect } = require('node:net');
const { performance } = require('node:perf_hooks');
const { sees } = require('./sees');
const { openRasServer, until } = require('./subjects');

/**
 * @returns milliseconds, round by round: `prompt`, from a call to its first prompt, and
 *   `promptAfterLoss`, of a call that comes right after the death; `refused`, from a wrong passcode
 *   to the end of the call, and `lost`, from the death to the end of a call that was at its prompt
 */
async function measureWorkerLoss(rounds) {
  const server = await openRasServer('worker', { spareWorkers: 1 });
  const measured = { prompt: [], promptAfterLoss: [], refused: [], lost: [] };
  const since = (name, start) => measured[name].push(performance.now() - start);
  const call = async (name) => {
    const start = performance.now();
    const socket = connect(server.port, '127.0.0.1');
    await sees(socket, 'User name: ');
    since(name, start);
    return socket;
  };
  const refuse = async (socket) => {
    socket.write('alice\r');
    await sees(socket, 'Passcode: ');
    const start = performance.now();
    socket.write('wrong\r');
    socket.resume();
    await once(socket, 'close');
    since('refused', start);
  };
  const workers = () =>
    server.processes().flatMap(({ pid, name }) => (name === 'node.exe' ? [Number(pid)] : []));

  try {
    await refuse(await call('prompt'));
    measured.prompt.length = measured.refused.length = 0;
    let [current] = workers();
    for (let round = 1; round <= rounds; round++) {
      await until('a spare', () => server.log.split('stands by').length > round);
      const running = await call('prompt');
      const end = once(running.resume(), 'close');
      const death = performance.now();
      const lost = end.then(() => since('lost', death));
      const spare = workers().find((pid) => pid !== current);
      process.kill(current, 'SIGKILL');
      await refuse(await call('promptAfterLoss'));
      await lost;
      current = spare;
    }
    await server.stop();
  } finally {
    await server.close();
  }
  return measured;
}

module.exports = { measureWorkerLoss };
