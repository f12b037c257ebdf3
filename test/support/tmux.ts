import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { until } from './until';

/** A program at a genuine terminal, whose keys are pressed and whose screen is looked at. */
export class Tmux {
  // A server of its own, so that nobody's settings or sessions count.
  readonly #server = `rasshost-test-${randomUUID()}`;

  /** @param command - of the shell; the terminal stays when it has ended */
  constructor(command: string, columns = 80, rows = 24) {
    const size = ['-x', `${columns}`, '-y', `${rows}`];
    this.#tmux('new-session', '-d', ...size, `${command}; echo "exit code $?"; exec cat`);
  }

  /** Presses keys, as `tmux send-keys` names them. */
  presses(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** What is on the screen, without blanks at the ends of lines and empty lines at its end. */
  screen(): string {
    return this.#captured();
  }

  /** The same with what has gone off at its top. */
  everything(): string {
    return this.#captured('-S', '-');
  }

  /** The screen with its colours, as escape sequences. */
  colours(): string {
    return this.#captured('-e');
  }

  /** Waits until the screen matches, and returns it. */
  shows(expected: RegExp): Promise<string> {
    return until(
      () => `${String(expected)} in\n${this.screen()}`,
      () => {
        const screen = this.screen();
        return expected.test(screen) && screen;
      },
    );
  }

  close(): void {
    this.#tmux('kill-server');
  }

  /** Versions of tmux differ in which blanks at the end of a line they tell. */
  #captured(...options: readonly string[]): string {
    return this.#tmux('capture-pane', '-p', ...options)
      .replace(/ +$/gm, '')
      .trimEnd();
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#server, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
    });
  }
}
