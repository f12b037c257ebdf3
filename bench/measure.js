'use strict';

// Everything that is measured, in its order.

const { addBeginTimes, dialogTurn, echoTurn, takeTurns, warmUp } = require('./measure-dialogs');
const { measureChannel } = require('./measure-channel');
const { measureOpenDialogs } = require('./measure-open-dialogs');
const { measureWorkerStart } = require('./measure-worker-start');
const startUp = require('./start-up');
const { openFloor, openRasServer } = require('./subjects');

/**
 * @param plan - `workerStarts`: rounds; `loads`: who takes how many turns with how many callers;
 *   `processes`: whose open dialogs are looked at, by server
 */
async function measure({ workerStarts, loads, processes }) {
  progress('start-up of the simulator');
  const measured = { startUp: startUp.measure(), loads: [], openDialogs: {}, channel: {} };

  progress('start of a worker');
  measured.workerStart = await measureWorkerStart(workerStarts);

  progress('what one dialog puts on the channel');
  await withServers([() => openRasServer('worker', { trace: true })], async ([traced]) => {
    await dialogTurn(traced, { mode: 'burst', callers: 1, dialogs: 1 });
    for (const mode of ['keystroke', 'burst']) {
      measured.channel[mode] = await measureChannel(traced, mode);
    }
  });

  await withServers([() => openRasServer('bystander')], async ([bystander]) => {
    await openDialogs(measured, bystander, processes);
  });

  const openings = ['reference', 'worker', 'in-process'].map((name) => () => openRasServer(name));
  const floors = [false, true].map((receiveEvent) => () => openFloor({ receiveEvent }));
  await withServers([...openings, ...floors], async ([...opened]) => {
    const servers = opened.slice(0, openings.length);
    const [floor, floorWithEvent] = opened.slice(openings.length);
    for (const server of servers) {
      await dialogTurn(server, { mode: 'burst', callers: 1, dialogs: 5 });
      await openDialogs(measured, server, processes);
      await warmUp(server);
    }
    for (const plan of loads) {
      progress(`${plan.mode}, ${plan.callers} callers`);
      const participants = servers.map((server) => ({
        name: server.name,
        turn: () => dialogTurn(server, plan),
      }));
      if (plan.mode === 'keystroke' && plan.callers === 1) {
        for (const program of [floor, floorWithEvent]) {
          participants.push({ name: program.name, turn: () => echoTurn(program) });
        }
      }
      measured.loads.push({ ...plan, participants: await takeTurns(participants, plan.rounds) });
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

async function openDialogs(measured, server, processes) {
  progress(`open dialogs: ${server.name}`);
  measured.openDialogs[server.name] = await measureOpenDialogs(server, processes[server.name]);
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
  console.error(`measuring: ${what}`);
}

module.exports = { measure };
