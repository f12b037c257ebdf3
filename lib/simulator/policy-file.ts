import { unwatchFile, watchFile, type StatsListener } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { RasshostError } from '../errors';
import type { Policy } from '../policy/policy';
import type { LoadBounds } from '../loading/load-bounds';
import { loadHere } from '../loading/load-here';
import type { LoadedPolicy } from '../loading/load-policy';

/** How often the files are looked at: that sees what every editor does on every file system. */
const INTERVAL_MS = 250;

/** A policy file, which may be loaded again while calls to the policy go on. */
export class PolicyFile {
  readonly #file: string;
  readonly #bounds: LoadBounds;
  #loaded: LoadedPolicy;
  #watched: readonly string[] = [];
  #onChange: StatsListener | undefined;
  #outdated = false;
  #loading = false;

  private constructor(file: string, bounds: LoadBounds, loaded: LoadedPolicy) {
    this.#file = file;
    this.#bounds = bounds;
    this.#loaded = loaded;
  }

  /** @throws {@link RasshostError} as loadHere does */
  static async load(file: string, bounds: LoadBounds = {}): Promise<PolicyFile> {
    return new PolicyFile(file, bounds, await loadHere(file, bounds));
  }

  /** The policy for the next call. */
  get policy(): Policy {
    return this.#loaded.policy;
  }

  /**
   * From now on loads the policy anew when its file, or a file that it imports, has changed. A
   * policy that does not load leaves the one before.
   *
   * @param onReload - told of each load, and why if it failed
   */
  watch(onReload: (error: RasshostError | undefined) => void): void {
    this.#onChange = () => {
      this.#outdated = true;
      void this.#reload(onReload);
    };
    this.#watch(this.#loaded.files);
  }

  /** Stops watching. */
  close(): void {
    this.#watch([]);
  }

  async #reload(onReload: (error: RasshostError | undefined) => void): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    while (this.#outdated) {
      this.#outdated = false;
      try {
        this.#loaded = await loadHere(this.#file, this.#bounds, this.#loaded.files);
        if (this.#watched.length > 0) this.#watch(this.#loaded.files);
        onReload(undefined);
      } catch (error) {
        onReload(error as RasshostError);
      }
      await turn();
    }
    this.#loading = false;
  }

  /** Files that are watched already stay so: a change while one begins anew would go unnoticed. */
  #watch(files: readonly string[]): void {
    const listener = this.#onChange;
    if (listener === undefined) return;
    for (const file of this.#watched) {
      if (!files.includes(file)) unwatchFile(file, listener);
    }
    for (const file of files) {
      if (!this.#watched.includes(file)) watchFile(file, { interval: INTERVAL_MS }, listener);
    }
    this.#watched = files;
  }
}
