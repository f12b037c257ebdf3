import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { type RasTransaction } from 'rasshost/rasman';
import { SimulatedRasServer, type SimulatedRasServerOptions, VirtualClock } from 'rasshost/testing';
import { Line } from '../../lib/dialog/line';

function connect(options: SimulatedRasServerOptions = {}) {
  const clock = new VirtualClock();
  const server = new SimulatedRasServer({ ...options, clock });
  let transaction!: RasTransaction;
  const caller = server.call((begun) => {
    transaction = begun;
  });
  return { server, clock, caller, transaction, line: new Line(transaction, clock) };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('Line', () => {
  test('never sends more than the send buffer holds, and pairs each Send with a Receive (SD-16, SD-22)', async () => {
    const texts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 });
    const options = fc.record({
      sendBufferSize: fc.integer({ min: 1, max: 20 }),
      receiveBufferSize: fc.integer({ min: 1, max: 3 }),
      receive: fc.constantFrom('exact' as const, 'available' as const),
      lossySend: fc.boolean(),
      spuriousEvents: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        texts,
        options,
        fc.uint8Array({ maxLength: 5 }),
        async (sent, how, typed) => {
          const { server, clock, caller, line } = connect({ ...how, dialogSeconds: 1000 });
          caller.types(typed);
          const sending = (async () => {
            for (const text of sent) await line.send(text);
            await line.settle();
          })();
          while ((await Promise.race([sending, nextTurn('sending')])) === 'sending') {
            if (caller.awaited) clock.advance(1000);
          }
          expect(caller.output).toBe(Buffer.concat(sent).toString('latin1'));
          const lengths = server.trace.flatMap(({ call, length = 0 }) =>
            call === 'RasSecurityDialogSend' ? [length] : [],
          );
          expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(how.sendBufferSize);
          expect(server.violations).toEqual([]);
          const early = line.typeAhead.take(Infinity);
          expect([...early]).toEqual([...typed].slice(0, early.length));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('yields no bytes after a time-out, which is not an empty answer (SD-21)', async () => {
    const { line, clock } = connect();
    const waiting = line.receive(1, 5);
    clock.advance(5000);
    expect(await waiting).toHaveLength(0);
  });

  test.each([121, 638, 748, 1460])('tells a time-out also when its code is %p', async (code) => {
    const { line, clock } = connect({ timeoutError: code });
    const waiting = line.receive(1, 5);
    clock.advance(5000);
    expect(await waiting).toHaveLength(0);
  });

  test.each([606, 617, 618, 619, 628, 629, 631, 668])(
    'tells a lost line at code %p, whether a call or an event says so (SD-14)',
    async (code) => {
      const { line, caller } = connect({ lineError: code });
      const waiting = line.receive(1, 5);
      caller.hangsUp();
      const hungUp = { code: 'RASSHOST_E_HUNG_UP', cause: expect.objectContaining({ code }) };
      await expect(waiting).rejects.toMatchObject(hungUp);
      await expect(line.send(bytes('x'))).rejects.toMatchObject(hungUp);
    },
  );

  test('does not wait for an event after a Receive that failed (SD-14)', async () => {
    const { line } = connect({ failures: [{ call: 'RasSecurityDialogReceive', error: 610 }] });
    await expect(line.receive(1, 0)).rejects.toMatchObject({
      code: 610,
      functionName: 'RasSecurityDialogReceive',
    });
  });

  test('receives again after a spurious event (SD-21)', async () => {
    const { line, caller } = connect({ spuriousEvents: 2 });
    caller.types('a');
    expect([...(await line.receive(1, 5))]).toEqual([0x61]);
  });

  test('goes on waiting when the event comes while the Receive still runs (SD-21)', async () => {
    const { line, caller, transaction } = connect();
    const waiting = line.receive(1, 5);
    transaction.onReceiveEvent();
    await nextTurn();
    caller.types('a');
    expect([...(await waiting)]).toEqual([0x61]);
  });

  test('passes a NUL that the caller did send', async () => {
    const { line, caller } = connect();
    caller.types(Uint8Array.of(0));
    expect([...(await line.receive(1, 5))]).toEqual([0]);
  });

  test('leaves nothing of the answer in the receive buffer (SD-32)', async () => {
    const { line, caller, transaction } = connect();
    caller.types('secret');
    await line.receive(6, 5);
    expect(transaction.receiveBuffer.every((byte) => byte === 0)).toBe(true);
  });

  test('fails what waits and what follows once it is closed (SD-25)', async () => {
    const { line, server } = connect();
    const over = new Error('over');
    const waiting = line.receive(1, 0);
    line.close(over);
    await expect(waiting).rejects.toBe(over);
    await expect(line.send(bytes('x'))).rejects.toBe(over);
    await expect(line.receive(1, 1)).rejects.toBe(over);
    expect(server.trace).toHaveLength(2);
  });
});
