import type { CodePage } from '../dialog/code-page';
import type { Placeholder, TapeText } from './tape';

/**
 * What is looked for in other texts. Shorter ones are part of so much that hiding them would tell
 * more than it hides, since everybody knows what a prompt says.
 */
const LEAST_BYTES = 3;

/** What a placeholder stands for. */
interface Hidden {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What is not to be found in any text: the bytes of a placeholder, or a part of them. */
interface Trace {
  readonly name: string;
  readonly trace: Buffer;
}

/** A piece of a text that may be read. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A piece of a text, or the placeholder in its stead. */
type Part = Span | string;

/**
 * What must not be read, and the placeholders that stand for it. Copies what it is given into
 * memory of its own, until {@link wipe}.
 */
export class HiddenTexts {
  readonly #bytesOf: ReadonlyMap<string, number>;
  readonly #hidden: Hidden[] = [];
  readonly #traces: Trace[] = [];

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
   * The placeholder for bytes that a policy received by itself. Never one that was given before:
   * of bytes received one by one, it would tell which of them are the same.
   */
  hideReceived(bytes: Uint8Array): Placeholder {
    return { placeholder: this.add(this.#newName('bytes'), bytes) };
  }

  /** Makes a placeholder stand for bytes, and returns it. */
  add(name: string, bytes: Uint8Array): string {
    const own = copy(bytes);
    this.#hidden.push({ name, bytes: own });
    for (const trace of linesOf(own)) {
      if (trace.length >= LEAST_BYTES) this.#traces.push({ name, trace });
    }
    return name;
  }

  /** The text with placeholders for whatever is to be hidden, however often it comes. */
  hide(text: string): TapeText {
    const bytes = this.#encode(text);
    const traces = this.#traces
      .filter(({ trace }) => bytes.includes(trace))
      // The longest first: a part of it must not be all that is hidden.
      .sort((a, b) => b.trace.length - a.trace.length);
    let parts: Part[] = [{ from: 0, to: text.length }];
    for (const { name, trace } of traces) {
      parts = parts.flatMap((part) =>
        typeof part === 'string' ? part : cut(bytes, part, name, trace),
      );
    }
    bytes.fill(0);
    if (parts.length === 1 && typeof parts[0] !== 'string') return text;
    return parts.map((part) =>
      typeof part === 'string' ? { placeholder: part } : text.slice(part.from, part.to),
    );
  }

  wipe(): void {
    for (const { bytes } of this.#hidden.splice(0)) bytes.fill(0);
    this.#traces.length = 0;
  }

  #newName(kind: string): string {
    const same = this.#hidden.filter(({ name }) => name.startsWith(`${kind}-`));
    return `${kind}-${same.length + 1}`;
  }

  /** A byte for each UTF-16 unit; what is in no code page is part of nothing that was typed. */
  #encode(text: string): Buffer {
    const bytes = Buffer.alloc(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = this.#bytesOf.get(text.charAt(at)) ?? 0;
    return bytes;
  }
}

/** Not Buffer.from: its pool is shared memory that nobody wipes. */
function copy(bytes: Uint8Array): Buffer {
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}

/** The runs of bytes without control characters: views, not copies. */
function linesOf(bytes: Buffer): Buffer[] {
  const ends = [...bytes.keys()].filter((at) => (bytes[at] ?? 0) < 0x20);
  return [...ends, bytes.length].map((end, at) => bytes.subarray((ends[at - 1] ?? -1) + 1, end));
}

/** Puts the name in the place of the trace, wherever a part of the bytes has it. */
function cut(bytes: Buffer, { from, to }: Span, name: string, trace: Buffer): Part[] {
  const parts: Part[] = [];
  let rest = from;
  for (let at = from; ; at = rest) {
    at = bytes.subarray(0, to).indexOf(trace, at);
    if (at < 0) break;
    if (at > rest) parts.push({ from: rest, to: at });
    parts.push(name);
    rest = at + trace.length;
  }
  if (rest < to || parts.length === 0) parts.push({ from: rest, to });
  return parts;
}
