'use strict';

/** @type {import('jest').Config} */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^rasshost$': '<rootDir>/lib/index.ts',
    '^rasshost/(rasman|testing)$': '<rootDir>/lib/$1/index.ts',
  },
  // Copies of the package that tests make must not be taken for the package.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/windows/'],
  // More than there are processors: most tests wait for Windows programs, or for time to pass.
  maxWorkers: 4,
  testSequencer: '<rootDir>/test/support/long-files-first.js',
  // Tests have bounds on progress (test/support/ras-server.ts); this is for one that has lost its own.
  testTimeout: 600_000,
};
