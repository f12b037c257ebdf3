import { createRequire } from 'node:module';
import path from 'node:path';
import * as nodeGypBuild from 'node-gyp-build';
import { RasshostError } from '../errors';
import type { EndReason } from './transaction';

/** A transaction as rasshost.node describes it. Handles and addresses are BigInts, as for koffi. */
export interface PortDescription {
  readonly id: bigint;
  readonly hPort: bigint;
  /** External memory: the addon's in a worker, the RAS server's in-process. */
  readonly sendBuffer: ArrayBuffer;
  readonly receiveBuffer: ArrayBuffer;
  /** The WORD for RasSecurityDialogReceive. */
  readonly length: ArrayBuffer;
  /** What to pass as hEvent so that `received` is called. */
  readonly event: bigint;
  /** RasSecurityDialogComplete. */
  readonly complete: bigint;
  readonly budgetMs: number;
}

/** What rasshost.node calls, on the JavaScript thread, in the order of the channel. None may throw. */
export interface ChannelHandlers {
  /** In-process only: rasshost.dll has found this environment. */
  attached(): void;
  begin(port: PortDescription): void;
  received(id: bigint): void;
  ended(id: bigint, reason: EndReason): void;
  /** rasshost.dll wanted to know whether we live, and will again after so many milliseconds. */
  pinged(intervalMs: number): void;
  /** No transaction follows, and none is left: the worker is to end. */
  leave(): void;
  /** The other end is gone or unusable; nothing follows. */
  closed(reason: string): void;
}

/** rasshost.node. Everything is for the JavaScript thread that loaded it. */
export interface NativeAddon {
  /** Changes with any native source; rasshost.dll refuses a worker of another build. */
  readonly buildId: string;
  /** Sizes and offsets in bytes, as the compiler laid the structures out. */
  layouts(): Record<'SECURITY_MESSAGE' | 'RAS_SECURITY_INFO', Record<string, number>>;
  /** Opens the channel that this process was started with. */
  open(section: bigint, toWorker: bigint, toHost: bigint, handlers: ChannelHandlers): void;
  /** Lets rasshost.dll in this process find us. One environment of a process only. */
  offer(handlers: ChannelHandlers): void;
  /** The policy is loaded: transactions may come. */
  ready(): void;
  /** No transactions may come, and why; rasshost.dll then ends this worker. */
  refuse(reason: string): void;
  hold(id: bigint): void;
  release(id: bigint): void;
  /** Wipes and detaches the buffers. `receiving`: Rasman still owns a receive. */
  detach(id: bigint, receiving: boolean): void;
  close(): void;
}

/** The loaded addon and where it lies, which is where koffi finds the forwarded exports. */
export interface LoadedAddon {
  readonly addon: NativeAddon;
  readonly file: string;
}

/** The only one that the package has binaries for. */
const PLATFORM = 'win32-x64';

/**
 * Loads the prebuilt rasshost.node of this package. Windows only.
 *
 * @throws RasshostError RASSHOST_E_NATIVE_NOT_FOUND
 */
export function loadAddon(): LoadedAddon {
  try {
    const file = nodeGypBuild.path(path.join(__dirname, '..', '..'));
    return { addon: createRequire(__filename)(file) as NativeAddon, file };
  } catch (cause) {
    const here = `${process.platform}-${process.arch}`;
    const why = here === PLATFORM ? (cause as Error).message : `it is for ${PLATFORM}, not ${here}`;
    const problem = `rasshost.node can't be loaded: ${why}`;
    throw new RasshostError('RASSHOST_E_NATIVE_NOT_FOUND', problem, { cause });
  }
}
