import { HostWatch } from '../../lib/worker/host-watch';

let silences: number;
let watch: HostWatch;
beforeEach(() => {
  jest.useFakeTimers();
  silences = 0;
  watch = new HostWatch(() => (silences += 1));
});
afterEach(() => jest.useRealTimers());

test('a security DLL that has never promised a ping is not missed', () => {
  jest.advanceTimersByTime(1_000_000);
  expect(silences).toBe(0);
});

test('pings that come keep the worker', () => {
  for (let i = 0; i < 100; i++) {
    watch.pinged(2000);
    jest.advanceTimersByTime(9000);
  }
  expect(silences).toBe(0);
});

test('a silence is told once', () => {
  watch.pinged(2000);
  jest.advanceTimersByTime(11_999);
  expect(silences).toBe(0);
  jest.advanceTimersByTime(1_000_000);
  expect(silences).toBe(1);
});

test('another interval counts from then on', () => {
  watch.pinged(2000);
  jest.advanceTimersByTime(3000);
  watch.pinged(100);
  jest.advanceTimersByTime(600);
  expect(silences).toBe(1);
});
