'use strict';

const { default: Sequencer } = require('@jest/test-sequencer');
const { sep } = require('node:path');

/** What takes longest, and so must not begin last: files or directories. */
const LONGEST = [
  'test/wine/kill-matrix.test.ts',
  'test/wine/supervision.test.ts',
  'test/wine/',
  'test/package/',
  'test/cli/',
  'test/emulator/',
];

const rankOf = (path) => {
  const rank = LONGEST.findIndex((name) => path.split(sep).join('/').includes(`/${name}`));
  return rank < 0 ? LONGEST.length : rank;
};

/** Within each rank as jest does, the larger files first. */
module.exports = class LongFilesFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a.path) - rankOf(b.path));
  }
};
