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

/** Bytes that no text may show, and the placeholders, one after the other, that stand for them. */
export interface Trace {
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
 * The texts, which were shown one after the other, with placeholders for whatever traces are in all
 * of them together: a trace may begin in one text and end in another. Its placeholder is where it
 * begins.
 *
 * @param codePage - that of the texts
 */
export function hideTraces(
  texts: readonly string[],
  traces: readonly Trace[],
  codePage: CodePage,
): HiddenText[] {
  const bytes = encode(texts.join(''), codePage);
  const found = traces
    .filter((trace) => bytes.includes(trace.bytes))
    // The longest first: a part of it must not be all that is hidden.
    .sort((a, b) => b.bytes.length - a.bytes.length);
  let pieces: Piece[] = [{ from: 0, to: bytes.length }];
  for (const trace of found) {
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

/**
 * The trace of something secret that was typed or shown in pieces, each with a placeholder of its
 * own. None if it is too short. It has a copy of the bytes, which its owner wipes.
 */
export function traceOf(pieces: readonly (readonly [name: string, bytes: Uint8Array])[]): Trace[] {
  const bytes = Buffer.alloc(pieces.reduce((sum, [, { length }]) => sum + length, 0));
  let end = 0;
  const parts = pieces.map(([name, { length }]) => ({ name, length }));
  for (const [, piece] of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes.length < LEAST_BYTES ? [] : [{ parts, bytes }];
}

/** The runs of bytes without control characters: views, not copies. */
export function linesOf(bytes: Buffer): Buffer[] {
  const ends = [...bytes.keys()].filter((at) => (bytes[at] ?? 0) < 0x20);
  return [...ends, bytes.length].map((end, at) => bytes.subarray((ends[at - 1] ?? -1) + 1, end));
}

/** One byte for each UTF-16 unit; 0 for one that the code page lacks, since nobody can type it. */
function encode(text: string, codePage: CodePage): Buffer {
  const bytes = Buffer.alloc(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = codePage.byteOf(text.charAt(at)) ?? 0;
  return bytes;
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
