'use strict';

// What was measured as tables, for the terminal and for docs/performance.md.

const { median } = require('./statistics');
const { GOALS, find, series } = require('./summary');
const { perDialog } = require('./measure-open-dialogs');

const RATIOS = {
  begin_p50: 'time inside Begin, p50 (burst, 64 callers)',
  begin_p99: 'time inside Begin, p99',
  dialogs_per_second_64: 'dialogs per second, burst, 64 callers (more is better)',
  dialogs_per_second_256: 'dialogs per second, burst, 256 callers (more is better)',
  dialogs_per_second_1000: 'dialogs per second, burst, 1,000 callers (more is better)',
  echo_p50_over_floor: 'keystroke to echo, p50, 1 caller, over the floor',
  echo_p50_over_floor_with_receive_event: 'the same, over the floor with the receive event',
  echo_p50_over_reference: 'the same, over the reference',
  echo_p99_64: 'keystroke to echo, p99, 64 callers',
  cpu_per_dialog: 'CPU per dialog, all processes (burst, 64 callers)',
  scale_1000_over_64: 'CPU per dialog, 1,000 callers over 64',
  scale_1000_over_64_without_wineserver: "the same, without wineserver's part",
  worker_start: 'worker start to ready, over a bare node.exe',
  worker_start_floor: 'node.exe with addon and koffi alone, over a bare node.exe',
  worker_start_over_floor: 'worker start to ready, over that',
  prompt_after_worker_loss: 'call to first prompt when the worker has just died, over a usual one',
  simulator_start: 'rasshost simulate to its first prompt, over a bare node (Linux)',
};

/** In a long run. */
const MEMORIES = {
  memory_ras_kib: 'KiB per open dialog in the RAS process, without what the server takes',
  memory_ras_without_wait_threads_kib: "the same, without the system's threads that wait",
  memory_worker_kib: 'KiB per open dialog in the worker',
  memory_in_process_kib: 'KiB per open dialog in the one process of in-process placement',
  memory_reference_kib: 'KiB per open dialog in the RAS process of the reference',
};

/** In a long run. */
const LOSSES = {
  prompt: 'with a spare: call to first prompt',
  promptAfterLoss: 'the same when the worker has just died',
  ended: 'the floor: last key to the end of a call by a verdict',
  lost: "the worker's death to the end of its caller's call",
};

const NAMES = ['reference', 'worker', 'in-process'];

/** Those of which more is better. */
const isRate = (key) => key.startsWith('dialogs_per_second');

