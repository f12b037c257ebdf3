declare module 'node-gyp-build' {
  /** The addon's file for this platform. Throws when there is none. */
  export function path(directory: string): string;
}
