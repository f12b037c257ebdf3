/**
 * Runs actions that have the same key one after the other, and others at the same time. For the
 * dialogs of one worker: other workers have memory of their own.
 */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    // What the one before has thrown is for whoever has asked for it.
    const result = before === undefined ? action() : before.then(action, action);
    this.#last.set(key, result);
    try {
      return await result;
    } finally {
      // Without this, each key would stay in memory for ever.
      if (this.#last.get(key) === result) this.#last.delete(key);
    }
  }
}
