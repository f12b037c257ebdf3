// Whatever takes options, but for the methods of a dialog (test/dialog/options.test.ts).
import { definePolicy, deny, whenHours, withDeadline } from 'rasshost';
import { runDialog, SimulatedRasServer, dial, everyHangUp, VirtualClock } from 'rasshost/testing';
import { serveInProcess } from '../../lib/worker/in-process';

const refuse = () => deny();
const POLICY = definePolicy(refuse);

/** Each function that takes options, called with any. */
const FUNCTIONS: Readonly<Record<string, (options: never) => unknown>> = {
  definePolicy: (options) => definePolicy(refuse, options),
  withDeadline: (options) => withDeadline(options, refuse),
  whenHours: (options) => whenHours(options, refuse, refuse),
  dial: (options) => dial(POLICY, options),
  everyHangUp: (options) => everyHangUp(POLICY, async () => undefined, options),
  waits: (options) => dial(POLICY).waits(options),
  VirtualClock: (options) => new VirtualClock(options),
  SimulatedRasServer: (options) => new SimulatedRasServer(options),
  serveInProcess: (options) => serveInProcess(POLICY, options),
  runDialog: (options) =>
    new Promise((resolve) => {
      new SimulatedRasServer({ clock: new VirtualClock() }).call((transaction) => {
        resolve(runDialog(transaction, POLICY, () => undefined, options));
      });
    }),
};

/** Async, so that it does not matter whether a function throws or its promise is rejected. */
async function call(name: string, options: unknown): Promise<unknown> {
  return FUNCTIONS[name]?.(options as never);
}

test.each(Object.keys(FUNCTIONS))('%s refuses an option that it does not have', async (name) => {
  await expect(call(name, { xyzzy: 1 })).rejects.toMatchObject({
    code: 'RASSHOST_E_OPTION',
    message: expect.stringContaining(`${name} has no option xyzzy; it has `),
  });
});

test.each<[string, object, string]>([
  ['definePolicy', { codepage: 'cp437' }, 'has no option codepage (did you mean codePage?)'],
  ['definePolicy', { codePage: 437 }, 'codePage of definePolicy is 437, not a text'],
  ['definePolicy', { codePage: 'cp4711' }, 'there is no code page cp4711'],
  ['definePolicy', { language: 'es' }, "language of definePolicy is 'es', not 'en' or"],
  ['definePolicy', { onOutcome: true }, 'onOutcome of definePolicy is true, not a function'],
  ['definePolicy', { selfcheck: refuse }, '(did you mean selfCheck?)'],
  ['withDeadline', {}, 'seconds of withDeadline is missing: a number above 0 and at most 2147483'],
  ['withDeadline', { seconds: '5' }, "seconds of withDeadline is '5', not a number above 0"],
  ['dial', { budgetMs: 5000 }, 'dial has no option budgetMs; it has '],
  ['dial', { dialogSecond: 5 }, '(did you mean dialogSeconds?)'],
  ['dial', { patienceMs: 20 }, '(did you mean patienceSeconds?)'],
  ['dial', { patienceSeconds: Infinity }, 'is Infinity, not a number from 0 on'],
  ['dial', { clock: 'virtuell' }, "clock of dial is 'virtuell', not 'virtual', 'real' or a"],
  ['dial', { at: 'noon' }, "at of dial is 'noon', not a Date"],
  ['dial', { hangUp: 7 }, 'hangUp of dial is 7, not an object with atStep'],
  ['dial', { hangUp: { atStep: 0 } }, 'atStep of hangUp is 0, not a whole number from 1 on'],
  ['dial', { sendBufferSize: 0 }, 'sendBufferSize of dial is 0, not a whole number from 1 on'],
  ['dial', { failures: {} }, 'failures of dial is {}, not a list of failures'],
  [
    'dial',
    { failures: [{ call: 'Send', error: 619 }] },
    "call of failure 1 of dial is 'Send', not",
  ],
  ['everyHangUp', { hangUp: { atStep: 1 } }, 'everyHangUp has no option hangUp'],
  ['waits', { seconds: -1 }, 'seconds of waits is -1, not a number from 0 on'],
  ['waits', {}, 'seconds of waits is missing'],
  ['SimulatedRasServer', { receive: 'all' }, "is 'all', not 'exact' or 'available'"],
  [
    'serveInProcess',
    { rasman: 'Rasman.dll' },
    "rasman of serveInProcess is 'Rasman.dll', not a full",
  ],
])('%s refuses %j, and says why', async (name, options, message) => {
  await expect(call(name, options)).rejects.toMatchObject({
    code: 'RASSHOST_E_OPTION',
    message: expect.stringContaining(message),
  });
});

test('an option that is undefined counts as not given', async () => {
  const policy = definePolicy(refuse, {
    codePage: undefined,
    language: undefined,
    texts: undefined,
    selfCheck: undefined,
    onOutcome: undefined,
  });
  const options = { at: undefined, clock: undefined, dialogSeconds: undefined, hangUp: undefined };
  await expect(dial(policy, options).outcome()).resolves.toMatchObject({ outcome: 'failure' });
});

test('what is no policy is served nowhere', () => {
  const notAPolicy = expect.objectContaining({ code: 'RASSHOST_E_POLICY_INVALID' });
  expect(() => dial('policy'.length as never)).toThrow(notAPolicy);
  expect(() => serveInProcess(refuse as never)).toThrow(notAPolicy);
});
