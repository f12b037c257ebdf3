'use strict';

// What an open dialog holds: threads, handles, memory.

const { once } = require('node:events');
const { connect } = require('node:net');
const { whileHeld } = require('./load');
const { privateBytes, threadCount } = require('./processes');
const { windowsProgram } = require('./programs');
const { sees } = require('./sees');

/**
 * @param names - of the server's processes that are of interest
 * @param counts - of open dialogs, in ascending order
 * @returns for each number of open dialogs, and each process by its name: threads, handles, and
 *   private bytes
 */
async function measureOpenDialogs(server, names, counts) {
  // Nobody answers the bystander's callers.
  const mode = server.name === 'bystander' ? 'leave' : 'hold';
  const states = [];
  const openMore = async (already) => {
    const dialogs = counts[states.length];
    if (dialogs === undefined) return;
    server.calls += dialogs - already;
    await whileHeld(server.port, mode, dialogs - already, async () => {
      if (server.collects) await collectGarbage(server);
      states.push({ dialogs, processes: await readProcesses(server, names) });
      await openMore(dialogs);
    });
  };
  await openMore(0);
  return states;
}

/** By a call of its own: bench/policy.ts. */
async function collectGarbage(server) {
  server.calls += 1;
  const socket = connect(server.port, '127.0.0.1');
  try {
    await sees(socket, 'User name: ');
    socket.write('collect\r');
    await sees(socket, 'Passcode: ');
    socket.write('wrong\r');
    await once(socket.resume(), 'close');
  } finally {
    socket.destroy();
  }
}

async function readProcesses(server, names) {
  const { stdout } = await server.host.run(windowsProgram('handles.exe'), []);
  const handles = JSON.parse(stdout);
  return Object.fromEntries(
    names.map((name) => {
      const pid = server.process(name);
      return [
        name,
        { threads: threadCount(pid), handles: handles[name], bytes: privateBytes(pid) },
      ];
    }),
  );
}

/** What each further dialog takes, from one state to the next. */
function perDialog(states, name) {
  return states.slice(1).map((more, i) => {
    const fewer = states[i];
    const per = (field) =>
      (more.processes[name][field] - fewer.processes[name][field]) / (more.dialogs - fewer.dialogs);
    return {
      from: fewer.dialogs,
      to: more.dialogs,
      threads: per('threads'),
      handles: per('handles'),
      bytes: per('bytes'),
    };
  });
}

module.exports = { measureOpenDialogs, perDialog };
