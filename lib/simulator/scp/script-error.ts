import { RasshostError } from '../../errors';

/** A place in a script, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Makes RASSHOST_E_SCRIPT errors for one file. */
export type ScriptErrors = (place: Place, problem: string) => RasshostError;

export function scriptErrors(file: string): ScriptErrors {
  return ({ line, column }, problem) =>
    new RasshostError('RASSHOST_E_SCRIPT', `${file}:${line}:${column}: ${problem}`);
}
