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

rasshost is measured side by side with a security DLL in C++ that does what Microsoft's
documentation tells: Begin starts a thread, which sends, receives a byte at a time, echoes and waits
(bench/native/reference.cc). Both hold the same dialog (bench/policy.ts): a user name, a masked
passcode, a welcome, SUCCESS. The RAS server is the [emulator](emulator.md) under Wine.

![Ratios to the reference](${PICTURE})

Measured on ${date}: ${processors} processors, Linux, ${wine}, node.exe ${windowsNode},
driven by Node.js ${node}. Under Wine every call of the system's kernel is a
round trip to another process, wineserver, which makes such calls ten times as dear as on Windows:
the figures compare designs, they do not predict a server's.

## How to repeat it

\`\`\`sh
npm run bench             # everything, under 10 minutes
npm run bench -- --quick  # the ratios that matter most, under 2 minutes
npm run bench -- --write  # everything, and this page anew
npm run bench -- --before ../other-checkout  # in turns with another revision, which is built
\`\`\`

It builds what is missing, prints the tables and, as its last line, the ratios as one JSON object;
all that was measured is in build/bench.json. It needs Linux, Wine, CMake and mingw-w64, and a machine
that does nothing else.

## How it is measured

- **Turns.** Reference, worker and in-process placement take turns (ABC ABC …), each in a Wine
  prefix with a wineserver of its own. A ratio is that of two turns of the same round, and the
  table has the median of the rounds.
- **Callers** are one Linux program with an event loop (bench/load/load.cc) on loopback TCP. In
  _keystroke_ mode each key awaits its echo, in _burst_ mode a line goes at once. At the welcome
  they press Done, as RAS clients do, and begin PPP.
- **Inside Begin** is what \`ras-server --measure\` saw.
- **CPU** is user and system time of all processes of the prefix, wineserver too, the callers not.
- **The floor** (bench/native/floor\\_\\*) only moves keystrokes: TCP, the channel's ring, a
  thread-safe call into JavaScript, and back. No design can go below it. _With the receive event_ it
  has one hop more, which RasSecurityDialogReceive forces on every security DLL: what was typed is
  told by an event to a thread that waits for it.
- **Open dialogs**: callers wait at the first prompt, 64, then 500, then 1,000 of them; garbage is
  collected; private memory, threads and handles are read. The _bystander_ is a security DLL that
  keeps nothing: what a call takes with it is the RAS server's own.
- **Start of a worker**: from CreateProcess to its Ready frame, started by the code that rasshost.dll
  starts it with (bench/native/worker_start.cc), so no spare can stand by; in turn with
  \`node.exe -e 0\` and with a node.exe that only loads the addon and koffi (bench/start-floor.js),
  from their starts to their ends.
- **Loss of a worker**: the worker of a dialog that is at its prompt is killed while a spare stands
  by; when its caller has been cut off, the next one dials (bench/measure-worker-loss.js). The floor of
  that end is a usual one: from the last key of a denied caller, through the worker and Complete, to
  the end of the call.
- **Start of the simulator**: \`rasshost simulate\` on this system, whose caller hangs up at the first
  prompt, in turn with \`node -e 0\`.
- **Channel**: bytes from the rings' own indices; frames counted from the trace, since each call of
  the dialog is one frame.

## What the figures come from

Of 270 calls of the kernel that a burst dialog took at first, 94 only set a wait of the thread pool
anew, for the next keystroke or the next frame. So:

- A receive that Rasman may own is pooled, and its event is registered with the system once
  (\`RegisterWaitForSingleObject\`). The pool keeps as many as were ever needed at a time.
- Each worker has a thread in the RAS process that waits for its frames and for its end. Complete
  is called on a thread of the system's pool, so that a server that takes its time over one verdict
  holds up no other dialog.
- JavaScript looks for frames again when its promises have gone on, before it says that it sleeps.
  What it writes for several dialogs in one turn wakes the RAS process once; a lone keystroke's echo
  goes at once.

Opening files is what the start of a worker consists of under Wine. So what it loads of ours is
bundled into a few files, and code pages are loaded when a policy wants one. What is left above a
bare node.exe is for the most part koffi: for each of 34 functions of Node's it asks the system for a
module that isn't there, and Wine looks on the disk each time; Linux needs 4 ms for all of it. The
rest is jiti and sucrase, which policies in TypeScript need. A code cache was tried: it gained
nothing, and it would be a place from which the worker takes code. With a spare worker no caller waits
for a start.

With 1,000 callers a third of wineserver's time goes by in the emulator's WSAPoll: whenever one socket
has something, wineserver walks over all that are polled. The more often the emulator polls, the more
it takes; the reference, whose thousand threads keep the processors busy, has it poll seldom. So the
table also has this ratio without wineserver, and with 1,000 callers the reference holds more dialogs a
second. Several threads that poll some lines each took that cost away, but under load some of them
never noticed that a line was to be closed, for a reason that was not found.

After the loss of a worker the next caller meets one that has not held a dialog yet. What runs for the
first time takes milliseconds, so a worker rehearses before it says that it is ready: it holds a dialog
of its own with a simulated caller, and has the addon refuse a call of each function that koffi has
bound. The next spare starts a second later, when the first callers have had the processors.

What the RAS process takes for an open dialog is nearly all the system's: under Wine a thread for
every 63 waits, with a megabyte of stack in use. The memory table shows it with and without these
threads. Windows 8 and later need a handful of threads for any number of waits, as far as is
documented; nothing here was measured on Windows.

How far to trust a figure: two runs on a virtual machine, whose processors others used as well, agreed
within 15 % in the keystroke's echo (1.22 and 1.22 of the floor) and the start of a worker (2.18 and
2.31), and did not in dialogs per second (1.18 and 1.95 with 64 callers), in CPU per dialog (1.19 and
0.76), in the prompt after the loss of a worker (1.03 and 0.74) and in whatever is the slowest of a
hundred. The tables are of the second. Between the two rasshost has changed as well, so what is the
machine's part and what is ours was not told apart.
`;
}

async function writeDocs(results) {
  const text = [introduction(results.measured), ...tables(results).map(asMarkdown)].join('\n');
  const options = { ...(await prettier.resolveConfig(ROOT)), parser: 'markdown' };
  writeFileSync(join(ROOT, 'docs/performance.md'), await prettier.format(text, options));
  writeFileSync(join(ROOT, 'docs', PICTURE), draw(results));
}

module.exports = { writeDocs };
