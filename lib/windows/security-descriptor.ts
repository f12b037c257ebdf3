/** One entry of an access control list that grants something. */
export interface Grant {
  /** `S-1-…` */
  readonly sid: string;
  /** Access rights, as Windows numbers them. */
  readonly rights: number;
}

/** Who owns an object, and who may do what with it. */
export interface Security {
  readonly owner: string;
  /** Undefined: everybody may do everything. */
  readonly grants: readonly Grant[] | undefined;
}

const DACL_PRESENT = 0x0004;

/** Header of a self-relative security descriptor. */
const CONTROL = 2;
const OWNER_OFFSET = 4;
const DACL_OFFSET = 16;

/** Types of entries: allowed, and allowed under a condition. Others grant nothing. */
const ALLOWED = [0, 9];
/** It counts for what is made below the object, not for the object. */
const INHERIT_ONLY = 0x08;

/** Reads a self-relative security descriptor, as the system gives it. */
export function parseSecurity(descriptor: Buffer): Security {
  const owner = sidAt(descriptor, descriptor.readUInt32LE(OWNER_OFFSET));
  const list = descriptor.readUInt32LE(DACL_OFFSET);
  const present = (descriptor.readUInt16LE(CONTROL) & DACL_PRESENT) !== 0;
  return { owner, grants: present && list !== 0 ? [...grantsAt(descriptor, list)] : undefined };
}

function* grantsAt(descriptor: Buffer, list: number): Iterable<Grant> {
  const count = descriptor.readUInt16LE(list + 4);
  for (let at = list + 8, entry = 0; entry < count; entry += 1) {
    const flags = descriptor.readUInt8(at + 1);
    if (ALLOWED.includes(descriptor.readUInt8(at)) && (flags & INHERIT_ONLY) === 0) {
      yield { rights: descriptor.readUInt32LE(at + 4), sid: sidAt(descriptor, at + 8) };
    }
    at += descriptor.readUInt16LE(at + 2);
  }
}

/** The text of a SID in binary form. */
export function sidAt(bytes: Buffer, at: number): string {
  const authority = bytes.readUIntBE(at + 2, 6);
  const rest = Array.from({ length: bytes.readUInt8(at + 1) }, (_, index) =>
    bytes.readUInt32LE(at + 8 + 4 * index),
  );
  return ['S', bytes.readUInt8(at), authority, ...rest].join('-');
}
