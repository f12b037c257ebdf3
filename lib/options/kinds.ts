import { types } from 'node:util';

/** What a value may be. {@link readOptions} and {@link checkValue} check it. */
export interface Kind<T> {
  /** In words, as they come after "not": `a whole number from 1 to 3600`. */
  readonly allowed: string;
  /** Whether it must be given. */
  readonly isRequired?: true;
  accepts(value: unknown): value is T;
}

/** @param most - default: any, as far as whole numbers are exact */
export function wholeNumber(least: number, most?: number): Kind<number> {
  const number = numberFrom(least, most);
  return {
    allowed: number.allowed.replace('a number', 'a whole number'),
    accepts: (value): value is number => Number.isSafeInteger(value) && number.accepts(value),
  };
}

/**
 * A number from `least` to `most`, which need not be whole.
 * @param most - default: any, but it has to be finite
 */
export function numberFrom(least: number, most?: number): Kind<number> {
  return {
    allowed: `a number from ${least} ${most === undefined ? 'on' : `to ${most}`}`,
    accepts: (value): value is number =>
      Number.isFinite(value) &&
      (value as number) >= least &&
      (value as number) <= (most ?? Infinity),
  };
}

/** A number more than `least`, up to `most`, which need not be whole. */
export function numberAbove(least: number, most: number): Kind<number> {
  return {
    allowed: `a number above ${least} and at most ${most}`,
    accepts: (value): value is number =>
      typeof value === 'number' && value > least && value <= most,
  };
}

/** One of a few texts. */
export function oneOf<const T extends string>(...texts: readonly T[]): Kind<T> {
  return {
    allowed: texts.map((text) => `'${text}'`).join(' or '),
    accepts: (value): value is T => texts.some((text) => text === value),
  };
}

/** `true` or `false`, and nothing that counts as one of them. */
export const FLAG: Kind<boolean> = {
  allowed: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

/** Any text. */
export const TEXT: Kind<string> = {
  allowed: 'a text',
  accepts: (value) => typeof value === 'string',
};

/** Bytes, be they of another realm. */
export const BYTES: Kind<Uint8Array> = {
  allowed: 'a Buffer or another Uint8Array',
  accepts: (value): value is Uint8Array => types.isUint8Array(value),
};

/** A function; what it takes and returns is for types to check. */
export function aFunction<T extends (...args: never[]) => unknown>(): Kind<T> {
  return { allowed: 'a function', accepts: (value): value is T => typeof value === 'function' };
}

/** A list; what is in it is for others to check. */
export function aList<T>(allowed: string): Kind<readonly T[]> {
  return { allowed, accepts: (value): value is readonly T[] => Array.isArray(value) };
}

/**
 * Whatever is neither `null` nor a primitive value, such as an object that has a reader of its own.
 *
 * @param allowed - what it should be, in words
 */
export function anObject<T extends object>(allowed: string): Kind<T> {
  return { allowed, accepts: (value): value is T => typeof value === 'object' && value !== null };
}

/** The same, but it must be given. */
export function required<T>(kind: Kind<T>): Kind<T> & { readonly isRequired: true } {
  return { ...kind, isRequired: true };
}
