import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, deny, grant, type Dialog, type Verdict } from 'rasshost';

const identity = { userName: 'alice', domain: 'CONTOSO' };

/** What a caller can make this policy do, by typing its name. */
const deeds: Record<string, (dialog: Dialog) => Promise<Verdict>> = {
  grant: async () => grant(identity),
  deny: async () => deny(identity),
  throw: async () => {
    throw new Error('the token server is on fire');
  },
  garbage: async () => ({ outcome: 'success', ...identity }) as unknown as Verdict,
  never: () => new Promise(() => {}),
  /** Says more than one Send can carry. */
  long: async (dialog) => {
    dialog.print('~'.repeat(70_000));
    return deny(identity);
  },
  exit: async () => process.exit(7),
  block: async () => {
    for (;;);
  },
  /** Writes to the log without end, and lets its event loop turn meanwhile. */
  flood: async () => {
    for (;;) {
      for (let i = 0; i < 100; i++) process.stderr.write(`${'flood '.repeat(20)}\n`);
      await delay(0);
    }
  },
  /** Uses more and more memory, and lets its event loop turn meanwhile. */
  eat: async () => {
    const eaten = [];
    for (;;) {
      eaten.push(Buffer.alloc(5_000_000, 1));
      await delay(10);
    }
  },
  /** Uses more and more memory for ordinary objects, and never lets its event loop turn. */
  hoard: async () => {
    const hoard: object[] = [];
    for (;;) hoard.push(new Array(1000).fill(hoard.length));
  },
  /** Delays the termination that follows the verdict. */
  hold: async (dialog) => {
    dialog.holdTermination(() => tellCleanUp());
    process.stderr.write('holds\n');
    return grant(identity);
  },
  /** Delays a termination that the caller causes. */
  'hold-on': async (dialog) => {
    dialog.holdTermination(() => tellCleanUp());
    await dialog.ask('Hang up now: ');
    return grant(identity);
  },
  /** Never lets the termination go on. */
  'hold-for-ever': async (dialog) => {
    dialog.holdTermination(() => new Promise(() => {}));
    return grant(identity);
  },
  /** Gives its verdict only when the dialog has been over for long. */
  late: async (dialog) => {
    dialog.print('Thinking.\r\n');
    await once(dialog.signal, 'abort');
    process.stderr.write('aborted\n');
    return grant(identity);
  },
};

async function tellCleanUp(): Promise<void> {
  process.stderr.write('cleaned up\n');
}

export default definePolicy(async (dialog) => {
  const name = await dialog.ask('Deed: ');
  const deed = deeds[name];
  if (!deed) throw new Error(`no deed is called ${name}`);
  return deed(dialog);
});
