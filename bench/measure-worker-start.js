'use strict';

// How long a worker takes from its start until it is ready, beside a node.exe that does nothing.

const { load } = require('./load');
const { windowsProgram } = require('./programs');
const { until } = require('./subjects');

/**
 * @returns {Promise<{ bareNode: number[], worker: number[] }>} milliseconds, round by round. The
 *   worker's begin with the call that starts it, and end with that caller's prompt.
 */
async function measureWorkerStart(server, rounds) {
  const { host } = server;
  const bareNode = [];
  const worker = [];
  for (let round = 0; round < rounds; round++) {
    const { stdout } = await host.run(windowsProgram('start_times.exe'), [host.node, '-e', '0']);
    bareNode.push(Number(stdout));

    const losses = () => server.log.split('worker lost').length;
    const before = losses();
    process.kill(Number(server.process('node.exe')), 'SIGKILL');
    await until('rasshost.dll to notice', () => losses() > before);
    server.calls += 1;
    const { begin } = await load(server.port, 'burst', 1, 1);
    worker.push(begin.p50 / 1000);
  }
  return { bareNode, worker };
}

module.exports = { measureWorkerStart };
