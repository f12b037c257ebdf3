import { createRequire } from 'node:module';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as Koffi from 'koffi';
import type { Dialog } from 'rasshost';
import type * as NativeAddon from '../../../lib/rasman/native-addon';
import type { Fault, Order } from '../../support/kill-matrix-order';
import { frame, hasRoom, successFrame, write } from './raw-channel';

const [, workerPath = ''] = process.argv;
const requireOfWorker = createRequire(workerPath);

/** Of the first dialog, which has been over for long. */
const OVER = 1n;

/** More than twice MemoryMegabytes, without what the worker uses anyhow. */
const MEBIBYTES_EATEN = 400;

/** So many frames at least, and so many of them between two turns of the event loop at most. */
const FLOOD = 20_000;
const WAVE = 1000;

/** More than the emulator has been told to carry out. */
const SENDS = 60;

/** `receiving`: a Receive is outstanding; `holding`: End is answered, and the clean-up runs. */
export type State = 'open' | 'receiving' | 'judged' | 'holding';

/** What a fault needs to know of the moment; no dialog while the policy loads. */
export interface Scene {
  readonly order: Order;
  readonly dialog: Dialog | undefined;
  readonly state: State;
  /** Resolves when the test, or the end of the dialog, lets the policy go on. */
  readonly goOn: () => Promise<void>;
  /** Whether the RAS server has ended the dialog, without listening to the security DLL. */
  readonly isEnded: () => boolean;
}

/** Keeps the event loop from turning, at no cost for the machine. */
function block(milliseconds?: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function suspend(): void {
  const koffi = requireOfWorker('koffi') as typeof Koffi;
  const ntSuspendProcess = koffi
    .load('ntdll.dll')
    .func('int32_t NtSuspendProcess(intptr_t process)');
  ntSuspendProcess(-1);
}

function loadAddon(): NativeAddon.NativeAddon {
  const library = requireOfWorker('../rasman/native-addon.js') as typeof NativeAddon;
  return library.loadAddon().addon;
}

/**
 * Frames about a dialog that is over are ignored, one by one. They come as fast as they are read,
 * for as long as the dialog lasts, while the event loop turns, answers pings and serves callers.
 */
function flood({ isEnded }: Scene): Promise<void> {
  const addon = loadAddon();
  let written = 0;
  return new Promise((resolve) => {
    const goOn = () => {
      for (let i = 0; i < WAVE && hasRoom(); i++, written++) addon.release(OVER);
      if (written >= FLOOD) resolve();
      if (written < FLOOD || !isEnded()) setImmediate(goOn);
    };
    goOn();
  });
}

/** And nothing after that: the addon knows nothing of it, and would write over it. */
function say(bytes: Uint8Array): void {
  write(bytes);
  block();
}

/** In pieces, so that the worker's pulse does not stop. */
async function eat(): Promise<void> {
  const eaten = [];
  for (let i = 0; i < MEBIBYTES_EATEN; i += 16) {
    eaten.push(Buffer.alloc(16 << 20, 1));
    await nextTurn();
  }
  await new Promise(() => {});
}

/** The error comes with the Receive that follows. */
function sendTooOften({ dialog, state }: Scene): void {
  // While a Receive is outstanding no Send is allowed: those that follow it meet the error.
  if (state === 'receiving') return;
  for (let i = 0; i < SENDS; i++) dialog?.transaction.send(1);
}

/** While the policy hears nothing, so that its verdict is on its way when it learns of the end. */
async function hangUp({ state, goOn, isEnded, dialog }: Scene): Promise<void> {
  if (!dialog || state === 'judged' || state === 'holding') return goOn();
  while (!isEnded()) block(1);
}

/** From now on it is tomorrow, and the security DLL's own clock is ahead when this is over. */
function jump({ goOn }: Scene): Promise<void> {
  const RealDate = Date;
  const now = () => RealDate.now() + 86_400_000;
  globalThis.Date = class extends RealDate {
    constructor(...values: unknown[]) {
      super(...((values.length === 0 ? [now()] : values) as [number]));
    }
    static override now = now;
  } as DateConstructor;
  return goOn();
}

/** Makes a fault happen. Those that are not of the worker's making are up to the test. */
export const strikes: Record<Fault, (scene: Scene) => Promise<void> | void> = {
  'worker killed': () => void process.kill(process.pid, 'SIGKILL'),
  'worker suspended': suspend,
  'worker floods': flood,
  'garbage frame': () => say(frame(0x77, 0n, Buffer.from('garbage'))),
  'truncated frame': ({ dialog }) =>
    say(successFrame(dialog?.transaction.id ?? OVER).subarray(0, -1)),
  'wrong session': ({ order }) => say(successFrame(BigInt(order.foreignSession))),
  'channel closed': () => loadAddon().close(),
  'policy throws': async ({ state }) => {
    const failure = Promise.reject(new Error('the token server is on fire'));
    // Nobody awaits it any more when the verdict has been given.
    if (state !== 'judged') await failure;
  },
  'policy never answers': async ({ state }) => {
    const never = new Promise<void>(() => {});
    if (state !== 'judged') await never;
  },
  'event loop blocked': () => block(),
  'out of memory in the worker': eat,
  'log disk full': () => void process.stderr.write(`${'full '.repeat(20_000)}\n`),
  'caller hangs up': hangUp,
  'RAS ends': ({ goOn }) => goOn(),
  'host stops': ({ goOn }) => goOn(),
  'service stops': ({ goOn }) => goOn(),
  'service leaves': ({ goOn }) => goOn(),
  'Rasman error': sendTooOften,
  'receive event without data': () => {},
  'clock jump': jump,
};
