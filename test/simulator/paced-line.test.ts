import { setImmediate as turn } from 'node:timers/promises';
import { PacedLine } from '../../lib/simulator/paced-line';
import { VirtualClock } from '../../lib/time/virtual-clock';
import { FakeLine } from './fake-line';

test.each([300, 9600, 115_200])('at %d bits a second each byte takes ten bits', (baud) => {
  const typed = 'x'.repeat(100);
  const far = new FakeLine();
  const clock = new VirtualClock();
  const line = new PacedLine(far, baud, clock);
  line.type(typed);
  const bytesMs = (typed.length * 10_000) / baud;
  clock.advance(bytesMs - 1);
  expect(far.typed.length).toBeLessThan(typed.length);
  clock.advance(1.001);
  expect(far.typed).toBe(typed);
});

test('a slow line shows all that was sent before it is closed', async () => {
  const far = new FakeLine();
  const clock = new VirtualClock();
  const line = new PacedLine(far, 300, clock);
  let shown = '';
  line.listen((text) => (shown += text));
  far.comes('Access denied.');
  far.close();
  let closed = false;
  const end = line.closed.then(() => (closed = true));
  clock.advance(100);
  await turn();
  expect([shown, closed]).toEqual(['Acc', false]);
  clock.advance(1000);
  await end;
  expect(shown).toBe('Access denied.');
});
