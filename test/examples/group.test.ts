import { dial } from 'rasshost/testing';
import group from '../../examples/group';

const MONDAY_NOON = '2026-01-05T11:00:00Z';
const SUNDAY_NOON = '2026-01-04T11:00:00Z';

async function call(at: string, keys: string) {
  const caller = dial(group, { at });
  caller.types(keys);
  const { outcome } = await caller.outcome();
  return { outcome, output: caller.output };
}

describe('examples/group.ts', () => {
  test.each([
    ['a member of the group without a passcode', 'Backup\r', 'success'],
    ['everybody else with one', 'alice\r123456\r', 'success'],
    ['nobody else without one', 'alice\r\r\r\r\r\r\r\r\r\r\r', 'failure'],
    ['a guest with one', 'guest7\r123456\r', 'success'],
  ])('lets in %s', async (_, keys, outcome) => {
    expect(await call(MONDAY_NOON, keys)).toMatchObject({ outcome });
  });

  test('lets no guest in on a Sunday, however it is spelled', async () => {
    const { outcome, output } = await call(SUNDAY_NOON, 'GUEST7\r123456\r');
    expect(outcome).toBe('failure');
    expect(output).toContain('Monday to Friday');
  });
});
