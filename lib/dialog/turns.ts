/** One operation after the other, since the calls of a {@link Line} must not overlap. */
export class Turns {
  readonly #onTurnOver: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;

  /** @param onTurnOver - called whenever an operation is over: done, failed, or not begun */
  constructor(onTurnOver: () => void) {
    this.#onTurnOver = onTurnOver;
  }

  /** Whether an operation is in progress, or waits for its turn. */
  get busy(): boolean {
    return this.#open > 0;
  }

  /**
   * Runs an operation when those before it have settled, unless the signal is aborted by then.
   * Rejects as soon as it is aborted. An outstanding Receive can't be taken back, so the next
   * operation waits for it. But the caller of this method need not wait.
   *
   * @param after - called when the turn is over, also when the operation has not been run
   */
  take<T>(
    signal: AbortSignal,
    operation: () => Promise<T>,
    after: () => void = () => undefined,
  ): Promise<T> {
    this.#open++;
    const result = this.#last
      .then(() => {
        signal.throwIfAborted();
        return operation();
      })
      .finally(() => {
        this.#open--;
        after();
        this.#onTurnOver();
      });
    this.#last = result.catch(() => undefined);
    return handled(() => orAborted(result, signal));
  }
}

/** Keeps a failure that the policy does not await from ending the whole process. */
export function handled<T>(operation: () => Promise<T>): Promise<T> {
  const answer = (async () => operation())();
  answer.catch(() => undefined);
  return answer;
}

/** The result, or the signal's reason as soon as it is aborted. */
export function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
