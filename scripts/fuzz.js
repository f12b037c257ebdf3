'use strict';
// Runs the fuzz targets of native/test/fuzz on their corpus and on what libFuzzer makes of it, all
// at a time. The last line is `N passed, N failed`.
//
//   node scripts/fuzz.js [SECONDS] [TARGET ...]    60 seconds each, all targets
//   node scripts/fuzz.js merge                     what such runs have found goes into the corpus
//   node scripts/fuzz.js explore                   every order of events, with the sanitizers

const { mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { basename, join } = require('node:path');
const { buildHost, FUZZING, runSanitized } = require('./host-build');
const { ROOT } = require('./run');

const SOURCES = join(ROOT, 'native/test/fuzz');
/** Inputs that were found. */
const FOUND = join(ROOT, 'build/fuzz');
const TARGETS = readdirSync(SOURCES)
  .filter((name) => name.endsWith('_fuzz.cc'))
  .map((name) => basename(name, '_fuzz.cc'));

/** Bytes of input; a frame's longest text has 4,096. */
const LONGEST = { frame: 4200 };

const corpusOf = (target) => join(SOURCES, 'corpus', target);
const foundOf = (target) => join(FOUND, 'found', target);

/** What libFuzzer reports. */
async function libFuzzer(binaries, target, args) {
  mkdirSync(foundOf(target), { recursive: true });
  return runSanitized(join(binaries, `${target}_fuzz`), args, {
    // A small quarantine: what is freed in one input is not touched in the next.
    env: { ...process.env, ASAN_OPTIONS: 'quarantine_size_mb=8' },
  });
}

async function fuzz(binaries, target, seconds) {
  const report = await libFuzzer(binaries, target, [
    `-max_total_time=${seconds}`,
    `-max_len=${LONGEST[target] ?? 512}`,
    // A corpus of short inputs is not to hold the length down.
    '-len_control=0',
    '-timeout=20',
    '-print_final_stats=1',
    `-artifact_prefix=${FOUND}/${target}-`,
    foundOf(target),
    corpusOf(target),
  ]);
  const figure = (pattern) => Number(pattern.exec(report)?.[1]);
  const inputs = figure(/stat::number_of_executed_units: *(\d+)/);
  const kept = readdirSync(corpusOf(target)).length;
  if (!(inputs >= kept)) throw new Error(`${inputs} inputs, of ${kept} in the corpus\n${report}`);
  return `${inputs} inputs, ${figure(/stat::average_exec_per_sec: *(\d+)/)} a second`;
}

/** Fuzzes all targets at a time, tells of each, and counts them. */
async function fuzzAll(binaries, targets = TARGETS, seconds = 60) {
  let failed = 0;
  const fuzzOne = async (target) => {
    try {
      console.log(`${target}: ${await fuzz(binaries, target, seconds)}`);
    } catch (error) {
      failed += 1;
      console.log(`${target}: failed\n${error.message.slice(-6000)}`);
    }
  };
  await Promise.all(targets.map(fuzzOne));
  return { passed: targets.length - failed, failed };
}

/** The smallest set of inputs that reaches what all of them reach. */
async function merge(binaries, target) {
  const merged = join(FOUND, 'merged', target);
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged, { recursive: true });
  await libFuzzer(binaries, target, ['-merge=1', merged, corpusOf(target), foundOf(target)]);
  rmSync(corpusOf(target), { recursive: true });
  renameSync(merged, corpusOf(target));
  console.log(`${target}: ${readdirSync(corpusOf(target)).length} inputs`);
}

async function main([first, ...rest]) {
  if (first === 'explore') {
    const programs = await buildHost(FUZZING, 'exploration_test');
    console.log(await runSanitized(join(programs, 'exploration_test')));
    return;
  }
  const binaries = await buildHost(FUZZING);
  if (first === 'merge') {
    for (const target of TARGETS) await merge(binaries, target);
    return;
  }
  const targets = rest.length > 0 ? rest : TARGETS;
  const { passed, failed } = await fuzzAll(binaries, targets, Number(first ?? 60));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

module.exports = { fuzzAll };

if (require.main === module) void main(process.argv.slice(2));
