import { statSync } from 'node:fs';
import { resolve } from 'node:path';
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
  /** What each file was when it was loaded. */
  #versions: Versions;
  #looking: NodeJS.Timeout | undefined;
  #tellReloaded = (): void => undefined;
  #outdated = false;
  /** Loads until the policy is as new as its files. */
  #loading: Promise<void> | undefined;

  private constructor(file: string, bounds: LoadBounds, first: Load, onReload: OnReload) {
    this.file = file;
    this.#bounds = bounds;
    this.#loaded = first.loaded;
    this.#versions = first.versions;
    this.#onReload = onReload;
  }

  /**
   * @param onReload - told of each load after this one, and why if it failed
   * @throws {@link RasshostError} as loadHere does
   */
  static async load(file: string, bounds: LoadBounds, onReload: OnReload): Promise<PolicyFile> {
    const before = versionsOf([resolve(file)]);
    const loaded = await loadHere(file, bounds);
    return new PolicyFile(file, bounds, { loaded, versions: withNew(before, loaded) }, onReload);
  }

  /** The policy for the next call. */
  get policy(): Policy {
    return this.#loaded.policy;
  }

  /** From now on loads the policy anew when its file, or a file that it imports, has changed. */
  watch(): void {
    this.#looking = setInterval(() => this.#look(), INTERVAL_MS);
  }

  /** Loads the policy anew. One that does not load leaves the one before. */
  reload(): void {
    this.#outdated = true;
    this.#loading ??= this.#reload();
  }

  /** Settles when a change that there has been so far is in {@link policy}, or is refused. */
  async settled(): Promise<void> {
    if (this.#looking) this.#look();
    await this.#loading;
  }

  /** Settles when the policy has been loaded anew the next time. */
  nextReload(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellReloaded = resolve;
    });
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    const changed = [...this.#versions].some(([file, version]) => versionOf(file) !== version);
    if (changed) this.reload();
  }

  async #reload(): Promise<void> {
    while (this.#outdated) {
      this.#outdated = false;
      // Before they are read: a change while they are is seen at the next look.
      this.#versions = versionsOf([...this.#versions.keys()]);
      try {
        this.#loaded = await loadHere(this.file, this.#bounds, this.#loaded.files);
        this.#versions = withNew(this.#versions, this.#loaded);
        this.#onReload(undefined);
        this.#tellReloaded();
      } catch (error) {
        this.#onReload(error as RasshostError);
      }
      await turn();
    }
    this.#loading = undefined;
  }
}

/** By full path. */
type Versions = ReadonlyMap<string, string>;

/** What a load has brought. */
interface Load {
  readonly loaded: LoadedPolicy;
  readonly versions: Versions;
}

function versionsOf(files: readonly string[]): Versions {
  return new Map(files.map((file) => [file, versionOf(file)]));
}

/** Those of the files of a policy; of one that was not known before, as it is now. */
function withNew(before: Versions, { files }: LoadedPolicy): Versions {
  return new Map(files.map((file) => [file, before.get(file) ?? versionOf(file)]));
}

/** Differs when a file has been written, or another one has taken its place. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}
