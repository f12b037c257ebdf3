'use strict';

// What the processes of a Wine prefix use, as Linux sees them.

const { readFileSync, readdirSync } = require('node:fs');
const { execFileSync } = require('node:child_process');

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Fields of /proc/PID/stat behind the name, which is the second of them. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

function winePrefixOf(pid) {
  return /(?:^|\0)WINEPREFIX=([^\0]*)/.exec(read(pid, 'environ'))?.[1];
}

/** @returns {{ pid: string, name: string }[]} */
function processesOf(prefix) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => winePrefixOf(pid) === prefix)
    .map((pid) => ({ pid, name: read(pid, 'comm').trim() }))
    .filter(({ name }) => name !== '');
}

/** Seconds of CPU time that each of `processes` has used so far. */
function cpuSeconds(processes) {
  return processes.map(({ pid, name }) => {
    const stat = read(pid, 'stat');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[USER_TIME] ?? 0) + Number(fields[SYSTEM_TIME] ?? 0);
    return { pid, name, seconds: ticks / TICKS_PER_SECOND };
  });
}

function threadCount(pid) {
  return readdirSync(`/proc/${pid}/task`).length;
}

/** Bytes of memory that belong to this process alone. */
function privateBytes(pid) {
  const kilobytes = [...read(pid, 'smaps_rollup').matchAll(/^Private_\w+:\s+(\d+) kB$/gm)];
  return kilobytes.reduce((sum, [, number]) => sum + Number(number) * 1024, 0);
}

/** Empty when the process has ended meanwhile. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

module.exports = { cpuSeconds, privateBytes, processesOf, threadCount, winePrefixOf };
