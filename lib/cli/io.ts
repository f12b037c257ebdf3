/** Where a command reads and writes; tests pass their own. */
export interface Io {
  /** Left out when there is nobody to ask. */
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}
