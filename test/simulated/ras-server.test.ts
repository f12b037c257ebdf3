import { PENDING, type RasTransaction, type SecurityMessage } from 'rasshost/rasman';
import { SimulatedRasServer, type SimulatedRasServerOptions, VirtualClock } from 'rasshost/testing';

const GRANT_ALICE: SecurityMessage = { msgId: 1, error: 0, userName: 'alice', domain: 'CONTOSO' };

function dial(options: SimulatedRasServerOptions = {}) {
  const clock = new VirtualClock();
  const server = new SimulatedRasServer({ ...options, clock });
  let transaction!: RasTransaction;
  const caller = server.call((begun) => {
    transaction = begun;
  });
  const event = (): Promise<void> =>
    new Promise((resolve) => {
      transaction.onReceiveEvent = resolve;
    });
  return { server, clock, transaction, caller, event };
}

describe('SimulatedRasServer', () => {
  test('completes a Receive at all of its bytes when exact', async () => {
    const { transaction, caller, event } = dial({ receive: 'exact' });
    transaction.receive(3, 0);
    caller.types('ab');
    expect(transaction.getInfo().lastError).toBe(PENDING);
    caller.types('cd');
    await event();
    expect(transaction.receivedLength).toBe(3);
    expect(transaction.getInfo()).toMatchObject({ lastError: 0, bytesReceived: 3 });
  });

  test('gives the security side nothing but its transaction, and no way to the caller', () => {
    const { transaction, caller } = dial();
    const names = new Set<string>();
    for (let object: unknown = transaction; object; object = Object.getPrototypeOf(object)) {
      if (object !== Object.prototype)
        Object.getOwnPropertyNames(object).forEach((name) => names.add(name));
    }
    for (const name of ['caller', 'terminal', 'onInput', 'onHangUp', 'awaited', 'unread']) {
      expect(names).not.toContain(name);
    }
    expect(Object.values(transaction)).not.toContain(caller);
  });

  test('completes a Receive at the first byte when available', async () => {
    const { transaction, caller, event } = dial({ receive: 'available' });
    transaction.receive(3, 0);
    caller.types('a');
    await event();
    expect(transaction.receivedLength).toBe(1);
  });

  test('keeps what was there when a Receive timed out (SD-21)', async () => {
    const { transaction, caller, clock, event } = dial({ receive: 'exact', timeoutError: 121 });
    caller.types('ab');
    transaction.receive(3, 1);
    clock.advance(999);
    expect(transaction.getInfo().lastError).toBe(PENDING);
    clock.advance(1);
    await event();
    expect(transaction.receivedLength).toBe(0);
    expect(transaction.getInfo().lastError).toBe(121);
    transaction.receive(2, 1);
    await event();
    expect(Buffer.from(transaction.receiveBuffer).toString('latin1', 0, 2)).toBe('ab');
  });

  test('signals a Receive with an error when the caller hangs up', async () => {
    const { transaction, caller, event } = dial({ lineError: 628 });
    transaction.receive(1, 0);
    caller.hangsUp();
    await event();
    expect(transaction.receivedLength).toBe(0);
    expect(transaction.getInfo().lastError).toBe(628);
    expect(transaction.send(1)).toBe(628);
  });

  test('leaves a Receive unsignalled at a hang-up when silent, but calls End', async () => {
    const { transaction, caller } = dial({ hangUpEvent: 'silent' });
    const signalled = jest.fn();
    transaction.onReceiveEvent = signalled;
    transaction.receive(1, 0);
    caller.hangsUp();
    expect(await caller.outcome).toMatchObject({ outcome: 'ended' });
    expect(signalled).not.toHaveBeenCalled();
  });

  test('delivers a Send only with the Receive after it when lossy (SD-22)', () => {
    const { transaction, caller } = dial({ lossySend: true });
    transaction.sendBuffer.set(Buffer.from('hello'));
    transaction.send(5);
    expect(caller.output).toBe('');
    transaction.receive(1, 1);
    expect(caller.output).toBe('hello');
  });

  test('first signals as many spurious events as it was told to', async () => {
    const { transaction, caller, event } = dial({ spuriousEvents: 1 });
    caller.types('a');
    transaction.receive(1, 0);
    await event();
    expect(transaction.receivedLength).toBe(0);
    expect(transaction.getInfo().lastError).toBe(0);
    transaction.receive(1, 0);
    await event();
    expect(transaction.receivedLength).toBe(1);
  });

  test('fails the call that it was told to fail', () => {
    const call = 'RasSecurityDialogSend';
    const { transaction } = dial({ failures: [{ call, error: 630, at: 2 }], sendBufferSize: 1 });
    expect([1, 2, 3].map(() => transaction.send(1))).toEqual([PENDING, 630, PENDING]);
  });

  test('answers ERROR itself when the budget is used up, and says so', async () => {
    const { transaction, caller, clock } = dial({ dialogSeconds: 1 });
    const ended = jest.fn();
    transaction.onEnd = ended;
    clock.advance(999);
    expect(ended).not.toHaveBeenCalled();
    clock.advance(1);
    expect(await caller.outcome).toMatchObject({ outcome: 'error', dwError: 638 });
    expect(ended.mock.calls).toEqual([['deadline']]);
    expect(transaction.sendBuffer).toHaveLength(0);
  });

  test('says nothing of the end of a verdict that counts, though the caller hangs up with it', async () => {
    for (const held of [false, true]) {
      const { transaction, caller } = dial();
      const ended = jest.fn(() => transaction.release());
      transaction.onEnd = ended;
      if (held) transaction.hold();
      caller.hangsUp();
      await new Promise((resolve) => setImmediate(resolve));
      transaction.complete(GRANT_ALICE);
      expect(await caller.outcome).toMatchObject({ outcome: 'success' });
      expect(ended.mock.calls).toEqual(held ? [['completed']] : []);
    }
  });

  test('traces every call with its result, in order', async () => {
    const { server, transaction, caller } = dial();
    transaction.send(2);
    transaction.receive(1, 5);
    transaction.complete(GRANT_ALICE);
    await caller.outcome;
    expect(server.trace).toMatchObject([
      { port: 1, call: 'RasSecurityDialogBegin', result: 0 },
      { port: 1, call: 'RasSecurityDialogSend', length: 2, result: PENDING },
      { port: 1, call: 'RasSecurityDialogReceive', length: 1, timeoutSeconds: 5, result: PENDING },
      { port: 1, call: 'RasSecurityDialogComplete', message: GRANT_ALICE },
      { port: 1, call: 'RasSecurityDialogEnd', result: 619 },
    ]);
    expect(server.violations).toEqual([]);
  });

  test('traces a held termination as End answered 0 and a second Complete (SD-24)', async () => {
    const { server, transaction, caller } = dial();
    transaction.hold();
    transaction.onEnd = () => transaction.release();
    transaction.complete(GRANT_ALICE);
    expect(await caller.outcome).toMatchObject({ outcome: 'success' });
    expect(server.trace.slice(1)).toMatchObject([
      { port: 1, call: 'RasSecurityDialogComplete', message: GRANT_ALICE },
      { port: 1, call: 'RasSecurityDialogEnd', result: 0 },
      { port: 1, call: 'RasSecurityDialogComplete' },
    ]);
  });

  test.each<[string, SimulatedRasServerOptions, (transaction: RasTransaction) => void]>([
    ['SD-16', { sendBufferSize: 4 }, (transaction) => transaction.send(5)],
    ['SD-17', { receiveBufferSize: 4 }, (transaction) => transaction.receive(5, 1)],
    ['SD-22', {}, (transaction) => [transaction.send(1), transaction.send(1)]],
    [
      'SD-23',
      {},
      (transaction) => {
        transaction.complete(GRANT_ALICE);
        transaction.send(1);
      },
    ],
  ])('names the violation of %s', (rule, options, violate) => {
    const { server, transaction } = dial(options);
    violate(transaction);
    expect(server.violations.map((violation) => violation.rule)).toEqual([rule]);
  });

  test('keeps calls apart (SD-28)', async () => {
    const server = new SimulatedRasServer();
    const transactions: RasTransaction[] = [];
    const callers = [1, 2].map(() => server.call((begun) => transactions.push(begun)));
    transactions[1]?.complete({ ...GRANT_ALICE, userName: 'bob' });
    transactions[0]?.complete(GRANT_ALICE);
    const outcomes = await Promise.all(callers.map((caller) => caller.outcome));
    expect(outcomes.map(({ userName }) => userName)).toEqual(['alice', 'bob']);
  });

  test('tells a caller who waits for a text that the call is over', async () => {
    const { transaction, caller } = dial();
    const waiting = caller.sees('welcome');
    transaction.complete(GRANT_ALICE);
    await expect(waiting).rejects.toThrow('call over; saw "", not "welcome"');
  });
});