function number(value) {
  if (value === undefined) return '';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** @returns tables: `{ title, head, rows }` of text */
function tables({ measured, summary }) {
  return [
    ratioTable(summary),
    callerTable(measured),
    cpuTable(measured),
    ...(measured.openDialogs.worker ? [openDialogTable(measured), memoryTable(summary)] : []),
    ...(measured.workerLoss ? [lossTable(measured, summary)] : []),
    otherTable(measured),
  ];
}

function ratioTable(summary) {
  return {
    title: 'Ratios to the reference',
    head: ['figure', 'worker', 'in-process', 'goal'],
    rows: Object.entries(RATIOS).map(([key, title]) => {
      const goal = GOALS[key];
      const bound = goal === undefined ? '' : `${isRate(key) ? '≥' : '≤'} ${goal}`;
      return [title, number(summary[key]), number(summary.in_process[key]), bound];
    }),
  };
}

function callerTable(measured) {
  const rows = measured.loads.flatMap((load) => {
    const of = (pick) => NAMES.map((name) => number(median(series(load, name, pick))));
    const who = `${load.mode}, ${load.callers}`;
    const begin = (share) => (turn) => turn.begin[share] / 1000;
    const echo = (share) => (turn) => turn.echo[share] / 1000;
    return [
      [`${who}: dialogs per second`, ...of((turn) => turn.dialogsPerSecond)],
      [`${who}: inside Begin, µs, p50`, ...of((turn) => turn.insideBegin.p50)],
      [`${who}: inside Begin, µs, p99`, ...of((turn) => turn.insideBegin.p99)],
      [`${who}: call to first prompt, ms, p50`, ...of(begin('p50'))],
      [`${who}: call to first prompt, ms, p99`, ...of(begin('p99'))],
      ...(load.mode === 'keystroke'
        ? [
            [`${who}: keystroke to echo, ms, p50`, ...of(echo('p50'))],
            [`${who}: keystroke to echo, ms, p99`, ...of(echo('p99'))],
          ]
        : []),
    ];
  });
  return { title: 'What callers see', head: ['load, callers: figure', ...NAMES], rows };
}

function cpuTable(measured) {
  const programs = ['total', 'ras-server.exe', 'node.exe', 'wineserver64'];
  const rows = measured.loads.flatMap((load) =>
    programs.map((program) => [
      `${load.mode}, ${load.callers}: ${program}`,
      ...NAMES.map((name) =>
        number(median(series(load, name, (turn) => turn.cpuPerDialog[program] ?? 0))),
      ),
    ]),
  );
  return { title: 'CPU per dialog, ms', head: ['load, callers: program', ...NAMES], rows };
}

function openDialogTable({ openDialogs }) {
  const rows = Object.entries(openDialogs).flatMap(([name, states]) =>
    Object.keys(states[0].processes).flatMap((program) =>
      perDialog(states, program).map(({ from, to, threads, handles, bytes }) => [
        `${name}: ${program}`,
        `${from} to ${to}`,
        number(threads),
        number(handles),
        number(bytes / 1024),
      ]),
    ),
  );
  return {
    title: 'What each further open dialog takes',
    head: ['server: process', 'open dialogs', 'threads', 'handles', 'KiB'],
    rows,
  };
}

function memoryTable(summary) {
  return {
    title: 'Memory',
    head: ['figure', 'KiB', 'goal'],
    rows: Object.entries(MEMORIES).map(([key, title]) => {
      const goal = GOALS[key];
      return [title, number(summary[key]), goal === undefined ? '' : `≤ ${goal}`];
    }),
  };
}

function lossTable({ workerLoss }, summary) {
  const rows = Object.entries(LOSSES).map(([key, title]) => {
    const times = workerLoss[key];
    return [title, number(median(times)), number(Math.max(...times)), ''];
  });
  const key = 'lost_dialog_end_above_floor_ms';
  rows.push([
    "the slowest of these above the floor's p50",
    '',
    number(summary[key]),
    `≤ ${GOALS[key]}`,
  ]);
  return { title: 'Loss of a worker', head: ['figure', 'ms, p50', 'ms, most', 'goal'], rows };
}

function otherTable({ floor, workerStart, channel, loads }) {
  const alone = find({ loads }, 'keystroke', 1);
  const echo = (name) => number(median(series(alone, name, (turn) => turn.echo.p50)));
  const hops = Object.entries(floor.hops).map(([hop, µs]) => [`floor: ${hop}, µs`, number(µs)]);
  const frames = Object.entries(channel).flatMap(([mode, ways]) =>
    Object.entries(ways).map(([way, { bytes, frames: count }]) => [
      `channel, ${mode}, ${way}: frames and bytes a dialog`,
      `${number(count)}, ${number(bytes)}`,
    ]),
  );
  return {
    title: 'Everything else',
    head: ['figure', 'value'],
    rows: [
      ['floor: keystroke to echo, µs, p50', echo('floor')],
      ['floor with receive event: keystroke to echo, µs, p50', echo('floor with receive event')],
      ...hops,
      ['bare node.exe: start to end, ms', number(median(workerStart.bareNode))],
      ['node.exe with addon and koffi: start to end, ms', number(median(workerStart.floor))],
      ['worker: start to ready, ms', number(median(workerStart.worker))],
      ...frames,
    ],
  };
}

function asText({ title, head, rows }) {
  const lines = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
  const line = (cells) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ');
  return [title, ...lines.map(line), ''].join('\n');
}

function asMarkdown({ title, head, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [`## ${title}`, '', line(head), line(rule), ...rows.map(line), ''].join('\n');
}

module.exports = { RATIOS, asMarkdown, asText, tables };
