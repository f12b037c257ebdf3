import { describe } from '../dialog/describe';
import type { NativeAddon } from '../rasman/native-addon';
import { log } from './log';

/**
 * Lets transactions come when everything is prepared for them: the one path for every placement.
 * When `prepare` throws, none comes, and the log and the security DLL are told why. Never rejects.
 *
 * @param prepare - loads the policy where that is still to be done, and runs its self-check
 */
export async function makeReady(
  addon: Pick<NativeAddon, 'ready' | 'refuse'>,
  prepare: () => Promise<void>,
): Promise<void> {
  try {
    await prepare();
    addon.ready();
  } catch (cause) {
    log(describe(cause));
    // rasshost.dll then ends a worker: leaving by ourselves could be noticed before the reason.
    addon.refuse(cause instanceof Error ? cause.message : String(cause));
  }
}
