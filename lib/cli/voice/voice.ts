import type { Clock } from '../../time/clock';
import { SYSTEM_CLOCK } from '../../time/clock';
import type { Io } from '../io';
import { showProgress } from './progress';
import { Screen, type Terminal } from './screen';
import { styleOf, type Style } from './style';

export interface VoiceOptions {
  /** Nothing but the dialog itself, errors and warnings. */
  readonly quiet?: boolean;
  readonly clock?: Clock;
}

/** Where a step can't be shown as it goes on, one that takes longer is told. */
const SILENT_MS = 1000;

/** What there is to know about what is served; what is not there is left out. */
export type Banner = Readonly<Record<string, string | undefined>>;

/**
 * What the commands say to people: banner, progress, warnings, how calls have ended, and the dialog
 * itself. Dialog and results go to stdout, all else to stderr. Where these are one terminal,
 * nothing lands inside the line that somebody types, and the last lines tell what goes on.
 */
export class Voice {
  readonly #out: NodeJS.WritableStream;
  readonly #err: NodeJS.WritableStream;
  readonly #quiet: boolean;
  readonly #clock: Clock;
  readonly #screen: Screen | undefined;
  readonly #outIsScreen: boolean;
  readonly #errIsScreen: boolean;
  readonly #outStyle: Style;
  readonly #style: Style;
  /** Whatever ends the process, such as a policy that crashes it. */
  readonly #onExit = (): void => this.close();
  #endProgress: (() => void) | undefined;
  #status: readonly string[] = [];

  constructor({ stdout, stderr }: Io, { quiet = false, clock = SYSTEM_CLOCK }: VoiceOptions = {}) {
    this.#out = stdout;
    this.#err = stderr;
    this.#quiet = quiet;
    this.#clock = clock;
    this.#errIsScreen = isScreen(stderr);
    this.#outIsScreen = isScreen(stdout);
    // Both are the same one where there are both; writing to one of them keeps the order.
    const terminal = [stdout, stderr].find(isScreen);
    this.#screen = terminal && new Screen(terminal);
    if (this.#screen) process.once('exit', this.#onExit);
    this.#outStyle = styleOf(stdout);
    this.#style = styleOf(stderr);
  }

  /** Whether {@link status} is shown. */
  get hasStatus(): boolean {
    return this.#errIsScreen && !this.#quiet;
  }

  /** What is served, and how to stop it, to those who sit at a terminal. */
  banner(title: string, rows: Banner): void {
    if (!this.hasStatus) return;
    const given = Object.entries(rows).filter(([, value]) => value !== undefined);
    const width = Math.max(...given.map(([name]) => name.length));
    const lines = given.map(
      ([name, value]) => `  ${this.#style.dim(name.padEnd(width))}  ${value ?? ''}`,
    );
    this.#say([this.#style.bold(title), ...lines, ''].join('\n'));
  }

  /** Calls are taken at an address: a banner for people, and a line for programs. */
  listening(address: string, title: string, rows: Banner): void {
    this.banner(title, rows);
    if (!this.hasStatus || !this.#outIsScreen) this.#out.write(`listening ${address}\n`);
  }

  /** Something to know; not with `quiet`. */
  note(text: string): void {
    if (!this.#quiet) this.#say(text);
  }

  /** What another program has to say. */
  log(text: string): void {
    this.#say(text);
  }

  /** Something that is not as it should be. */
  warning(text: string): void {
    this.#say(this.#style.warning(text));
  }

  /** A line or more that is what the command is for; not with `quiet`. */
  result(text: string, isGood?: boolean): void {
    if (this.#quiet) return;
    const { good, bad } = this.#outStyle;
    const dressed = isGood === undefined ? text : (isGood ? good : bad)(text);
    if (this.#outIsScreen) this.#screen?.message(dressed);
    else this.#out.write(`${dressed}\n`);
  }

  /** What the caller sees. */
  dialog(text: string): void {
    if (this.#outIsScreen) this.#screen?.write(text);
    else this.#out.write(text);
  }

  /** The caller's terminal beeps. */
  ring(): void {
    this.dialog('\x07');
  }

  /** The caller sees nothing more. */
  endDialog(): void {
    if (this.#outIsScreen) this.#screen?.endDialog();
    else this.#out.write('\n');
  }

  /**
   * What takes a while from now on, until the next step or {@link endProgress}: shown at a
   * terminal, and elsewhere said when it takes longer than a second.
   */
  progress(step: string): void {
    this.#endProgress?.();
    this.#endProgress = this.hasStatus
      ? showProgress(step, this.#clock, (line) => this.#screen?.below([line]))
      : this.#clock.after(SILENT_MS, () => this.note(step));
  }

  endProgress(): void {
    this.#endProgress?.();
    this.#endProgress = undefined;
    this.#showStatus();
  }

  /** What the last lines of the terminal say, the status itself last. */
  status(lines: readonly string[]): void {
    this.#status = lines;
    if (!this.#endProgress) this.#showStatus();
  }

  /** Leaves the terminal as it was. */
  close(): void {
    this.#status = [];
    this.endProgress();
    this.#screen?.close();
    process.off('exit', this.#onExit);
  }

  #showStatus(): void {
    if (!this.hasStatus) return;
    const lines = this.#status.map((line, at) =>
      at === this.#status.length - 1 ? this.#style.status(line) : line,
    );
    this.#screen?.below(lines);
  }

  #say(text: string): void {
    if (this.#errIsScreen) this.#screen?.message(text);
    else this.#err.write(`${text}\n`);
  }
}

/** Whether a stream is a terminal with a cursor that can be moved. */
function isScreen(stream: NodeJS.WritableStream): stream is NodeJS.WritableStream & Terminal {
  const { isTTY, rows = 0 } = stream as Partial<NodeJS.WriteStream>;
  return isTTY === true && rows > 0 && process.env['TERM'] !== 'dumb';
}
