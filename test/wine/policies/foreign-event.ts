import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { KoffiFunc } from 'koffi';
import { definePolicy, grant } from 'rasshost';
import { PENDING } from 'rasshost/rasman';

const [, workerPath = ''] = process.argv;
const koffi = createRequire(workerPath)('koffi') as typeof import('koffi');
const addon = path.join(workerPath, '../../../prebuilds/win32-x64/rasshost.node');
const kernel32 = koffi.load('kernel32.dll');
const createEvent = kernel32.func(
  'void *CreateEventW(void *security, bool manual, bool initial, void *name)',
);
const wait: KoffiFunc<(handle: unknown, milliseconds: number) => number> = kernel32.func(
  'uint32_t WaitForSingleObject(void *handle, uint32_t milliseconds)',
);
const closeHandle = kernel32.func('bool CloseHandle(void *handle)');
const receive = koffi
  .load(addon)
  .func(
    'uint32_t RasSecurityDialogReceive(void *hPort, uint8_t *pBuffer, void *pBufferLength, uint32_t Timeout, void *hEvent)',
  );

/** Receives as a C programmer would: an event of its own, and a wait for it. */
export default definePolicy(async ({ transaction }) => {
  const event: unknown = createEvent(null, false, false, null);
  const length: unknown = koffi.alloc('uint16_t', 1);
  koffi.encode(length, 'uint16_t', 1);
  assert.equal(receive(transaction.hPort, transaction.receiveBuffer, length, 60, event), PENDING);
  assert.equal(await promisify(wait.async)(event, 60_000), 0);
  assert.equal(koffi.decode(length, 'uint16_t'), 1);
  assert.equal(transaction.receiveBuffer[0], 'x'.charCodeAt(0));
  closeHandle(event);
  koffi.free(length);
  return grant({ userName: 'alice', domain: 'CONTOSO' });
});
