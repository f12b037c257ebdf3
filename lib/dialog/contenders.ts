/** A function that takes part in a race, with what it has asked of its dialog and waits for. */
export interface Runner {
  /** Questions, pauses, and races of its own that go on. */
  waits: number;
}

/** The functions that race with each other in a conversation, for those who make time pass in it. */
export class Contenders {
  readonly #runners = new Set<Runner>();

  /** Whether one of them is at something that its dialog knows nothing of, such as a server. */
  get atSomethingElse(): boolean {
    return [...this.#runners].some(({ waits }) => waits === 0);
  }

  enter(): Runner {
    const runner = { waits: 0 };
    this.#runners.add(runner);
    return runner;
  }

  /** It is done, or nobody waits for it any more. */
  leave(runner: Runner): void {
    this.#runners.delete(runner);
  }
}
