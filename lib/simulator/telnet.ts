const CR = 0x0d;
const NUL = 0x00;

/** Interpret As Command (RFC 854): introduces every command, and doubled is the byte itself. */
const IAC = 0xff;
const DONT = 0xfe;
const DO = 0xfd;
const WONT = 0xfc;
const WILL = 0xfb;
const SB = 0xfa;
const SE = 0xf0;

const ECHO = 0x01;
const SUPPRESS_GO_AHEAD = 0x03;

/** What keys a telnet client sends as commands, and what they are on a modem line. */
const KEYS: ReadonlyMap<number, number> = new Map([
  [0xf4, 0x03], // Interrupt Process: Ctrl-C
  [0xf7, 0x08], // Erase Character: Backspace
  [0xf8, 0x15], // Erase Line: Ctrl-U
]);

/** With these a client sends each key at once and does not echo. */
const CHARACTER_MODE = Buffer.of(
  ...[IAC, WILL, ECHO],
  ...[IAC, WILL, SUPPRESS_GO_AHEAD],
  ...[IAC, DO, SUPPRESS_GO_AHEAD],
);

/** What to do about a client's bytes. */
export interface TelnetInput {
  /** For the line. */
  readonly data: Uint8Array;
  /** For the client. */
  readonly reply: Uint8Array;
}

/** Inside of what the last byte has left us; `cr`: after a CR, whose NUL or LF may follow. */
type State = 'data' | 'cr' | 'command' | 'option' | 'subnegotiation' | 'subnegotiation-command';

/**
 * - `on`: the client speaks telnet; negotiation begins with {@link Telnet.greeting}
 * - `off`: all bytes are the caller's
 * - `auto`: on as soon as the client's very first bytes are a telnet negotiation
 */
export type TelnetMode = 'on' | 'off' | 'auto';

/**
 * The server's side of telnet for one client: asks for character mode, refuses all else, and keeps
 * the protocol's bytes away from the line. Bytes in, bytes out.
 */
export class Telnet {
  /** What to send when the client has connected. */
  readonly greeting: Uint8Array;
  #mode: TelnetMode;
  #held: number[] = [];
  #state: State = 'data';
  #verb = 0;
  // An answer to every request would answer answers, for ever.
  readonly #answered = new Set<string>();

  constructor(mode: TelnetMode) {
    this.#mode = mode;
    this.greeting = mode === 'on' ? CHARACTER_MODE : new Uint8Array(0);
  }

  /** Takes what the client has sent. */
  receive(bytes: Uint8Array): TelnetInput {
    const all = [...this.#held, ...bytes];
    this.#held = [];
    if (this.#mode === 'auto') {
      if (all.length === 1 && all[0] === IAC) {
        this.#held = all;
        return { data: new Uint8Array(0), reply: new Uint8Array(0) };
      }
      if (all.length > 0) this.#mode = isNegotiation(all) ? 'on' : 'off';
      if (this.#mode === 'on') return this.#interpret(all, [...CHARACTER_MODE]);
    }
    if (this.#mode === 'on') return this.#interpret(all, []);
    return { data: Uint8Array.from(all), reply: new Uint8Array(0) };
  }

  /** What to send the client for bytes of the line. */
  send(bytes: Uint8Array): Uint8Array {
    if (this.#mode !== 'on') return bytes;
    return Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])));
  }

  #interpret(bytes: readonly number[], reply: number[]): TelnetInput {
    const data: number[] = [];
    for (const byte of bytes) {
      switch (this.#state) {
        case 'data':
        case 'cr':
          if (byte === IAC) this.#state = 'command';
          else if (this.#state === 'cr' && byte === NUL) this.#state = 'data';
          else this.#take(byte, data);
          break;
        case 'command':
          this.#command(byte, data);
          break;
        case 'option':
          this.#state = 'data';
          reply.push(...this.#answer(byte));
          break;
        case 'subnegotiation':
          if (byte === IAC) this.#state = 'subnegotiation-command';
          break;
        case 'subnegotiation-command':
          this.#state = byte === SE ? 'data' : 'subnegotiation';
      }
    }
    return { data: Uint8Array.from(data), reply: Uint8Array.from(reply) };
  }

  /** Enter is CR NUL or CR LF; the NUL is telnet's own (RFC 854). */
  #take(byte: number, data: number[]): void {
    data.push(byte);
    this.#state = byte === CR ? 'cr' : 'data';
  }

  #command(byte: number, data: number[]): void {
    this.#state = 'data';
    const key = KEYS.get(byte);
    if (byte === IAC) this.#take(byte, data);
    else if (byte === SB) this.#state = 'subnegotiation';
    else if (byte >= WILL) {
      this.#state = 'option';
      this.#verb = byte;
    } else if (key !== undefined) data.push(key);
  }

  #answer(option: number): number[] {
    const request = `${this.#verb} ${option}`;
    // WONT and DONT need no answer: nothing was on that we would have to turn off.
    if (this.#verb === WONT || this.#verb === DONT || this.#answered.has(request)) return [];
    this.#answered.add(request);
    if (this.#verb === WILL) {
      return option === SUPPRESS_GO_AHEAD ? [] : [IAC, DONT, option];
    }
    return option === ECHO || option === SUPPRESS_GO_AHEAD ? [] : [IAC, WONT, option];
  }
}

function isNegotiation([first, second = 0]: readonly number[]): boolean {
  return first === IAC && second >= SB && second < IAC;
}
