import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { askToEnd } from '../../lib/windows/ask-to-end';

/** A program whose first line is there when it listens to signals. */
async function start(onSignal: string) {
  const program = `process.on('SIGINT', () => { ${onSignal} });
    setInterval(() => {}, 1e6); console.log('ready');`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('a program that is asked to end does so in order', async () => {
  const child = await start('process.exit(42);');
  askToEnd(child);
  expect(await once(child, 'exit')).toEqual([42, null]);
});

test('a program that takes no notice at first is asked again', async () => {
  const child = await start('if (this.asked) process.exit(42); this.asked = true;');
  askToEnd(child);
  expect(await once(child, 'exit')).toEqual([42, null]);
});

test('a program that never takes notice is killed', async () => {
  const child = await start('');
  askToEnd(child);
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
});
