'use strict';
// A RAS server that does nothing but call Begin, once for each port: `begin.js PACKAGE RASMAN
// PORT...`. RASMAN is the Rasman.dll that rasshost.dll finds, empty for none. Prints as JSON what
// Begin returned and which messages reached the Complete function of which Begin. Then calls End
// for each port, and for one that was never begun.

const { createRequire } = require('node:module');
const { join } = require('node:path');
const { clearTimeout, setTimeout } = require('node:timers');

const [packageDirectory, rasman, ...ports] = process.argv.slice(2);
const koffi = createRequire(join(packageDirectory, 'package.json'))('koffi');
const { SECURITY_MESSAGE } = require(join(packageDirectory, 'dist/rasman/koffi-rasman.js'));

const BUFFER_SIZE = 16;
const UNKNOWN_PORT = 99;
const PATIENCE_MS = 20_000;

if (rasman !== '') koffi.load(rasman);
const dll = koffi.load(join(packageDirectory, 'prebuilds/win32-x64/rasshost.dll'));
const complete = koffi.pointer(koffi.proto('__stdcall', 'void', [koffi.pointer(SECURITY_MESSAGE)]));
const begin = dll.func('__stdcall', 'RasSecurityDialogBegin', 'uint32_t', [
  'void *', // hPort
  'void *', // pSendBuf
  'uint32_t', // SendBufSize
  'void *', // pRecvBuf
  'uint32_t', // RecvBufSize
  complete, // RasSecurityDialogComplete
]);
const end = dll.func('uint32_t __stdcall RasSecurityDialogEnd(void *hPort)');

function call(port) {
  let told;
  const completed = new Promise((resolve) => {
    told = koffi.register((message) => {
      const { dwMsgId, hPort, dwError } = koffi.decode(message, SECURITY_MESSAGE);
      resolve({ hPort: Number(koffi.address(hPort)), dwMsgId, dwError });
    }, complete);
  });
  const buffers = [0, 0].map(() => koffi.alloc('uint8_t', BUFFER_SIZE));
  const result = begin(BigInt(port), buffers[0], BUFFER_SIZE, buffers[1], BUFFER_SIZE, told);
  return { port: Number(port), result, completed };
}

async function main() {
  // Complete comes on another thread and does not keep this process waiting by itself.
  const alive = setTimeout(() => {
    console.error('a Complete did not come');
    process.exit(1);
  }, PATIENCE_MS);
  const calls = ports.map(call);
  const begun = [];
  for (const { port, result, completed } of calls) {
    begun.push({ port, result, told: result === 0 ? await completed : null });
  }
  const ended = [...ports, UNKNOWN_PORT].map((port) => end(BigInt(port)));
  clearTimeout(alive);
  console.log(JSON.stringify({ begun, ended }));
}

void main();
