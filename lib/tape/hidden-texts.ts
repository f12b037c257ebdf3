import type { CodePage } from '../dialog/code-page';
import {
  hideTraces,
  linesOf,
  traceOf,
  type HiddenText,
  type Placeholder,
  type Trace,
} from '../dialog/hide-traces';

/** A placeholder's name, and what it stands for. */
type Hidden = readonly [name: string, bytes: Buffer];

/**
 * What must not be read, and the placeholders that stand for it. Copies what it is given into
 * memory of its own, until {@link wipe}.
 */
export class HiddenTexts {
  readonly #codePage: CodePage;
  readonly #hidden: Hidden[] = [];
  readonly #traces: Trace[] = [];
  /** What was received since the last control character, piece by piece. */
  #received: Hidden[] = [];

  /** @param codePage - that of the policy, whose texts are searched */
  constructor(codePage: CodePage) {
    this.#codePage = codePage;
  }

  /** The placeholder for a line: the one that the same bytes have already, or a new one. */
  hideLine(kind: 'secret' | 'pin', bytes: Uint8Array): Placeholder {
    const [known] = this.#hidden.find(([, hidden]) => hidden.equals(bytes)) ?? [];
    return { placeholder: known ?? this.add(this.#newName(kind), bytes) };
  }

  /**
   * The placeholder for bytes that a policy received by itself. It is always a new one. If bytes are
   * received one by one, a placeholder that comes again would tell which of them are the same.
   */
  hideReceived(bytes: Uint8Array): Placeholder {
    return { placeholder: this.add(this.#newName('bytes'), bytes) };
  }

  /**
   * Makes a placeholder stand for bytes, and returns it. Those whose names begin with `bytes-` were
   * received in this order: what a line of them has is hidden also where it came piece by piece.
   */
  add(name: string, bytes: Uint8Array): string {
    // Not Buffer.from: its pool is shared memory that nobody wipes.
    const own = Buffer.alloc(bytes.length, bytes);
    this.#hidden.push([name, own]);
    for (const [index, line] of linesOf(own).entries()) {
      this.#traces.push(...traceOf([[name, line]]));
      if (!name.startsWith('bytes-')) continue;
      if (index > 0) this.#endLine();
      if (line.length > 0) this.#received.push([name, line]);
    }
    return name;
  }

  /** The text with placeholders for whatever is to be hidden, however often it comes. */
  hide(text: string): HiddenText {
    const [hidden = text] = this.hideAcross([text]);
    return hidden;
  }

  /** The same for texts that were shown one after the other: see {@link hideTraces}. */
  hideAcross(texts: readonly string[]): HiddenText[] {
    const unfinished = traceOf(this.#received);
    const hidden = hideTraces(texts, [...this.#traces, ...unfinished], this.#codePage);
    for (const { bytes } of unfinished) bytes.fill(0);
    return hidden;
  }

  wipe(): void {
    for (const [, bytes] of this.#hidden.splice(0)) bytes.fill(0);
    for (const { bytes } of this.#traces.splice(0)) bytes.fill(0);
    this.#received = [];
  }

  #endLine(): void {
    this.#traces.push(...traceOf(this.#received));
    this.#received = [];
  }

  #newName(kind: string): string {
    const same = this.#hidden.filter(([name]) => name.startsWith(`${kind}-`));
    return `${kind}-${same.length + 1}`;
  }
}
