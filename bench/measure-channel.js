'use strict';

// What goes over the channel for one dialog. Bytes are read from the rings' own indices, in the
// worker's memory; frames are counted from the server's trace, since each call of the dialog is one.

const { closeSync, openSync, readFileSync, readSync } = require('node:fs');
const { load } = require('./load');

/** native/windows/channel.cc: the size of the section, and where its two headers begin. */
const SECTION_SIZE = 2 * 256 + 2 * 1024 * 1024;
const PAGE = 4096;
const HEADS = { toWorker: 0, toHost: 256 };

/** @param server - a worker's, with a trace; its worker runs */
async function measureChannel(server, mode, dialogs) {
  const section = findSection(server.process('node.exe'));
  const before = { ...readHeads(section), lines: readTrace(server).length };
  await load(server.port, mode, 1, dialogs);
  const after = readHeads(section);
  const lines = readTrace(server).slice(before.lines);
  const count = (matches) => lines.filter(matches).length / dialogs;
  const isCall = (name) => (line) => line.call === `RasSecurityDialog${name}`;
  return {
    toWorker: {
      bytes: (after.toWorker - before.toWorker) / dialogs,
      frames: count(isCall('Begin')) + count((line) => line.receive === 'completed'),
    },
    toHost: {
      bytes: (after.toHost - before.toHost) / dialogs,
      frames: ['Send', 'Receive', 'Complete'].reduce((sum, name) => sum + count(isCall(name)), 0),
    },
  };
}

function findSection(pid) {
  const size = Math.ceil(SECTION_SIZE / PAGE) * PAGE;
  for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw-s /.exec(line) ?? [];
    if (from === undefined) continue;
    const address = Number.parseInt(from, 16);
    if (Number.parseInt(to, 16) - address === size) return { pid, address };
  }
  throw new Error("the channel's section is not where it was expected");
}

/** Bytes written to each ring since the worker's start. */
function readHeads({ pid, address }) {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    return Object.fromEntries(
      Object.entries(HEADS).map(([name, offset]) => {
        const head = new Uint32Array(1);
        readSync(memory, head, 0, 4, address + offset);
        return [name, head[0]];
      }),
    );
  } finally {
    closeSync(memory);
  }
}

function readTrace(server) {
  const text = readFileSync(server.trace, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n'))
    .split('\n')
    .map((line) => JSON.parse(line));
}

module.exports = { measureChannel };
