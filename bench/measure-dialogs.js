'use strict';

// Callers hold dialogs with each server in turn: what they see, and what it costs.

const { readFileSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const { load } = require('./load');
const { quantile } = require('./statistics');

/** For what one turn leaves behind, such as threads that end. */
const PAUSE_MS = 100;

/** Enough for just-in-time compilers and pools to settle. */
const WARM_UP = { callers: 16, dialogs: 200 };

async function warmUp(server) {
  // The first call starts the worker.
  for (const callers of [1, WARM_UP.callers]) {
    await dialogTurn(server, { mode: 'burst', callers, dialogs: WARM_UP.dialogs });
  }
}

/**
 * Lets everybody take turns, ABC ABC …
 * @param participants - `{ name, turn }`: one turn, which resolves with what it measured
 * @returns one object for each participant: its name, and its turns
 */
async function takeTurns(participants, rounds) {
  const measured = participants.map(({ name }) => ({ name, turns: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, { turn }] of participants.entries()) {
      await delay(PAUSE_MS);
      measured[i].turns.push(await turn());
    }
  }
  return measured;
}

/** Callers hold dialogs with a RAS server. */
async function dialogTurn(server, { mode, callers, dialogs }) {
  const first = server.calls;
  server.calls += dialogs;
  const { result, cpu } = await server.withCpu(() => load(server.port, mode, callers, dialogs));
  const cpuPerDialog = Object.fromEntries(
    Object.entries(cpu).map(([name, seconds]) => [name, (seconds * 1000) / dialogs]),
  );
  const total = Object.values(cpuPerDialog).reduce((sum, ms) => sum + ms, 0);
  return { ...result, first, cpuPerDialog: { ...cpuPerDialog, total } };
}

/** One caller types to a floor program. */
function echoTurn(floor) {
  return load(floor.port, 'echo', 1, 1);
}

/** Adds to each turn how long its Begins took: microseconds, known when the server has stopped. */
function addBeginTimes(server, turns) {
  const times = readFileSync(server.beginTimes, 'utf8').trim().split('\n').map(Number);
  for (const turn of turns) {
    const own = times.slice(turn.first, turn.first + turn.dialogs);
    turn.insideBegin = { p50: quantile(own, 0.5), p99: quantile(own, 0.99) };
  }
}

module.exports = { addBeginTimes, dialogTurn, echoTurn, takeTurns, warmUp };
