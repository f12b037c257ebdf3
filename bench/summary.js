'use strict';

// From what was measured to the ratios that there are goals for.

const { perDialog } = require('./measure-open-dialogs');
const { median, medianRatio } = require('./statistics');
const { BEFORE } = require('./subjects');

const KIB = 1024;

/** What the figures of the ratios are, and which is better. */
const GOALS = {
  begin_p50: 0.1,
  begin_p99: 0.2,
  dialogs_per_second_64: 1,
  dialogs_per_second_256: 1,
  dialogs_per_second_1000: 1,
  echo_p50_over_floor: 1.25,
  echo_p99_64: 1,
  cpu_per_dialog: 1.5,
  scale_1000_over_64: 1.3,
  worker_start: 1.5,
  prompt_after_worker_loss: 1.5,
  lost_dialog_end_above_floor_ms: 100,
  simulator_start: 3,
  memory_ras_kib: 8,
  memory_ras_without_wait_threads_kib: 8,
  memory_worker_kib: 24,
};

/** The load with this mode and so many callers; undefined in a short run that has none. */
function find(measured, mode, callers) {
  return measured.loads.find((load) => load.mode === mode && load.callers === callers);
}

/** What `pick` takes from each turn of a participant. */
function series(load, name, pick) {
  return load.participants.find((participant) => participant.name === name).turns.map(pick);
}

/** The ratios of one placement. */
function ratios(measured, placement) {
  const overReference = (mode, callers, pick) => {
    const load = find(measured, mode, callers);
    return medianRatio(series(load, placement, pick), series(load, 'reference', pick));
  };
  const alone = find(measured, 'keystroke', 1);
  const echo = (turn) => turn.echo.p50;
  const overFloor = (floor) =>
    medianRatio(series(alone, placement, echo), series(alone, floor, echo));
  return {
    begin_p50: overReference('burst', 64, (turn) => turn.insideBegin.p50),
    begin_p99: overReference('burst', 64, (turn) => turn.insideBegin.p99),
    dialogs_per_second_64: overReference('burst', 64, (turn) => turn.dialogsPerSecond),
    dialogs_per_second_256: overReference('burst', 256, (turn) => turn.dialogsPerSecond),
    echo_p50_over_floor: overFloor('floor'),
    echo_p50_over_floor_with_receive_event: overFloor('floor with receive event'),
    echo_p50_over_reference: overReference('keystroke', 1, echo),
    echo_p99_64: overReference('keystroke', 64, (turn) => turn.echo.p99),
    cpu_per_dialog: overReference('burst', 64, (turn) => turn.cpuPerDialog.total),
    ...manyCallers(measured, placement),
  };
}

/** What this revision is over the one of before, where one has taken its turns. */
function overBefore(measured) {
  const load = find(measured, 'burst', 64);
  if (!load.participants.some(({ name }) => name === BEFORE)) return {};
  const ratio = (pick) => medianRatio(series(load, 'worker', pick), series(load, BEFORE, pick));
  return {
    over_before: {
      begin_p50: ratio((turn) => turn.insideBegin.p50),
      begin_p99: ratio((turn) => turn.insideBegin.p99),
      dialogs_per_second_64: ratio((turn) => turn.dialogsPerSecond),
      cpu_per_dialog: ratio((turn) => turn.cpuPerDialog.total),
    },
  };
}

/** Of a long run. */
function manyCallers(measured, placement) {
  const load = find(measured, 'burst', 1000);
  if (!load) return {};
  const rate = (turn) => turn.dialogsPerSecond;
  return {
    dialogs_per_second_1000: medianRatio(
      series(load, placement, rate),
      series(load, 'reference', rate),
    ),
    ...scale(measured, placement),
  };
}

/** What a dialog costs among 1,000 callers, over what it costs among 64. */
function scale(measured, name) {
  const [few, many] = [64, 1000].map((callers) => find(measured, 'burst', callers));
  const ratio = (cost) => median(series(many, name, cost)) / median(series(few, name, cost));
  return {
    scale_1000_over_64: ratio(({ cpuPerDialog }) => cpuPerDialog.total),
    scale_1000_over_64_without_wineserver: ratio(
      ({ cpuPerDialog }) => cpuPerDialog.total - cpuPerDialog.wineserver64,
    ),
  };
}

/** KiB that each further dialog takes in a process, less what the RAS server takes by itself. */
function memory(measured, name, program, own) {
  const server = own ? perProcess(measured, 'bystander', 'ras-server.exe').bytes : 0;
  return (perProcess(measured, name, program).bytes - server) / KIB;
}

/**
 * The same without the threads that the system's pool takes for its waits, which cost as much as
 * those of the reference.
 */
function memoryWithoutWaitThreads(measured, name, program) {
  const { threads } = perProcess(measured, name, program);
  const perThread = memory(measured, 'reference', 'ras-server.exe', true);
  return memory(measured, name, program, true) - threads * perThread;
}

/** What each further open dialog takes, over all states. */
function perProcess({ openDialogs }, name, program) {
  const states = openDialogs[name];
  const [whole] = perDialog([states[0], states.at(-1)], program);
  return whole;
}

/** Of a long run. */
function memories(measured) {
  if (!measured.openDialogs.worker) return {};
  return {
    memory_ras_kib: memory(measured, 'worker', 'ras-server.exe', true),
    memory_ras_without_wait_threads_kib: memoryWithoutWaitThreads(
      measured,
      'worker',
      'ras-server.exe',
    ),
    memory_worker_kib: memory(measured, 'worker', 'node.exe', false),
    memory_in_process_kib: memory(measured, 'in-process', 'node.exe', true),
    memory_reference_kib: memory(measured, 'reference', 'ras-server.exe', true),
  };
}

/** Of a long run. */
function workerLoss({ workerLoss: measured }) {
  if (!measured) return {};
  return {
    prompt_after_worker_loss: medianRatio(measured.promptAfterLoss, measured.prompt),
    lost_dialog_end_ms: median(measured.lost),
    // Of the slowest: what it is a bound for is each dialog.
    lost_dialog_end_above_floor_ms: Math.max(...measured.lost) - median(measured.ended),
  };
}

/** Of a long run. */
function simulatorStart({ simulatorStart: measured }) {
  if (!measured) return {};
  return { simulator_start: medianRatio(measured.simulate, measured.bareNode) };
}

/** The figures that `npm run bench` prints as its last line. */
function summarize(measured) {
  const { bareNode, floor, worker } = measured.workerStart;
  return {
    ...ratios(measured, 'worker'),
    worker_start: medianRatio(worker, bareNode),
    worker_start_over_floor: medianRatio(worker, floor),
    worker_start_floor: medianRatio(floor, bareNode),
    ...workerLoss(measured),
    ...memories(measured),
    ...simulatorStart(measured),
    ...(find(measured, 'burst', 1000) && { reference: scale(measured, 'reference') }),
    in_process: ratios(measured, 'in-process'),
    ...overBefore(measured),
  };
}

module.exports = { GOALS, find, series, summarize };
