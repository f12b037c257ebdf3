import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, grant } from 'rasshost';

let late = 0;

/**
 * Grants the tag that the caller has typed, and stops for nothing: the verdict of a caller who has
 * hung up comes while the next one is on the line. The tag `late` tells how many did.
 */
export default definePolicy(async (dialog) => {
  const tag = await dialog.ask('Tag: ');
  if (tag === 'late') return grant({ userName: `late-${late}`, domain: 'CONTOSO' });
  await delay(Number(tag) % 23);
  const isLate = dialog.signal.aborted;
  if (isLate) late += 1;
  return grant({ userName: `${isLate ? 'stale' : 'caller'}-${tag}`, domain: 'CONTOSO' });
});
