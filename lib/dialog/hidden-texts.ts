import type { CodePage } from './code-page';

/** Stands for something that must not be read, such as `secret-1`. The same thing has the same one. */
export interface Placeholder {
  readonly placeholder: string;
}

/** A text; in parts when something in it must not be read. */
export type HiddenText = string | readonly (string | Placeholder)[];

/**
 * Shorter secrets are not searched for in other texts. They are part of many words, and everybody
 * knows what a prompt says: from the gaps a reader could tell the secret.
 */
const LEAST_BYTES = 3;

/** What a placeholder stands for. */
interface Hidden {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Bytes that no text may show, and the placeholders, one after the other, that stand for them. */
interface Trace {
  readonly parts: readonly { readonly name: string; readonly length: number }[];
  readonly bytes: Buffer;
}

/** A piece of a text. It may be read, or the placeholder `name` stands for it. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly name?: string;
}

/**
 * What must not be read, and the placeholders that stand for it. Copies what it is given into
 * memory of its own, until {@link wipe}.
 */
export class HiddenTexts {
  readonly #bytesOf: ReadonlyMap<string, number>;
  readonly #hidden: Hidden[] = [];
  readonly #traces: Trace[] = [];
  /** What was received since the last control character, piece by piece. */
  #received: Hidden[] = [];

  /** @param codePage - that of the policy, whose texts are searched */
  constructor(codePage: CodePage) {
    const bytes = Array.from({ length: 0x100 }, (_, byte) => byte);
    this.#bytesOf = new Map(bytes.map((byte) => [codePage.decode(Uint8Array.of(byte)), byte]));
  }

  /** The placeholder for a line: the one that the same bytes have already, or a new one. */
  hideLine(kind: 'secret' | 'pin', bytes: Uint8Array): Placeholder {
    const known = this.#hidden.find((hidden) => hidden.bytes.equals(bytes));
    return { placeholder: known?.name ?? this.add(this.#newName(kind), bytes) };
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
    const own = copy(bytes);
    this.#hidden.push({ name, bytes: own });
    for (const [index, line] of linesOf(own).entries()) {
      this.#traces.push(...traceOf([{ name, bytes: line }]));
      if (!name.startsWith('bytes-')) continue;
      if (index > 0) this.#endLine();
      if (line.length > 0) this.#received.push({ name, bytes: line });
    }
    return name;
  }

  /** The text with placeholders for whatever is to be hidden, however often it comes. */
  hide(text: string): HiddenText {
    const [hidden = text] = this.hideAcross([text]);
    return hidden;
  }

  /**
   * Texts that were shown one after the other, with placeholders for whatever is to be hidden in
   * all of them together: a secret may begin in one and end in another. Its placeholder is where it
   * begins.
   */
  hideAcross(texts: readonly string[]): HiddenText[] {
    const bytes = this.#encode(texts.join(''));
    const traces = [...this.#traces, ...traceOf(this.#received)]
      .filter((trace) => bytes.includes(trace.bytes))
      // The longest first: a part of it must not be all that is hidden.
      .sort((a, b) => b.bytes.length - a.bytes.length);
    let pieces: Piece[] = [{ from: 0, to: bytes.length }];
    for (const trace of traces) {
      pieces = pieces.flatMap((piece) =>
        piece.name === undefined ? cut(bytes, piece, trace) : piece,
      );
    }
    bytes.fill(0);
    let end = 0;
    return texts.map((text) => {
      const from = end;
      end += text.length;
      return textOf(text, from, pieces);
    });
  }

  wipe(): void {
    for (const { bytes } of this.#hidden.splice(0)) bytes.fill(0);
    for (const { bytes } of this.#traces.splice(0)) bytes.fill(0);
    this.#received = [];
  }

  #endLine(): void {
    this.#traces.push(...traceOf(this.#received));
    this.#received = [];
  }

  #newName(kind: string): string {
    const same = this.#hidden.filter(({ name }) => name.startsWith(`${kind}-`));
    return `${kind}-${same.length + 1}`;
  }

  /** One byte for each UTF-16 unit; 0 for one that the code page lacks, since nobody can type it. */
  #encode(text: string): Buffer {
    const bytes = Buffer.alloc(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = this.#bytesOf.get(text.charAt(at)) ?? 0;
    return bytes;
  }
}

/** Not Buffer.from: its pool is shared memory that nobody wipes. */
function copy(bytes: Uint8Array): Buffer {
  return concatenated([bytes]);
}

function concatenated(pieces: readonly Uint8Array[]): Buffer {
  const all = Buffer.alloc(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** What to look for, if it is long enough. */
function traceOf(hidden: readonly Hidden[]): Trace[] {
  const bytes = concatenated(hidden.map((part) => part.bytes));
  if (bytes.length < LEAST_BYTES) return [];
  return [{ parts: hidden.map((part) => ({ name: part.name, length: part.bytes.length })), bytes }];
}

/** The runs of bytes without control characters: views, not copies. */
function linesOf(bytes: Buffer): Buffer[] {
  const ends = [...bytes.keys()].filter((at) => (bytes[at] ?? 0) < 0x20);
  return [...ends, bytes.length].map((end, at) => bytes.subarray((ends[at - 1] ?? -1) + 1, end));
}

/** Cuts a piece wherever the trace is in it, and puts the trace's names there. */
function cut(bytes: Buffer, { from, to }: Piece, trace: Trace): Piece[] {
  const pieces: Piece[] = [];
  let rest = from;
  for (;;) {
    const at = bytes.subarray(0, to).indexOf(trace.bytes, rest);
    if (at < 0) break;
    if (at > rest) pieces.push({ from: rest, to: at });
    rest = at;
    for (const { name, length } of trace.parts) {
      pieces.push({ from: rest, to: rest + length, name });
      rest += length;
    }
  }
  if (rest < to || pieces.length === 0) pieces.push({ from: rest, to });
  return pieces;
}

/** One of the texts, as the pieces of all of them leave it. It begins at `start` among them. */
function textOf(text: string, start: number, pieces: readonly Piece[]): HiddenText {
  const end = start + text.length;
  const within = pieces.filter(({ from, to }) => from < end && to > start);
  if (within.every(({ name }) => name === undefined)) return text;
  const parts = within.flatMap(({ from, to, name }) => {
    if (name === undefined) return text.slice(Math.max(0, from - start), to - start);
    return from >= start ? { placeholder: name } : [];
  });
  return parts.length === 0 ? '' : parts;
}
