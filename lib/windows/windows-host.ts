import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { RegistryValue } from './registry-value';

export interface SpawnOptions {
  /** As for child_process.spawn; 'pipe' by default. node.exe under Wine can't use pipes: use run. */
  readonly stdio?: StdioOptions;
  /** Added to this process's own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface RunResult {
  /** The exit code; under Wine only its low 8 bits. 128 + signal number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where Windows programs run: this very system, or Wine. */
export interface WindowsHost {
  /** node.exe for {@link spawn}, as a path that Windows programs understand. */
  readonly node: string;
  /** The rasshost package that Windows programs load, as a local path. */
  readonly packageDirectory: string;
  /** Whether the registry belongs to this host alone, so that whatever is written hurts nobody. */
  readonly ownRegistry: boolean;
  /** A path of this system as Windows programs must be told it. Windows paths stay as they are. */
  readonly toWindows: (path: string) => string;
  /** Whether there is such a file, given by its local or Windows path. */
  exists(path: string): boolean;
  /** Starts a Windows program, given by its local or Windows path, in a process group of its own. */
  spawn(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /**
   * Runs a Windows program to its end, or until `stop` is aborted, without stdin. Its output may be
   * as long as it likes.
   */
  run(
    program: string,
    args: readonly string[],
    options?: Pick<SpawnOptions, 'env'> & { readonly stop?: AbortSignal },
  ): Promise<RunResult>;
  /**
   * Writes values under HKEY_LOCAL_MACHINE, 64-bit view. In a registry that is not this host's own
   * they are removed at close; a value that is there already is refused.
   *
   * @throws RasshostError RASSHOST_E_REGISTERED, RASSHOST_E_REGISTRY
   */
  setRegistry(values: readonly RegistryValue[]): Promise<void>;
  /** Ends whatever still runs in a host of our own, and removes the host. */
  close(): Promise<void>;
}

export interface WindowsHostOptions {
  /**
   * Wine only: the prefix to use, made when it does not exist yet. It is left as it is at close.
   * Without it every host gets a fresh prefix, hence a registry of its own, removed at close.
   */
  readonly winePrefix?: string;
  /** Told in one line about each step that takes long. */
  readonly progress?: (line: string) => void;
  /** Aborted when the user has had enough: what still runs to open the host is ended then. */
  readonly stop?: AbortSignal;
}
