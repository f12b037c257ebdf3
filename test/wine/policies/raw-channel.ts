import { createRequire } from 'node:module';
import process from 'node:process';
import type * as Koffi from 'koffi';

/**
 * The worker's end of the channel without the addon in between, for what no honest worker writes.
 * Layout and frames are those of native/common (ring.h, frame.h).
 */

const HEADER_SIZE = 256;
const CAPACITY = 1 << 20;
const TO_HOST = HEADER_SIZE;
const TAIL = TO_HOST + 64;
const ASLEEP = TO_HOST + 128;
const DATA = 2 * HEADER_SIZE + CAPACITY;
const SECTION_SIZE = 2 * (HEADER_SIZE + CAPACITY);
const MAP_WRITE = 2;

const [, workerPath = '', handles = ''] = process.argv;
const [section = 0n, , toHost = 0n] = handles.split(',').map((handle) => BigInt(handle));
const koffi = createRequire(workerPath)('koffi') as typeof Koffi;
const kernel32 = koffi.load('kernel32.dll');
const setEvent = kernel32.func('bool SetEvent(intptr_t event)');

/** Frame types of native/common/frame.cc. */
const READY = 0x81;
const VERDICT = 0x85;

function openView(): DataView {
  const map = kernel32.func(
    'void *MapViewOfFile(intptr_t section, uint32_t access, uint32_t high, uint32_t low, size_t size)',
  );
  const view: unknown = map(section, MAP_WRITE, 0, 0, SECTION_SIZE);
  return new DataView(koffi.view(view, SECTION_SIZE));
}

let view: DataView | undefined;

/** Whether what an honest worker has to say finds room as well. */
export function hasRoom(): boolean {
  view ??= openView();
  const used = (view.getUint32(TO_HOST, true) - view.getUint32(TAIL, true)) >>> 0;
  return used < CAPACITY / 2;
}

/** Makes bytes visible to the security DLL, as if they were a frame. False: there is no room. */
export function write(bytes: Uint8Array): boolean {
  view ??= openView();
  const head = view.getUint32(TO_HOST, true);
  const used = (head - view.getUint32(TAIL, true)) >>> 0;
  if (bytes.length > CAPACITY - used) return false;
  for (let i = 0; i < bytes.length; i++) {
    view.setUint8(DATA + ((head + i) & (CAPACITY - 1)), bytes[i] ?? 0);
  }
  view.setUint32(TO_HOST, (head + bytes.length) >>> 0, true);
  if (view.getUint32(ASLEEP, true) !== 0) {
    view.setUint32(ASLEEP, 0, true);
    setEvent(toHost);
  }
  return true;
}

/** A frame with a true header. */
export function frame(type: number, session: bigint, body: Uint8Array = new Uint8Array()): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(header.length + body.length, 0);
  header.writeUInt8(type, 4);
  header.writeBigUInt64LE(session, 8);
  return Buffer.concat([header, body]);
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}

/** What a worker of this protocol and build says when it has loaded its policy. */
export function readyFrame(protocol: number, build: string): Buffer {
  const version = Buffer.alloc(4);
  version.writeUInt32LE(protocol);
  return frame(READY, 0n, Buffer.concat([version, text(build)]));
}

/** SUCCESS for a session. */
export function successFrame(session: bigint): Buffer {
  const success = Buffer.alloc(8);
  success.writeUInt32LE(1);
  return frame(VERDICT, session, Buffer.concat([success, text('intruder'), text('CONTOSO')]));
}
