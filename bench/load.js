'use strict';

// Runs the caller load generator (bench/load/load.cc).

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { LOAD } = require('./programs');

/** No measurement may take longer; then its callers count as errors. */
const LIMIT_SECONDS = 120;

/**
 * Lets callers hold dialogs, and returns what they saw.
 * @returns {Promise<{ dialogs: number, seconds: number, dialogsPerSecond: number,
 *   begin: { count: number, p50: number, p99: number },
 *   echo: { count: number, p50: number, p99: number } }>} times in microseconds
 * @throws Error when a dialog did not go as it should
 */
async function load(port, mode, callers, dialogs) {
  const { finished } = start(port, mode, callers, dialogs);
  const result = JSON.parse(await finished);
  if (result.errors > 0) {
    const who = `${mode}, ${callers} callers, ${result.seconds} s`;
    throw new Error(`${result.errors} of ${dialogs} dialogs failed (${who})`);
  }
  return result;
}

/**
 * Runs `during` while so many callers are at the first prompt.
 * @param mode - `hold`: then they finish their dialogs; `leave`: then they hang up
 */
async function whileHeld(port, mode, callers, during) {
  const { child, finished } = start(port, mode, callers, callers);
  try {
    const [chunk] = await once(child.stdout, 'data');
    const text = chunk.toString();
    if (!text.startsWith('held')) throw new Error(`not all of ${callers} were served: ${text}`);
    return await during();
  } finally {
    child.stdin.end();
    await finished;
  }
}

function start(port, mode, callers, dialogs) {
  const args = Object.entries({ port, mode, callers, dialogs, seconds: LIMIT_SECONDS });
  const child = spawn(
    LOAD,
    args.flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  return { child, finished: once(child, 'close').then(() => text) };
}

module.exports = { load, whileHeld };
