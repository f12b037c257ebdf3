import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { definePolicy, grant } from 'rasshost';

let late = 0;

/**
 * Grants the tag that the caller has typed, and stops for nothing. Of three callers one stays, and
 * two hang up when they see their tag. The verdict of the first of these comes after that, while the
 * next caller is on the line, that of the other at any moment of it. The tag `late` tells how many
 * came when the caller was gone.
 */
export default definePolicy(async (dialog) => {
  const tag = await dialog.ask('Tag: ');
  if (tag === 'late') return grant({ userName: `late-${late}`, domain: 'CONTOSO' });
  const waits = Number(tag) % 3 === 1;
  if (waits && !dialog.signal.aborted) await once(dialog.signal, 'abort');
  await delay(Number(tag) % (waits ? 23 : 7));
  if (dialog.signal.aborted) late += 1;
  return grant({ userName: `caller-${tag}`, domain: 'CONTOSO' });
});
