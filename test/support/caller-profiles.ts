import { setTimeout as delay } from 'node:timers/promises';
import { SYSTEM_CLOCK } from '../../lib/time/clock';
import { parseScript } from '../../lib/simulator/scp/parse-script';
import type { Credentials } from '../../lib/simulator/scp/script';
import { TcpLine } from '../../lib/simulator/tcp-line';
import type { Caller } from './ras-server';

/** Whatever sits at the far end of a modem line: talks until it has nothing more to say. */
export type CallerProfile = (caller: Caller, credentials: Credentials) => Promise<void>;

/** Somebody at a terminal window, which does not echo: key by key, each seen before the next. */
export const human: CallerProfile = async (caller, { userName, password }) => {
  await caller.sees('User name: ');
  for (const key of userName) {
    caller.types(key);
    await caller.sees(key);
  }
  caller.types('\r');
  await caller.sees('Passcode: ');
  for (const key of password) caller.types(key);
  caller.types('\r');
};

/** Somebody whose line drops in the middle of typing. */
export const droppedCarrier: CallerProfile = async (caller, { userName }) => {
  await caller.sees('User name: ');
  caller.types(userName.slice(0, 2));
  await caller.sees(userName.slice(0, 2));
  caller.hangUp();
};

/** A client that knows nothing of terminals: repeats its LCP Configure-Request until cut off. */
export const plainPpp: CallerProfile = async (caller) => {
  while (!caller.isClosed) {
    caller.types('~\xff}#\xc0!}!}!} }(}"}&} } } } \x9a\xf0~');
    await delay(20);
  }
};

/** A custom scripting DLL: the whole message at once, of any bytes. */
export function binaryMessage(message: string): CallerProfile {
  return async (caller) => caller.types(message);
}

/** A script of Windows' dial-up networking. */
export function scpScript(source: string): CallerProfile {
  return (caller, credentials) => {
    const line = new TcpLine(caller.socket);
    return parseScript('caller.scp', source).run({ line, credentials, clock: SYSTEM_CLOCK });
  };
}

/** A section of SWITCH.INF: each COMMAND waits for the OK response of the one before. */
export function switchInf(section: string): CallerProfile {
  return async (caller) => {
    for (const [, key, value = ''] of section.matchAll(/^(COMMAND|OK)=(.*)$/gm)) {
      if (key === 'COMMAND') caller.types(value.replaceAll('<cr>', '\r'));
      else await caller.sees(/<match>"([^"]*)"/.exec(value)?.[1] ?? '');
    }
  };
}
