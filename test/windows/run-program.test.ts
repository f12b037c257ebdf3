import { runSetUp } from '../../lib/windows/run-program';

test('a set-up program that is not there is named, with the step that needs it', async () => {
  await expect(runSetUp('npm ci', ['/nowhere/npm', 'ci'], { env: {} })).rejects.toMatchObject({
    code: 'RASSHOST_E_WINE',
    message: "RASSHOST_E_WINE: npm ci: /nowhere/npm can't be started: spawn /nowhere/npm ENOENT",
  });
});

test('a set-up program that fails is told with its exit code and its output', async () => {
  const fails = ['sh', '-c', 'echo out; echo err >&2; exit 3'] as const;
  await expect(runSetUp('wineboot', fails, { env: process.env })).rejects.toMatchObject({
    message: 'RASSHOST_E_WINE: wineboot: exit code 3\nout\nerr\n',
  });
});
