import type { NativeTransaction } from './native-transaction';

/**
 * The transactions whose verdict is under way. The security DLL doesn't say that a verdict counts,
 * only that it does not: when it had ended the transaction before, that news and the verdict cross
 * each other. So each transaction is kept for a heartbeat, which is far longer than a verdict takes,
 * and two at most.
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
