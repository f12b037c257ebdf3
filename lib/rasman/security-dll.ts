import type { KoffiRasman } from './koffi-rasman';
import type { ChannelHandlers, NativeAddon } from './native-addon';
import { JudgedTransactions } from './judged-transactions';
import { NativeTransaction } from './native-transaction';
import type { RasTransaction } from './transaction';

/** What the security DLL's user wants to hear. None may throw. */
export interface SecurityDllListener {
  /** RasSecurityDialogBegin: a transaction has started. */
  begin(transaction: RasTransaction): void;
  /** The security DLL is gone or of another build: no further transactions, and why. */
  closed(reason: string): void;
  /** The security DLL has shown that it lives, and will again after so many milliseconds. */
  pinged(intervalMs: number): void;
  /** No transaction follows, and none is left: the worker is to end. */
  leave(): void;
  /** In-process: the security DLL has found us, and waits for {@link NativeAddon.ready}. */
  attached(): void;
}

/** Hands what comes over the channel to the transactions it concerns. */
export function channelHandlers(
  addon: NativeAddon,
  rasman: KoffiRasman,
  listener: SecurityDllListener,
): ChannelHandlers {
  const transactions = new Map<bigint, NativeTransaction>();
  const judged = new JudgedTransactions();
  const forget = (id: bigint) => {
    const transaction = transactions.get(id);
    transactions.delete(id);
    if (transaction) judged.add(transaction);
  };
  return {
    attached: () => listener.attached(),
    begin(port) {
      const transaction = new NativeTransaction(addon, rasman, port, forget);
      transactions.set(port.id, transaction);
      listener.begin(transaction);
    },
    received: (id) => transactions.get(id)?.received(),
    ended(id, reason) {
      const transaction = transactions.get(id) ?? judged.take(id);
      transactions.delete(id);
      transaction?.ended(reason);
    },
    pinged(intervalMs) {
      judged.grow();
      listener.pinged(intervalMs);
    },
    leave: () => listener.leave(),
    closed(reason) {
      for (const transaction of transactions.values()) transaction.ended('host');
      transactions.clear();
      listener.closed(reason);
    },
  };
}
