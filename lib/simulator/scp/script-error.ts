import { RasshostError } from '../../errors';

/** A place in a script, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Makes RASSHOST_E_SCRIPT errors for one file, at a place in it or about the whole. */
export type ScriptErrors = (place: Place | undefined, problem: string) => RasshostError;

export function scriptErrors(file: string): ScriptErrors {
  return (place, problem) => {
    const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
    return new RasshostError('RASSHOST_E_SCRIPT', `${where}: ${problem}`);
  };
}
