import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, grant } from 'rasshost';

let late = 0;

/**
 * Grants the tag that the caller has typed, and stops for nothing. Two in three callers hang up when
 * they see their tag: their verdicts come after that, while the next caller is on the line. The tag
 * `late` tells how many did.
 */
export default definePolicy(async (dialog) => {
  const tag = await dialog.ask('Tag: ');
  if (tag === 'late') return grant({ userName: `late-${late}`, domain: 'CONTOSO' });
  if (Number(tag) % 3 !== 0) {
    if (!dialog.signal.aborted) await once(dialog.signal, 'abort');
    late += 1;
  }
  await delay(Number(tag) % 23);
  return grant({ userName: `caller-${tag}`, domain: 'CONTOSO' });
});
