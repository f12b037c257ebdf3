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
    '^rasshost/testing$': '<rootDir>/lib/testing/index.ts',
  },
  // Copies of the package that tests make must not be taken for the package.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/windows/'],
  // Two processors, and Wine runs its own processes beside each worker.
  maxWorkers: 2,
  // The first program in a fresh Wine prefix takes seconds on a busy machine.
  testTimeout: 600_000,
};
