/**
 * Gives a class a brand by which `instanceof` tells what is made by it also when another copy of this
 * package has made it: a policy may have one of its own.
 */
export function brand(branded: abstract new (...args: never) => object, name: string): void {
  const key = Symbol.for(`rasshost.${name}`);
  Object.defineProperty(branded.prototype, key, { value: true });
  Object.defineProperty(branded, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this === branded) return typeof value === 'object' && value !== null && key in value;
      // A class that extends this one inherits this method, but has no brand.
      return Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
}
