import fc from 'fast-check';
import { Telnet, type TelnetMode } from '../../lib/simulator/telnet';

const [IAC, DONT, DO, WONT, WILL, SB, SE] = [255, 254, 253, 252, 251, 250, 240] as const;
const [ECHO, SGA, TERMINAL_TYPE] = [1, 3, 24] as const;

/** What a telnet in character mode needs to be told. */
const CHARACTER_MODE = [IAC, WILL, ECHO, IAC, WILL, SGA, IAC, DO, SGA];

function receive(mode: TelnetMode, ...chunks: readonly (readonly number[])[]) {
  const telnet = new Telnet(mode);
  const data: number[] = [];
  const reply: number[] = [...telnet.greeting];
  for (const chunk of chunks) {
    const input = telnet.receive(Uint8Array.from(chunk));
    data.push(...input.data);
    reply.push(...input.reply);
  }
  return { data, reply };
}

const bytes = fc.array(
  fc.oneof(fc.constantFrom(IAC, SB, SE, WILL, DO, ECHO, SGA, 13, 0), fc.nat(255)),
);
const beginnings = fc.constantFrom([], [IAC], [IAC, IAC], [IAC, DO], [IAC, SB, 1]);
const modes = fc.constantFrom<TelnetMode>('on', 'off', 'auto');

describe('Telnet', () => {
  test('makes the same of any bytes, wherever they are split', () => {
    fc.assert(
      fc.property(modes, beginnings, bytes, fc.array(fc.nat(3)), (mode, first, rest, lengths) => {
        const all = [...first, ...rest];
        const chunks = [...lengths.map((length) => all.splice(0, length)), [...all]];
        expect(receive(mode, ...chunks)).toEqual(receive(mode, chunks.flat()));
      }),
      { numRuns: 500 },
    );
  });

  test('leaves all bytes of a caller alone who does not begin with a negotiation', () => {
    const noNegotiation = bytes.filter(([first, second = 0]) => !(first === IAC && second >= SB));
    fc.assert(
      fc.property(noNegotiation, bytes, (first, sent) => {
        const telnet = new Telnet('auto');
        const { data, reply } = telnet.receive(Uint8Array.from([7, ...first]));
        expect([[...data], [...reply]]).toEqual([[7, ...first], []]);
        expect([...telnet.send(Uint8Array.from(sent))]).toEqual(sent);
      }),
    );
  });

  test('brings all bytes of a telnet caller through, both ways', () => {
    const withoutCr = bytes.map((all) => all.filter((byte) => byte !== 13));
    fc.assert(
      fc.property(withoutCr, (all) => {
        const escaped = new Telnet('on').send(Uint8Array.from(all));
        expect(receive('on', [...escaped]).data).toEqual(all);
      }),
    );
  });

  test('asks a caller who begins with a negotiation for character mode, and refuses all else', () => {
    const { data, reply } = receive('auto', [IAC, DO, SGA, IAC, WILL, TERMINAL_TYPE, 97]);
    expect(data).toEqual([97]);
    expect(reply).toEqual([...CHARACTER_MODE, IAC, DONT, TERMINAL_TYPE]);
  });

  test('never answers the same request twice, so two ends cannot keep each other busy', () => {
    const request = [IAC, DO, TERMINAL_TYPE];
    const { reply } = receive('on', request, request, [IAC, WONT, ECHO, IAC, DONT, ECHO]);
    expect(reply).toEqual([...CHARACTER_MODE, IAC, WONT, TERMINAL_TYPE]);
  });

  test('turns the keys that telnet sends as commands, and Enter, into those of a modem caller', () => {
    const interrupt = 244;
    const { data } = receive('on', [
      97,
      13,
      0,
      IAC,
      interrupt,
      13,
      10,
      IAC,
      SB,
      24,
      0,
      IAC,
      SE,
      98,
    ]);
    expect(data).toEqual([97, 13, 3, 13, 10, 98]);
  });
});
