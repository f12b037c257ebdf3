// What the security DLL says about transactions, without one: rasshost.node and koffi are faked.
import type { NativeAddon } from '../../lib/rasman/native-addon';
import type { KoffiRasman } from '../../lib/rasman/koffi-rasman';
import { channelHandlers } from '../../lib/rasman/security-dll';
import type { RasTransaction } from '../../lib/rasman/transaction';
import { definePolicy, grant, type DialogReport, type PolicyFunction } from 'rasshost';
import { runDialog } from '../../lib/policy/run-dialog';

const ALICE = { userName: 'alice', domain: 'CONTOSO' };

/** A dialog over a channel that this test is the other end of. */
function begin(decide: PolicyFunction) {
  const released: bigint[] = [];
  const addon = {
    detach: () => undefined,
    hold: () => undefined,
    release: (id: bigint) => void released.push(id),
  } as unknown as NativeAddon;
  const complete = jest.fn();
  const rasman = { complete } as unknown as KoffiRasman;
  const reports: DialogReport[] = [];
  let over!: Promise<void>;
  const handlers = channelHandlers(addon, rasman, {
    begin(transaction: RasTransaction) {
      over = runDialog(transaction, definePolicy(decide), (report) => void reports.push(report));
    },
    closed() {},
    pinged() {},
    leave() {},
    attached() {},
  });
  handlers.begin({
    id: 7n,
    hPort: 1n,
    sendBuffer: new ArrayBuffer(16),
    receiveBuffer: new ArrayBuffer(16),
    length: new ArrayBuffer(2),
    event: 0n,
    complete: 0n,
    budgetMs: 60_000,
  });
  return { handlers, complete, reports, released, over };
}

const SUCCESS = { id: '7', outcome: 'success', message: { msgId: 1, error: 0, ...ALICE } };

describe('a verdict that crosses the end of its dialog', () => {
  test.each(['disconnected', 'deadline', 'host'] as const)(
    'is reported as overruled: %s',
    async (endedBy) => {
      const { handlers, complete, reports, released, over } = begin(() => grant(ALICE));
      await over;
      expect(complete).toHaveBeenCalledTimes(1);
      handlers.ended(7n, endedBy);
      expect(reports).toEqual([SUCCESS, { ...SUCCESS, outcome: 'overruled', endedBy }]);
      expect(released).toEqual([]);
      handlers.ended(7n, endedBy);
      expect(reports).toHaveLength(2);
    },
  );

  test('is heard of for a heartbeat, and no longer than two', async () => {
    const { handlers, reports, over } = begin(() => grant(ALICE));
    await over;
    handlers.pinged(1000);
    handlers.pinged(1000);
    handlers.ended(7n, 'disconnected');
    expect(reports).toEqual([SUCCESS]);
  });
});

test('a dialog that is ended before its verdict is reported once, and given back', async () => {
  const { handlers, complete, reports, released, over } = begin(
    () => new Promise<never>(() => undefined),
  );
  handlers.ended(7n, 'disconnected');
  await over;
  expect(complete).not.toHaveBeenCalled();
  expect(reports).toMatchObject([{ outcome: 'ended', endedBy: 'disconnected' }]);
  expect(released).toEqual([7n]);
});

test('a verdict that counts is not overruled by the end of a termination that was held', async () => {
  const { handlers, complete, reports, released, over } = begin((dialog) => {
    dialog.holdTermination(async () => {});
    return grant(ALICE);
  });
  while (complete.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  handlers.ended(7n, 'completed');
  await over;
  expect(reports).toEqual([SUCCESS]);
  expect(released).toEqual([7n]);
});
