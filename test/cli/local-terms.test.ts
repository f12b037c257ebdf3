import { inLocalTerms } from '../../lib/cli/local-terms';

test.each([
  ['the worker ended: error 1067', 'the worker ended: error 1067 ERROR_PROCESS_ABORTED'],
  ['error 3, error 619', 'error 3 ERROR_PATH_NOT_FOUND, error 619 ERROR_PORT_DISCONNECTED'],
  ['error 619 ERROR_PORT_DISCONNECTED', 'error 619 ERROR_PORT_DISCONNECTED'],
  ['error 99999 and errors 3', 'error 99999 and errors 3'],
  ['no file Z:\\home\\alice\\policy.ts', 'no file /home/alice/policy.ts'],
  ['at Z:\\a b\\policy.ts:2:10)', 'at /a b/policy.ts:2:10)'],
  ['"Z:\\a\\b.ts" and Z:\\c.ts: gone', '"/a/b.ts" and /c.ts: gone'],
  ['C:\\windows\\system32, CONTOSO\\alice', 'C:\\windows\\system32, CONTOSO\\alice'],
])('%s', (said, local) => {
  expect(inLocalTerms(said, false)).toBe(local);
});

test('on Windows paths are as they are', () => {
  expect(inLocalTerms('Z:\\a.ts: error 5', true)).toBe('Z:\\a.ts: error 5 ERROR_ACCESS_DENIED');
});
