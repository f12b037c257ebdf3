import { numberFrom, required, wholeNumber } from '../options/kinds';
import type { Kinds } from '../options/read-options';
import { MAX_SECONDS } from './question';

/**
 * How {@link Dialog.receive} receives.
 * @category Dialogs
 */
export interface ReceiveOptions {
  /**
   * Bytes wanted, from 1 to the size of the receive buffer. A genuine server may wait for exactly
   * so many (KB Q193058): 1 is the only length that is right with every server.
   */
  readonly length: number;
  /** The server's time-out in whole seconds up to 3600; 0 = none but the dialog's own. */
  readonly timeoutSeconds: number;
}

/**
 * How {@link Dialog.pause} pauses.
 * @category Dialogs
 */
export interface PauseOptions {
  /** From 0 to 3600; need not be whole. */
  readonly seconds: number;
}

/** @param mostBytes - the size of the receive buffer */
export function receiveKinds(mostBytes: number): Kinds<ReceiveOptions> {
  return {
    length: required(wholeNumber(1, mostBytes)),
    timeoutSeconds: required(wholeNumber(0, MAX_SECONDS)),
  };
}

export const PAUSE_KINDS: Kinds<PauseOptions> = { seconds: required(numberFrom(0, MAX_SECONDS)) };
