import assert from 'node:assert/strict';
import { PENDING, type SecurityMessage } from 'rasshost/rasman';
import type { Probe } from './probe';

/** The caller's end of the line: a simulated one, or a connection to the emulator. */
export interface ContractCaller {
  types(keys: string | Uint8Array): void;
  sees(text: string): Promise<unknown>;
  hangsUp(): void;
}

/** What the RAS server must have been told at the end. */
export interface ContractOutcome {
  readonly outcome: 'success' | 'failure' | 'error' | 'ended';
  readonly userName: string;
  readonly domain: string;
  readonly dwError: number;
}

/** A statement about {@link RasTransaction} that every Rasman must fulfil. */
export interface ContractCase {
  /** Typed by the caller to choose the case, and the user name of its SUCCESS. */
  readonly id: string;
  readonly statement: string;
  /** Makes the n-th Receive or Send of the call fail; counted from 1, choosing the case included. */
  readonly fault?: {
    readonly call: 'receive' | 'send';
    readonly error: number;
    readonly at: number;
  };
  /** Default: SUCCESS with the id as user name. */
  readonly outcome?: ContractOutcome;
  /** What the caller does after choosing the case. */
  readonly caller?: (caller: ContractCaller) => Promise<void> | void;
  /** Throws when the statement does not hold. May end the transaction itself. */
  readonly body: (probe: Probe) => Promise<void> | void;
}

export const DOMAIN = 'CONTRACT';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, value) => value);
const LONGEST_USER = 'u'.repeat(256);
const LONGEST_DOMAIN = 'd'.repeat(15);
const PORT_NOT_OPEN = 618;
const HARDWARE_FAILURE = 630;
const ENDED: ContractOutcome = { outcome: 'ended', userName: '', domain: '', dwError: 0 };

function success(userName: string, domain = DOMAIN): SecurityMessage {
  return { msgId: 1, error: 0, userName, domain };
}

/** Chooses the case that the caller names: everything up to a CR, a byte at a time. */
export async function chooseCase(probe: Probe): Promise<ContractCase> {
  let id = '';
  for (let key = ''; key !== '\r'; key = await probe.receivesText(1)) id += key;
  const chosen = CASES.find((candidate) => candidate.id === id);
  assert.ok(chosen, `there is no case '${id}'`);
  return chosen;
}

