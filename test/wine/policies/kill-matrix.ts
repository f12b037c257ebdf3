import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { definePolicy, grant, type Dialog, type Verdict } from 'rasshost';
import {
  ENDED,
  GO,
  GO_ON_LOADING,
  GRANTED,
  LOADING,
  ORDER_FOR_DIALOG,
  ORDER_FOR_LOAD,
  STRUCK,
  TRACE,
  type Grant,
  type Moment,
  type Order,
} from '../../support/kill-matrix-order';
import { strikes, type State } from './kill-matrix-faults';

const shared = (name: string) => path.join(process.env['KILL_MATRIX'] ?? '', name);

/** Who comes first has it, nobody else. */
function takeOrder(name: string): Order | undefined {
  if (!existsSync(shared(name))) return undefined;
  const order = JSON.parse(readFileSync(shared(name), 'utf8')) as Order;
  rmSync(shared(name));
  return order;
}

async function there(name: string): Promise<void> {
  while (!existsSync(shared(name))) await delay(5);
}

async function strike(order: Order, dialog?: Dialog, state: State = 'open'): Promise<void> {
  const over = dialog?.signal.aborted === false && once(dialog.signal, 'abort');
  writeFileSync(shared(STRUCK), '');
  const goOn = async () => {
    await Promise.race(over ? [over, there(GO)] : [there(GO)]);
  };
  const isEnded = () => existsSync(shared(ENDED));
  await strikes[order.fault]({ order, dialog, state, goOn, isEnded });
}

/** In the name of a caller who is gone as well: nobody must hear of it. */
async function answer(dialog: Dialog, name?: Promise<string>): Promise<Verdict> {
  if (dialog.signal.aborted || existsSync(shared(ENDED))) return granted(dialog, SUBJECT);
  return granted(dialog, await (name ?? nameOf(dialog)));
}

/** What the caller types, without echo: a last echo would be given a second to arrive. */
async function nameOf(dialog: Dialog): Promise<string> {
  let name = '';
  for (;;) {
    const bytes = await dialog.receive({ length: 1, timeoutSeconds: 0 });
    const key = Buffer.from(bytes).toString('latin1');
    if (key === '\r') return name;
    name += key;
  }
}

async function askName(dialog: Dialog): Promise<string> {
  await dialog.send(Buffer.from('Name: '));
  return nameOf(dialog);
}

function granted(dialog: Dialog, userName: string): Verdict {
  const traced = readFileSync(shared(TRACE), 'latin1').split('\n').length - 1;
  const left: Grant = { userName, traced, struck: existsSync(shared(STRUCK)) };
  writeFileSync(shared(`${GRANTED}${dialog.transaction.id}`), JSON.stringify(left));
  return grant({ userName, domain: 'CONTOSO' });
}

/** Whom everybody becomes who is asked nothing. */
const SUBJECT = 'subject';

/** Does `then` as soon as the verdict is on its way. */
function afterVerdict(dialog: Dialog, then: () => void): void {
  const { transaction } = dialog;
  const complete = transaction.complete.bind(transaction);
  transaction.complete = (message) => {
    complete(message);
    then();
  };
}

/** A Receive that nobody will answer, so that the end of the call has to end it. */
function leaveReceive(order: Order, dialog: Dialog): void {
  if (order.fault === 'receive event without data') dialog.transaction.receive(1, 0);
}

const moments: Record<
  Exclude<Moment, 'before handshake'>,
  (order: Order, dialog: Dialog) => Promise<Verdict>
> = {
  'after begin': async (order, dialog) => {
    await strike(order, dialog);
    return answer(dialog);
  },
  'send pending': async (order, dialog) => {
    await dialog.send(Buffer.from('Name: '));
    await strike(order, dialog);
    return answer(dialog);
  },
  'receive pending': async (order, dialog) => {
    const name = askName(dialog);
    await setImmediate();
    await strike(order, dialog, 'receiving');
    return answer(dialog, name);
  },
  'byte arrived': async (order, dialog) => {
    await dialog.receive({ length: 1, timeoutSeconds: 0 });
    await strike(order, dialog);
    return answer(dialog);
  },
  'verdict sent': async (order, dialog) => {
    leaveReceive(order, dialog);
    afterVerdict(dialog, () => void strike(order, dialog, 'judged'));
    return granted(dialog, SUBJECT);
  },
  'inside Complete': async (order, dialog) => {
    leaveReceive(order, dialog);
    // Nothing is left to hold when End comes and the worker is gone.
    dialog.holdTermination(async () => {});
    afterVerdict(dialog, () => void there(GO).then(() => strike(order, dialog, 'judged')));
    return granted(dialog, SUBJECT);
  },
  'during hold': async (order, dialog) => {
    leaveReceive(order, dialog);
    dialog.holdTermination(() => strike(order, dialog, 'holding'));
    return granted(dialog, SUBJECT);
  },
  'during reload': async (order, dialog) => {
    const name = askName(dialog);
    await there(GO);
    await strike(order, dialog, 'receiving');
    return answer(dialog, name);
  },
};

async function selfCheck(): Promise<void> {
  const order = takeOrder(ORDER_FOR_LOAD);
  if (order?.moment === 'before handshake') {
    await strike(order);
  } else if (order) {
    writeFileSync(shared(LOADING), '');
    await there(GO_ON_LOADING);
  }
}

/** Does to one dialog, or to one worker, what an order says; lets everybody else in. */
export default definePolicy(
  async (dialog) => {
    const order = takeOrder(ORDER_FOR_DIALOG);
    await setImmediate();
    if (order && order.moment !== 'before handshake') return moments[order.moment](order, dialog);
    return granted(dialog, await askName(dialog));
  },
  { selfCheck },
);
