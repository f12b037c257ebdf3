'use strict';

// What it costs callers that a worker dies while another stands by: those whose dialogs it holds,
// and the next one.

const { once } = require('node:events');
const { connect } = require('node:net');
const { performance } = require('node:perf_hooks');
const { sees } = require('./sees');
const { openRasServer, until } = require('./subjects');

/** The key that a verdict would otherwise wait a second for. */
const DONE = ' ';

/**
 * @returns milliseconds, round by round: `prompt`, from a call to its first prompt; `lost`, from the
 *   worker's death to the end of that call; `promptAfterLoss`, from the next call to its prompt;
 *   `ended`, from that caller's last key to the end of the call, which a verdict ends as usual
 */
async function measureWorkerLoss(rounds) {
  const server = await openRasServer('worker', { spareWorkers: 1 });
  const measured = { prompt: [], lost: [], promptAfterLoss: [], ended: [] };
  const since = (name, start) => measured[name].push(performance.now() - start);
  const call = async (name) => {
    const start = performance.now();
    const socket = connect(server.port, '127.0.0.1');
    await sees(socket, 'User name: ');
    since(name, start);
    return socket;
  };
  const finish = async (socket) => {
    socket.write('alice\r');
    await sees(socket, 'Passcode: ');
    socket.write('wrong\r');
    await sees(socket, '\r\n');
    const key = performance.now();
    socket.write(DONE);
    await once(socket.resume(), 'close');
    since('ended', key);
  };
  const workers = () =>
    server.processes().flatMap(({ pid, name }) => (name === 'node.exe' ? [Number(pid)] : []));

  try {
    // The first call starts the workers.
    await finish(await call('prompt'));
    for (const times of Object.values(measured)) times.length = 0;
    let [current] = workers();
    for (let round = 1; round <= rounds; round++) {
      await until('a spare', () => server.log.split('stands by').length > round);
      const running = await call('prompt');
      const end = once(running.resume(), 'close');
      const spare = workers().find((pid) => pid !== current);
      const death = performance.now();
      process.kill(current, 'SIGKILL');
      await end;
      since('lost', death);
      await finish(await call('promptAfterLoss'));
      current = spare;
    }
    await server.stop();
  } finally {
    await server.close();
  }
  return measured;
}

module.exports = { measureWorkerLoss };
