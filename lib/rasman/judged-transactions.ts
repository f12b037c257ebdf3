import type { NativeTransaction } from './native-transaction';

/**
 * The transactions whose verdict is under way. The security DLL says nothing if a verdict counts. If it
 * has ended the transaction before, the news of that and the verdict cross each other, and the verdict
 * does not count. To hear of that, each transaction is kept for one heartbeat at least, which is far
 * longer than a verdict takes, and for two at most.
 */
export class JudgedTransactions {
  #older = new Map<bigint, NativeTransaction>();
  #newer = new Map<bigint, NativeTransaction>();

  add(transaction: NativeTransaction): void {
    this.#newer.set(transaction.id, transaction);
  }

  take(id: bigint): NativeTransaction | undefined {
    const transaction = this.#newer.get(id) ?? this.#older.get(id);
    this.#newer.delete(id);
    this.#older.delete(id);
    return transaction;
  }

  /** A heartbeat has passed: forgets those that were there before the last one. */
  grow(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}
