'use strict';

// Writes docs/performance.md and its picture.

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const prettier = require('prettier');
const { ROOT } = require('../scripts/run');
const { draw } = require('./draw');
const { asMarkdown, tables } = require('./report');

const PICTURE = 'performance.svg';

/** What is measured and how, before the tables. */
function introduction({ machine: { date, processors, node, wine }, windowsNode }) {
  return `# Performance

<!-- Written by \`npm run bench -- --write\`; the text is in bench/write.js. -->

This page compares rasshost with a security DLL in C++, the **reference** (bench/native/reference.cc).
The reference does what Microsoft's documentation describes: Begin starts a thread, and that thread
sends, receives a byte at a time, echoes and waits. Both hold the same dialog (bench/policy.ts): a user
name, a masked passcode, a welcome, SUCCESS. The RAS server is the [emulator](emulator.md) under Wine.

![Ratios to the reference](${PICTURE})

Measured on ${date}: ${processors} processors, Linux, ${wine}, node.exe ${windowsNode},
driven by Node.js ${node}.

The figures compare designs. They do not predict the figures of a server. Under Wine every call of the
system's kernel is a round trip to another process, wineserver. This makes such calls ten times as
expensive as on Windows.

## How to repeat it

\`\`\`sh
npm run bench             # everything, under 10 minutes
npm run bench -- --quick  # the ratios that matter most, under 2 minutes
npm run bench -- --write  # everything, and this page anew
npm run bench -- --before ../other-checkout  # in turns with another revision, which is built
\`\`\`

\`npm run bench\` builds what is missing and prints the tables. Its last line has the ratios as one JSON
object. build/bench.json has everything that was measured. The benchmark needs Linux, Wine, CMake and
mingw-w64, and a machine that does nothing else.

## How it is measured

- **Turns.** Reference, worker and in-process placement take turns (ABC ABC …). Each has a Wine prefix
  with a wineserver of its own. A ratio compares two turns of the same round. The table has the median
  of the rounds.
- **Callers** are one Linux program with an event loop (bench/load/load.cc) on loopback TCP. In
  _keystroke_ mode each key waits for its echo. In _burst_ mode a line is sent at once. At the welcome
  the callers press Done, as RAS clients do, and begin PPP.
- **Inside Begin** is what \`ras-server --measure\` saw.
- **CPU** is user and system time of all processes of the prefix. It includes wineserver, but not the
  callers.
- **The floor** (bench/native/floor\\_\\*) only moves keystrokes: TCP, the channel's ring, a thread-safe
  call into JavaScript, and back. No design can be faster than that. _With the receive event_ the floor
  has one step more: an event tells a thread that something was typed. RasSecurityDialogReceive forces
  this step on every security DLL.
- **Open dialogs**: 64, then 500, then 1,000 callers wait at the first prompt. Then garbage is
  collected, and private memory, threads and handles are read. The _bystander_ is a security DLL that
  keeps nothing. So what a call takes with the bystander belongs to the RAS server.
- **Start of a worker**: from CreateProcess to the worker's Ready frame. The same code starts it as in
  rasshost.dll (bench/native/worker_start.cc), so no spare worker can stand by. It takes turns with
  \`node.exe -e 0\` and with a node.exe that only loads the addon and koffi (bench/start-floor.js). These
  two are measured from their start to their end.
- **Loss of a worker**: a dialog is at its prompt, and a spare worker stands by. Then the worker of that
  dialog is killed. When its caller has been cut off, the next caller dials
  (bench/measure-worker-loss.js). The floor for the cut-off is the usual end of a call: from the last key
  of a denied caller, through the worker and Complete, to the end of the call.
- **Start of the simulator**: \`rasshost simulate\` on this system. Its caller hangs up at the first
  prompt. It takes turns with \`node -e 0\`.
- **Channel**: the bytes come from the rings' own indices. The frames are counted from the trace, since
  each call of the dialog is one frame.

## What the figures come from

**Calls of the kernel.** A burst dialog took 270 calls of the kernel at first. 94 of them only set a wait
of the thread pool anew, for the next keystroke or the next frame. So this was changed:

- Receives that Rasman may own are kept in a pool. The event of each of them is registered with the
  system once (\`RegisterWaitForSingleObject\`). The pool keeps as many as were ever needed at one time.
- Each worker has a thread in the RAS process that waits for its frames and for its end. Complete is
  called on a thread of a private pool. So if a server takes long over one verdict, no other dialog
  waits.
- When its promises have gone on, JavaScript looks for frames again before it says that it sleeps. What
  it writes for several dialogs in one turn wakes the RAS process once. The echo of a single keystroke
  goes at once.

**Start of a worker.** Under Wine most of this time goes into opening files. So rasshost's own code is
bundled into a few files, and code pages are loaded only when a policy uses one. What is left above a
bare node.exe is mostly koffi: it asks the system 34 times, once for each of 34 functions of Node.js, for
a module that does not exist, and Wine searches the disk each time. On Linux all of this takes 4 ms. The
rest is jiti and sucrase, which policies in TypeScript need. A code cache was tried. It gained nothing,
and somebody who can write to the cache could change the code of the worker. With a spare worker no
caller waits for a start.

**1,000 callers.** A third of wineserver's time goes into the emulator's WSAPoll. Whenever one socket has
something, wineserver looks at all sockets that are polled. So it takes more time if the emulator polls
more often. With the reference the emulator polls seldom, because the thousand threads of the reference
keep the processors busy. For this reason the table also has this ratio without wineserver, and the
reference holds more dialogs per second with 1,000 callers. Several threads that poll some lines each
removed that cost. But under load some of these threads never noticed that a line was to be closed. The
cause was not found.

**Loss of a worker.** After the loss, the next caller gets a worker that has not held a dialog yet. Code
that runs for the first time takes milliseconds. So a worker rehearses before it says that it is ready: it
holds a dialog of its own with a simulated caller, and calls each function that koffi has bound in a way
that the addon refuses. The next spare starts a second later, when the first callers no longer need the
processors.

**Memory of an open dialog.** Nearly all that an open dialog takes in the RAS process belongs to the
system. Under Wine there is one thread for every 63 waits, and each thread uses a megabyte of stack. The
memory table shows the memory with and without these threads. According to the documentation, Windows 8
and later need a few threads for any number of waits. Nothing here was measured on Windows.

**How far to trust a figure.** Two runs were made on a virtual machine whose processors others used as
well. The tables are those of the second run. Within 15 % the two runs agreed in some figures, and not in
others:

| figure                                             | first run | second run | agreed |
| -------------------------------------------------- | --------: | ---------: | ------ |
| echo of a keystroke, over the floor                |      1.22 |       1.22 | yes    |
| start of a worker                                  |      2.18 |       2.31 | yes    |
| dialogs per second, 64 callers                     |      1.18 |       1.95 | no     |
| CPU per dialog                                     |      1.19 |       0.76 | no     |
| prompt after the loss of a worker                  |      1.03 |       0.74 | no     |
| the slowest of a hundred, of anything              |           |            | no     |

rasshost itself also changed between the two runs. So nobody can say which part of a difference comes from
the machine and which part from rasshost.
`;
}

async function writeDocs(results) {
  const text = [introduction(results.measured), ...tables(results).map(asMarkdown)].join('\n');
  const options = { ...(await prettier.resolveConfig(ROOT)), parser: 'markdown' };
  writeFileSync(join(ROOT, 'docs/performance.md'), await prettier.format(text, options));
  writeFileSync(join(ROOT, 'docs', PICTURE), draw(results));
}

module.exports = { writeDocs };
