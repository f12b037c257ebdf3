import { definePolicy, type Policy, type PolicyFunction } from 'rasshost';
import { SimulatedRasServer, type DialogEvent } from 'rasshost/testing';
import { recordDialog } from '../../lib/tape/record-dialog';
import type { Tape } from '../../lib/tape/tape';
import { PassingTime } from '../../lib/time/passing-time';
import { VirtualClock } from '../../lib/time/virtual-clock';

/** What a caller does when asked: types keys, or hangs up. Nothing: says nothing. */
export interface Reaction {
  readonly types?: string | Uint8Array;
  /** Types what the policy has shown in secret. */
  readonly typesSecret?: boolean;
  readonly hangsUp?: boolean;
  /** Milliseconds after the question. Default 0. */
  readonly afterMs?: number;
}

/**
 * Records a dialog in which the n-th question meets with the n-th reaction, and says nothing to
 * those that follow. Time passes whenever nothing goes on. What is typed ahead comes before all of them.
 */
export async function record(
  policy: Policy | PolicyFunction,
  reactions: readonly (Reaction | string)[],
  typedAhead = '',
): Promise<Tape> {
  const clock = new VirtualClock();
  const left = [...reactions];
  const call = {
    clock,
    activity: 0,
    awaitsCaller: true,
    atSomethingElse: false,
    over: false,
    patienceMs: 1000,
  };
  const server = new SimulatedRasServer({ clock, onTrace: () => call.activity++ });
  const react = (): void => {
    const next = left.shift();
    const reaction: Reaction = typeof next === 'string' ? { types: next } : (next ?? {});
    const { types, typesSecret, hangsUp, afterMs = 0 } = reaction;
    clock.after(afterMs, () => {
      call.activity++;
      if (types !== undefined) caller.types(types);
      if (typesSecret === true) caller.types(`${shownSecret}\r`);
      if (hangsUp === true) caller.hangsUp();
    });
  };
  let shownSecret = '';
  let tape: Tape | undefined;
  const chosen = typeof policy === 'function' ? definePolicy(policy) : policy;
  const caller = server.call((transaction) => {
    const keep = async (kept: Tape): Promise<void> => {
      tape = kept;
    };
    const observe = (event: DialogEvent): void => {
      call.activity++;
      if (event.kind === 'asked') react();
      if (event.kind === 'shown-secret') shownSecret = Buffer.from(event.bytes).toString('latin1');
    };
    void recordDialog(transaction, chosen, () => {}, keep, { clock, observe }).then(() => {
      call.over = true;
      call.activity++;
    });
  });
  caller.types(typedAhead);
  const time = new PassingTime(call);
  while (!call.over) await time.turn();
  if (!tape) throw new Error('there is no tape');
  return tape;
}
