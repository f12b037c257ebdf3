'use strict';
// Runs the fuzz targets of native/test/fuzz on their corpus and on what libFuzzer makes of it, all
// at a time. The last line is `N passed, N failed`.
//
//   node scripts/fuzz.js [SECONDS] [TARGET ...]    60 seconds each, all targets
//   node scripts/fuzz.js merge                     what such runs have found goes into the corpus

const { execFile } = require('node:child_process');
const { mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { basename, join } = require('node:path');
const { promisify } = require('node:util');
const { ROOT, run } = require('./run');
const { unrandomized } = require('./unrandomized');

const SOURCES = join(ROOT, 'native/test/fuzz');
const BUILD = join(ROOT, 'build/fuzz');
const TARGETS = readdirSync(SOURCES)
  .filter((name) => name.endsWith('_fuzz.cc'))
  .map((name) => basename(name, '_fuzz.cc'));

/** Bytes of input; a frame's longest text has 4,096. */
const LONGEST = { frame: 4200 };

const corpusOf = (target) => join(SOURCES, 'corpus', target);
const foundOf = (target) => join(BUILD, 'found', target);

function build() {
  run('cmake', [
    ...['-S', '.', '-B', 'build/fuzz', '-G', 'Ninja'],
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
    `-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${join(BUILD, 'bin')}`,
    '-DRASSHOST_TESTS=ON',
    '-DRASSHOST_SANITIZE=fuzzer-no-link,address,undefined',
  ]);
  run('cmake', ['--build', 'build/fuzz', '--target', ...TARGETS.map((target) => `${target}_fuzz`)]);
}

/** The standard error of libFuzzer, whose report it is. */
async function libFuzzer(target, args) {
  const binary = join(BUILD, 'bin', `${target}_fuzz`);
  const { stderr } = await promisify(execFile)(...unrandomized(binary, args), {
    maxBuffer: 1 << 28,
    // A small quarantine: what is freed in one input is not touched in the next.
    env: { ...process.env, ASAN_OPTIONS: 'quarantine_size_mb=8' },
  });
  return stderr;
}

async function fuzz(target, seconds) {
  mkdirSync(foundOf(target), { recursive: true });
  const report = await libFuzzer(target, [
    `-max_total_time=${seconds}`,
    `-max_len=${LONGEST[target] ?? 512}`,
    // A corpus of short inputs is not to hold the length down.
    '-len_control=0',
    '-timeout=20',
    '-print_final_stats=1',
    `-artifact_prefix=${BUILD}/${target}-`,
    foundOf(target),
    corpusOf(target),
  ]);
  const figure = (pattern) => Number(pattern.exec(report)?.[1]);
  const inputs = figure(/stat::number_of_executed_units: *(\d+)/);
  if (!(inputs > 0)) throw new Error(`no report\n${report}`);
  return `${inputs} inputs, ${figure(/stat::average_exec_per_sec: *(\d+)/)} a second`;
}

async function fuzzAll(targets, seconds) {
  let failed = 0;
  const fuzzOne = async (target) => {
    try {
      console.log(`${target}: ${await fuzz(target, seconds)}`);
    } catch (error) {
      failed += 1;
      console.log(`${target}: failed\n${String(error.stderr ?? error.message).slice(-6000)}`);
    }
  };
  await Promise.all(targets.map(fuzzOne));
  console.log(`${targets.length - failed} passed, ${failed} failed`);
  return failed;
}

/** The smallest set of inputs that reaches what all of them reach. */
async function merge(target) {
  mkdirSync(foundOf(target), { recursive: true });
  const merged = join(BUILD, 'merged', target);
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged, { recursive: true });
  await libFuzzer(target, ['-merge=1', merged, corpusOf(target), foundOf(target)]);
  rmSync(corpusOf(target), { recursive: true });
  renameSync(merged, corpusOf(target));
  console.log(`${target}: ${readdirSync(corpusOf(target)).length} inputs`);
}

async function main([first, ...rest]) {
  build();
  if (first === 'merge') {
    for (const target of TARGETS) await merge(target);
    return;
  }
  process.exitCode = (await fuzzAll(rest.length > 0 ? rest : TARGETS, Number(first ?? 60))) && 1;
}

void main(process.argv.slice(2));