export const CASES: readonly ContractCase[] = [
  {
    id: 'begin',
    statement: 'a transaction has a port, two buffers, a budget and a device name (SD-05)',
    body({ transaction }) {
      assert.equal(typeof transaction.id, 'bigint');
      assert.equal(typeof transaction.hPort, 'bigint');
      assert.ok(transaction.sendBuffer.length > 0);
      assert.ok(transaction.receiveBuffer.length > 0);
      assert.ok(transaction.budgetSeconds > 0);
      const { deviceName } = transaction.getInfo();
      assert.ok(deviceName.length > 0 && deviceName.length <= 128);
    },
  },
  {
    id: 'pending',
    statement:
      'Send and Receive return PENDING, and the answer is there at the receive event (SD-14)',
    async caller(caller) {
      await caller.sees('hello');
      caller.types('x');
    },
    async body(probe) {
      probe.sends('hello');
      assert.deepEqual([...(await probe.receives(1))], [0x78]);
    },
  },
  {
    id: 'get-info',
    statement:
      'GetInfo says PENDING while a Receive runs, and SUCCESS with its bytes after (SD-14)',
    async caller(caller) {
      await caller.sees('now');
      caller.types('x');
    },
    async body(probe) {
      const { transaction } = probe;
      assert.equal(transaction.receive(1, 1), PENDING);
      assert.equal(transaction.getInfo().lastError, PENDING);
      await probe.receiveEvent();
      probe.sends('now');
      await probe.receives(1);
      const { lastError, bytesReceived } = transaction.getInfo();
      assert.deepEqual({ lastError, bytesReceived }, { lastError: 0, bytesReceived: 1 });
    },
  },
  {
    id: 'time-out',
    statement: 'a Receive that times out is signalled with zero bytes and an error (SD-20, SD-21)',
    async caller(caller) {
      await caller.sees('now');
      caller.types('late');
    },
    async body(probe) {
      assert.equal((await probe.receives(1, 1)).length, 0);
      const { lastError } = probe.transaction.getInfo();
      assert.ok(lastError !== 0 && lastError !== PENDING, `LastError ${lastError}`);
      probe.sends('now');
      assert.equal(await probe.receivesText(4), 'late');
    },
  },
  {
    id: 'excess',
    statement: 'bytes beyond those asked for come with the next Receives, in order (SD-18)',
    caller: (caller) => caller.types('abcdef'),
    async body(probe) {
      assert.equal(await probe.receivesText(6), 'abcdef');
    },
  },
  {
    id: 'short',
    statement: 'a Receive of several bytes brings at least one and not more than those (SD-18)',
    caller: (caller) => caller.types('abcdef'),
    async body(probe) {
      const size = Math.min(3, probe.transaction.receiveBuffer.length);
      let text = '';
      while (text.length < 6) {
        const bytes = await probe.receives(Math.min(size, 6 - text.length));
        assert.ok(bytes.length > 0 && bytes.length <= size);
        text += Buffer.from(bytes).toString('latin1');
      }
      assert.equal(text, 'abcdef');
    },
  },
  {
    id: 'binary',
    statement: 'every byte value passes unchanged in both directions (SD-31)',
    async caller(caller) {
      caller.types(EVERY_BYTE);
      await caller.sees(Buffer.from(EVERY_BYTE).toString('latin1'));
      caller.types('y');
    },
    async body(probe) {
      const text = await probe.receivesText(256);
      assert.deepEqual(Buffer.from(text, 'latin1'), Buffer.from(EVERY_BYTE));
      probe.sends(EVERY_BYTE);
      assert.equal(await probe.receivesText(1), 'y');
    },
  },
  {
    id: 'send-limit',
    statement: 'a Send beyond the send buffer fails and sends nothing (SD-16)',
    async caller(caller) {
      await caller.sees('fits');
      caller.types('y');
    },
    async body(probe) {
      const { transaction } = probe;
      assert.notEqual(transaction.send(transaction.sendBuffer.length + 1), PENDING);
      // The low 16 bits of this are 4: the length is a WORD (SD-16).
      assert.notEqual(transaction.send(0x10004), PENDING);
      probe.sends('fits');
      assert.equal(await probe.receivesText(1), 'y');
    },
  },
  {
    id: 'receive-limit',
    statement: 'a Receive beyond the receive buffer fails, and no event follows (SD-17)',
    caller: (caller) => caller.types('y'),
    async body(probe) {
      const { transaction } = probe;
      assert.notEqual(transaction.receive(transaction.receiveBuffer.length + 1, 1), PENDING);
      assert.notEqual(transaction.receive(0x10001, 1), PENDING);
      assert.equal(await probe.receivesText(1), 'y');
    },
  },
  {
    id: 'busy',
    statement: 'while a Receive is outstanding another one and a Send fail (SD-22)',
    async body(probe) {
      const { transaction } = probe;
      assert.equal(transaction.receive(1, 1), PENDING);
      assert.notEqual(transaction.receive(1, 1), PENDING, 'second Receive');
      assert.notEqual(transaction.send(1), PENDING, 'Send');
      await probe.receiveEvent();
      assert.equal(transaction.receivedLength, 0);
    },
  },
  {
    id: 'receive-error',
    statement: 'an error of Receive arrives with its code (SD-14, SD-15)',
    fault: { call: 'receive', error: PORT_NOT_OPEN, at: 'receive-error\r'.length + 1 },
    async body(probe) {
      assert.equal(await probe.receiveError(), PORT_NOT_OPEN);
    },
  },
  {
    id: 'send-error',
    statement:
      'an error of Send arrives with its code, at the latest with the next Receive (SD-14)',
    fault: { call: 'send', error: HARDWARE_FAILURE, at: 1 },
    async body(probe) {
      const result = probe.transaction.send(1);
      assert.equal(result === PENDING ? await probe.receiveError() : result, HARDWARE_FAILURE);
    },
  },
  {
    id: 'bad-verdict',
    statement:
      'Complete refuses a malformed message and calls nothing (SD-08, SD-09, SD-10, SD-12)',
    body({ transaction }) {
      const good = success('alice');
      const refused: [code: string, message: object][] = [
        ['RASSHOST_E_VERDICT', { ...good, msgId: 0 }],
        ['RASSHOST_E_VERDICT', { ...good, msgId: 4 }],
        ['RASSHOST_E_VERDICT', { ...good, error: 5 }],
        ['RASSHOST_E_VERDICT', { ...good, msgId: 2, error: 5 }],
        ['RASSHOST_E_VERDICT', { ...good, msgId: 3, error: 0 }],
        ['RASSHOST_E_VERDICT', { ...good, msgId: 3, error: PENDING }],
        ['RASSHOST_E_NAME', { ...good, userName: '' }],
        ['RASSHOST_E_NAME', { ...good, domain: '' }],
        ['RASSHOST_E_NAME', { ...good, userName: `${LONGEST_USER}u` }],
        ['RASSHOST_E_NAME', { ...good, domain: `${LONGEST_DOMAIN}d` }],
        ['RASSHOST_E_NAME', { ...good, userName: 'ali\0ce' }],
        ['RASSHOST_E_NAME', { ...good, userName: 'zoë' }],
      ];
      for (const [code, message] of refused) {
        const attempt = (): void => transaction.complete(message as SecurityMessage);
        assert.throws(attempt, { code }, JSON.stringify(message));
      }
      assert.ok(transaction.sendBuffer.length > 0);
    },
  },
  {
    id: 'longest-names',
    statement: 'names of 256 and 15 characters arrive whole (SD-12)',
    outcome: { outcome: 'success', userName: LONGEST_USER, domain: LONGEST_DOMAIN, dwError: 0 },
    body: ({ transaction }) => transaction.complete(success(LONGEST_USER, LONGEST_DOMAIN)),
  },
  {
    id: 'failure',
    statement: 'FAILURE arrives with the names and dwError 0 (SD-09)',
    outcome: { outcome: 'failure', userName: 'mallory', domain: DOMAIN, dwError: 0 },
    body: ({ transaction }) => transaction.complete({ ...success('mallory'), msgId: 2 }),
  },
  {
    id: 'error',
    statement: 'ERROR arrives with its code, and needs no names (SD-10)',
    outcome: { outcome: 'error', userName: '', domain: '', dwError: PORT_NOT_OPEN },
    body: ({ transaction }) =>
      transaction.complete({ msgId: 3, error: PORT_NOT_OPEN, userName: '', domain: '' }),
  },
  {
    id: 'complete-while-receiving',
    statement: 'a verdict may come while a Receive is outstanding, and no event follows it (SD-23)',
    async body(probe) {
      const { transaction } = probe;
      assert.equal(transaction.receive(1, 60), PENDING);
      let events = 0;
      transaction.onReceiveEvent = () => events++;
      transaction.hold();
      transaction.complete(success('complete-while-receiving'));
      assert.equal(await probe.ended, 'completed');
      transaction.release();
      assert.equal(events, 0);
    },
  },
  {
    id: 'detached',
    statement: 'after Complete the buffers are detached and every call fails (SD-23, SD-32)',
    body({ transaction }) {
      const { sendBuffer, receiveBuffer } = transaction;
      transaction.complete(success('detached'));
      assert.equal(sendBuffer.length, 0);
      assert.equal(receiveBuffer.length, 0);
      assert.equal(sendBuffer.buffer.byteLength, 0);
      assert.throws(() => sendBuffer.set([1]), { name: 'TypeError' });
      assert.notEqual(transaction.send(1), PENDING);
      assert.notEqual(transaction.receive(1, 1), PENDING);
      assert.throws(() => transaction.getInfo());
    },
  },
  {
    id: 'twice',
    statement: 'a second Complete is refused, and so is a hold after the first (SD-07)',
    body({ transaction }) {
      transaction.complete(success('twice'));
      assert.throws(() => transaction.complete(success('mallory')), { code: 'RASSHOST_E_OVER' });
      assert.throws(() => transaction.hold(), { code: 'RASSHOST_E_OVER' });
    },
  },
  {
    id: 'hold',
    statement: 'a held transaction hears of End after Complete, and ends with release (SD-24)',
    async body(probe) {
      probe.transaction.hold();
      probe.transaction.complete(success('hold'));
      assert.equal(await probe.ended, 'completed');
      assert.equal(probe.ends, 1);
      probe.transaction.release();
      probe.transaction.release();
    },
  },
  {
    id: 'hang-up',
    statement:
      'when the caller hangs up the transaction is over: no Complete, no calls (SD-25, SD-26)',
    outcome: ENDED,
    async caller(caller) {
      await caller.sees('ready');
      caller.hangsUp();
    },
    async body(probe) {
      const { transaction } = probe;
      probe.sends('ready');
      transaction.receive(1, 60);
      assert.equal(await probe.ended, 'disconnected');
      assert.equal(probe.ends, 1);
      assert.equal(transaction.sendBuffer.length, 0);
      assert.equal(transaction.receiveBuffer.length, 0);
      assert.notEqual(transaction.send(1), PENDING);
      assert.notEqual(transaction.receive(1, 1), PENDING);
      assert.throws(() => transaction.complete(success('hang-up')), { code: 'RASSHOST_E_OVER' });
    },
  },
  {
    id: 'hang-up-held',
    statement: 'a hold delays the end of a call that the caller has dropped, too (SD-24, SD-25)',
    outcome: ENDED,
    async caller(caller) {
      await caller.sees('ready');
      caller.hangsUp();
    },
    async body(probe) {
      const { transaction } = probe;
      transaction.hold();
      probe.sends('ready');
      transaction.receive(1, 60);
      assert.equal(await probe.ended, 'disconnected');
      assert.throws(() => transaction.complete(success('hang-up')), { code: 'RASSHOST_E_OVER' });
      transaction.release();
      assert.equal(transaction.sendBuffer.length, 0);
    },
  },
];
