import { unwatchFile, watchFile, type StatsListener } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { RasshostError } from '../errors';
import type { Policy } from '../policy/policy';
import type { LoadBounds } from '../loading/load-bounds';
import { loadHere } from '../loading/load-here';
import type { LoadedPolicy } from '../loading/load-policy';

/** How often the files are looked at: that sees what every editor does on every file system. */
const INTERVAL_MS = 250;

/** Told that the policy has been loaded anew, or why it has not. */
type OnReload = (error: RasshostError | undefined) => void;

/** A policy file, which may be loaded again while calls to the policy go on. */
export class PolicyFile {
  /** As the user has named it. */
  readonly file: string;
  readonly #bounds: LoadBounds;
  readonly #onReload: OnReload;
  #loaded: LoadedPolicy;
  #watched: readonly string[] = [];
  #onChange: StatsListener | undefined;
  #tellReloaded = (): void => undefined;
  #outdated = false;
  #loading = false;

  private constructor(file: string, bounds: LoadBounds, loaded: LoadedPolicy, onReload: OnReload) {
    this.file = file;
    this.#bounds = bounds;
    this.#loaded = loaded;
    this.#onReload = onReload;
  }

  /**
   * @param onReload - told of each load after this one, and why if it failed
   * @throws {@link RasshostError} as loadHere does
   */
  static async load(file: string, bounds: LoadBounds, onReload: OnReload): Promise<PolicyFile> {
    return new PolicyFile(file, bounds, await loadHere(file, bounds), onReload);
  }

  /** The policy for the next call. */
  get policy(): Policy {
    return this.#loaded.policy;
  }

  /** From now on loads the policy anew when its file, or a file that it imports, has changed. */
  watch(): void {
    this.#onChange = () => this.reload();
    this.#watch(this.#loaded.files);
  }

  /** Loads the policy anew. One that does not load leaves the one before. */
  reload(): void {
    this.#outdated = true;
    void this.#reload();
  }

  /** Settles when the policy has been loaded anew the next time. */
  nextReload(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellReloaded = resolve;
    });
  }

  /** Stops watching. */
  close(): void {
    this.#watch([]);
  }

  async #reload(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    while (this.#outdated) {
      this.#outdated = false;
      try {
        this.#loaded = await loadHere(this.file, this.#bounds, this.#loaded.files);
        if (this.#watched.length > 0) this.#watch(this.#loaded.files);
        this.#onReload(undefined);
        this.#tellReloaded();
      } catch (error) {
        this.#onReload(error as RasshostError);
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
