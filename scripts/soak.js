'use strict';
// The long form of test/wine/soak.test.ts, with what the last build has left.

const { runNode } = require('./run');

try {
  runNode('jest/bin/jest.js', ['test/wine/soak.test.ts'], {
    env: { ...process.env, RASSHOST_SOAK: 'long' },
    stdio: 'inherit',
  });
} catch {
  process.exitCode = 1;
}
