'use strict';

// Everything that is measured, in its order.

const { resolve } = require('node:path');
const { addBeginTimes, dialogTurn, echoTurn, takeTurns, warmUp } = require('./measure-dialogs');
const { measureChannel } = require('./measure-channel');
const { measureOpenDialogs } = require('./measure-open-dialogs');
const { measureSimulatorStart } = require('./measure-simulator-start');
const { measureWorkerLoss } = require('./measure-worker-loss');
const { measureWorkerStart } = require('./measure-worker-start');
const { BEFORE, openFloor, openRasServer } = require('./subjects');

/** The processes whose open dialogs are of interest. */
const PROCESSES = {
  bystander: ['ras-server.exe'],
  reference: ['ras-server.exe'],
  worker: ['ras-server.exe', 'node.exe'],
  'in-process': ['node.exe'],
};

/**
 * @param plan - `loads`: who takes how many turns with how many callers; `workerStarts`,
 *   `workerLosses`, `simulatorStarts`: rounds; `channelDialogs`: how many are counted; `openDialogs`: with how many
 *   open dialogs the processes are read. What a short run leaves out is not measured.
 * @param before - the checkout of another revision that takes its turns with this one, if any
 */
async function measure(plan, before) {
  const { loads, workerStarts, workerLosses, simulatorStarts, channelDialogs, openDialogs } = plan;
  const measured = { loads: [], openDialogs: {}, channel: {} };
  const readOpenDialogs = async (server) => {
    if (!openDialogs || server.name === BEFORE) return;
    progress(`open dialogs: ${server.name}`);
    const names = PROCESSES[server.name];
    measured.openDialogs[server.name] = await measureOpenDialogs(server, names, openDialogs);
  };

  progress('start of a worker');
  measured.workerStart = await measureWorkerStart(workerStarts);

  if (workerLosses) {
    progress('loss of a worker');
    measured.workerLoss = await measureWorkerLoss(workerLosses);
  }
  if (simulatorStarts) {
    progress('start-up of the simulator');
    measured.simulatorStart = measureSimulatorStart(simulatorStarts);
  }
  if (channelDialogs) {
    progress('what one dialog puts on the channel');
    await withServers([() => openRasServer('worker', { trace: true })], async ([traced]) => {
      await dialogTurn(traced, { mode: 'burst', callers: 1, dialogs: 1 });
      for (const mode of ['keystroke', 'burst']) {
        measured.channel[mode] = await measureChannel(traced, mode, channelDialogs);
      }
    });
  }
  if (openDialogs) {
    await withServers([() => openRasServer('bystander')], ([bystander]) =>
      readOpenDialogs(bystander),
    );
  }

  const openings = ['reference', 'worker', 'in-process'].map((name) => () => openRasServer(name));
  if (before !== undefined) {
    openings.push(() => openRasServer(BEFORE, { checkout: resolve(before) }));
  }
  const floors = [false, true].map((receiveEvent) => () => openFloor({ receiveEvent }));
  await withServers([...openings, ...floors], async ([...opened]) => {
    const servers = opened.slice(0, openings.length);
    const [floor, floorWithEvent] = opened.slice(openings.length);
    for (const server of servers) {
      await dialogTurn(server, { mode: 'burst', callers: 1, dialogs: 5 });
      await readOpenDialogs(server);
      await warmUp(server);
    }
    for (const load of loads) {
      progress(`${load.mode}, ${load.callers} callers`);
      const participants = servers.map((server) => ({
        name: server.name,
        turn: () => dialogTurn(server, load),
      }));
      if (load.mode === 'keystroke' && load.callers === 1) {
        for (const program of [floor, floorWithEvent]) {
          participants.push({ name: program.name, turn: () => echoTurn(program) });
        }
      }
      measured.loads.push({ ...load, participants: await takeTurns(participants, load.rounds) });
    }
    const [{ host }] = servers;
    const { stdout } = await host.run(host.node, ['-p', 'process.version']);
    measured.windowsNode = stdout.trim();

    for (const server of opened) await server.stop();
    for (const server of servers) addBeginTimes(server, turnsOf(measured, server));
    measured.floor = { hops: floor.lastLine(), hopsWithReceiveEvent: floorWithEvent.lastLine() };
  });
  return measured;
}

function turnsOf({ loads }, { name }) {
  return loads.flatMap(({ participants }) =>
    participants.filter((participant) => participant.name === name).flatMap(({ turns }) => turns),
  );
}

/** Whatever happens, the servers are closed. */
async function withServers(openings, use) {
  const servers = [];
  try {
    for (const open of openings) servers.push(await open());
    await use(servers);
  } finally {
    for (const server of servers) await server.close();
  }
}

function progress(what) {
  console.error(`measuring after ${Math.round(process.uptime())} s: ${what}`);
}

module.exports = { measure };
