import koffi, { type KoffiFunc } from 'koffi';
import type { RasSecurityInfo } from './security-info';
import { DNLEN, UNLEN, type SecurityMessage } from './security-message';

const MAX_DEVICE_NAME = 128;

// None of the types has a name: koffi keeps one list of names for all of a process, in which another
// copy of this module would find them taken.

/** SECURITY_MESSAGE of rasshost.h: 296 bytes on x64, natural alignment. */
export const SECURITY_MESSAGE = koffi.struct({
  dwMsgId: 'uint32_t',
  hPort: 'void *',
  dwError: 'uint32_t',
  UserName: koffi.array('char', UNLEN + 1),
  Domain: koffi.array('char', DNLEN + 1),
});

/** RAS_SECURITY_INFO of rasshost.h: 140 bytes. */
export const RAS_SECURITY_INFO = koffi.struct({
  LastError: 'uint32_t',
  BytesReceived: 'uint32_t',
  DeviceName: koffi.array('char', MAX_DEVICE_NAME + 1),
});

interface SecurityInfoStruct {
  LastError: number;
  BytesReceived: number;
  DeviceName: string;
}

/** RasSecurityDialogComplete. */
const COMPLETE = koffi.proto('__stdcall', 'void', [koffi.pointer(SECURITY_MESSAGE)]);

/**
 * The functions of rasshost.h, declared once and bound to whichever library stands for Rasman in
 * this process: the genuine Rasman.dll, or rasshost.node, whose exports forward to it. Results are
 * the documented codes; PENDING (600) is the success of Send and Receive.
 */
export class KoffiRasman {
  readonly #send: KoffiFunc<(hPort: bigint, buffer: Uint8Array, length: number) => number>;
  readonly #receive: KoffiFunc<
    (
      hPort: bigint,
      buffer: Uint8Array,
      length: Uint16Array,
      timeoutSeconds: number,
      event: bigint,
    ) => number
  >;
  readonly #getInfo: KoffiFunc<(hPort: bigint, info: Partial<SecurityInfoStruct>) => number>;

  /** @param library - as LoadLibrary takes it, such as `Rasman.dll` */
  constructor(library: string) {
    const rasman = koffi.load(library);
    this.#send = rasman.func('__stdcall', 'RasSecurityDialogSend', 'uint32_t', [
      'void *', // hPort
      'uint8_t *', // pBuffer
      'uint16_t', // BufferLength
    ]);
    this.#receive = rasman.func('__stdcall', 'RasSecurityDialogReceive', 'uint32_t', [
      'void *', // hPort
      'uint8_t *', // pBuffer
      'uint16_t *', // pBufferLength
      'uint32_t', // Timeout
      'void *', // hEvent
    ]);
    this.#getInfo = rasman.func('__stdcall', 'RasSecurityDialogGetInfo', 'uint32_t', [
      'void *', // hPort
      koffi.out(koffi.pointer(RAS_SECURITY_INFO)), // pBuffer
    ]);
  }

  /** `buffer` is memory outside of JavaScript, which koffi passes by its own address. */
  send(hPort: bigint, buffer: Uint8Array, length: number): number {
    return this.#send(hPort, buffer, length);
  }

  /** `buffer` and `length` stay Rasman's until `event` is signalled. */
  receive(
    hPort: bigint,
    buffer: Uint8Array,
    length: Uint16Array,
    timeoutSeconds: number,
    event: bigint,
  ): number {
    return this.#receive(hPort, buffer, length, timeoutSeconds, event);
  }

  /** The result code, and what was filled in when that is NO_ERROR. */
  getInfo(hPort: bigint): { result: number; info: RasSecurityInfo } {
    const info: Partial<SecurityInfoStruct> = {};
    const result = this.#getInfo(hPort, info);
    const { LastError: lastError = 0, BytesReceived: bytesReceived = 0, DeviceName = '' } = info;
    return { result, info: { lastError, bytesReceived, deviceName: DeviceName } };
  }

  /** Never looked up by name: `pointer` came with Begin. */
  complete(pointer: bigint, hPort: bigint, message: SecurityMessage): void {
    koffi.call(pointer, COMPLETE, {
      dwMsgId: message.msgId,
      hPort,
      dwError: message.error,
      UserName: message.userName,
      Domain: message.domain,
    });
  }
}
