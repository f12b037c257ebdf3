import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Policy } from '../policy/policy';
import type { RasTransaction } from '../rasman/transaction';
import type { DialogReport } from '../policy/dialog-report';
import { recordDialog } from './record-dialog';
import type { Tape } from './tape';
import { writeTape } from './tape-file';

/** How many tapes stay in a directory. */
const MOST_TAPES = 1000;

/** Time and id of the dialog, so that the names are in the order of time. */
const TAPE_NAME = /^\d{8}T\d{6}\.\d{3}Z-\d+\.tape$/;

/**
 * A directory with the tapes of the newest 1000 dialogs. No other file in it is touched. It must exist
 * already, because its owner decides who may read it.
 */
export class TapeDirectory {
  readonly #directory: string;
  readonly #problem: (text: string) => void;

  /**
   * @param directory - full path
   * @param problem - told of what could not be written or removed. Must not throw.
   */
  constructor(directory: string, problem: (text: string) => void) {
    this.#directory = directory;
    this.#problem = problem;
  }

  /** {@link runDialog}, with a tape of the dialog. Never rejects, and changes no verdict. */
  async record(
    transaction: RasTransaction,
    policy: Policy,
    report: (report: DialogReport) => void,
  ): Promise<void> {
    const { id } = transaction;
    try {
      await recordDialog(transaction, policy, report, (tape) => this.#keep(id, tape));
    } catch (error) {
      this.#problem(`dialog ${id}: no tape: ${String(error)}`);
    }
  }

  async #keep(id: bigint, tape: Tape): Promise<void> {
    const time = tape.header.started.replaceAll(/[-:]/g, '');
    await writeTape(path.join(this.#directory, `${time}-${id}.tape`), tape);
    await this.#removeOldest();
  }

  async #removeOldest(): Promise<void> {
    try {
      const tapes = (await readdir(this.#directory)).filter((name) => TAPE_NAME.test(name)).sort();
      for (const name of tapes.slice(0, -MOST_TAPES)) {
        await rm(path.join(this.#directory, name), { force: true });
      }
    } catch (error) {
      this.#problem(`${this.#directory}: old tapes stay: ${String(error)}`);
    }
  }
}
