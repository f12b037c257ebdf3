// That the properties of the line discipline mean something: a mistake in it turns one of them red.
import { transformSync } from '@swc/core';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import {
  floodBounded,
  masksCounted,
  secretUnseen,
  splitAnywhere,
  type Library,
} from './line-discipline';

const DIALOG = resolve(__dirname, '../../lib/dialog');

// The same runs each time, and none to make a counter-example smaller.
beforeAll(() => fc.configureGlobal({ seed: 1, endOnFailure: true }));
afterAll(() => fc.resetConfigureGlobal());

/** A text of a file of lib/dialog, and the mistake that takes its place. */
interface Change {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

/** The library with that change. */
function mutant({ file, right, wrong }: Change): Library {
  const path = resolve(DIALOG, file);
  const [before = '', after, ...more] = readFileSync(path, 'utf8').split(right);
  if (after === undefined || more.length > 0) throw new Error(`${file} has not one ${right}`);
  const mutated = evaluate(path, before + wrong + after);
  const library: Partial<Library>[] = [];
  jest.isolateModules(() => {
    jest.doMock(path, mutated);
    const modules = ['index', 'testing/index', 'dialog/code-page', 'dialog/line-editor'];
    for (const name of modules) library.push(jest.requireActual(resolve(DIALOG, '..', name)));
    jest.dontMock(path);
  });
  return Object.assign({}, ...library) as Library;
}

/** What requires a module of this source, in place of its file's. */
function evaluate(path: string, source: string): () => object {
  const { code } = transformSync(source, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  return () => {
    const exported = {};
    const required = (name: string): unknown => jest.requireActual(resolve(dirname(path), name));
    Reflect.apply(compileFunction(code, ['exports', 'require']), undefined, [exported, required]);
    return exported;
  };
}

test.each([
  {
    mistake: 'drops a byte at a buffer edge',
    file: 'line.ts',
    right: 'sent += piece.length',
    wrong: 'sent += piece.length + 1',
    property: splitAnywhere,
  },
  {
    mistake: 'sends more than the send buffer holds',
    file: 'line.ts',
    right: 'send(piece.length)',
    wrong: 'send(piece.length + 1)',
    property: splitAnywhere,
  },
  {
    mistake: 'sends again before it has listened',
    file: 'line.ts',
    right: 'await this.settle();',
    wrong: '',
    property: splitAnywhere,
  },
  {
    mistake: 'loses what is typed while it sends',
    file: 'line.ts',
    right: 'this.typeAhead.push(',
    wrong: '(',
    property: splitAnywhere,
  },
  {
    mistake: 'takes a longer line than it may',
    file: 'line-editor.ts',
    right: 'this.#length === this.#buffer.length',
    wrong: 'this.#length > this.#buffer.length',
    property: splitAnywhere,
  },
  {
    mistake: 'takes the late LF of a CRLF for a line',
    file: 'line-editor.ts',
    right: 'byte === LF && this.#afterCr',
    wrong: 'byte === LF && this.#afterCr && this.#length > 0',
    property: splitAnywhere,
  },
  {
    mistake: 'echoes a secret in place of its mask',
    file: 'line-editor.ts',
    right: 'this.#echo.mask);',
    wrong: 'byte);',
    property: secretUnseen,
  },
  {
    mistake: 'shows where a secret has a blank',
    file: 'line-editor.ts',
    right: "if (this.#echo === 'none')",
    wrong: "if (this.#echo === 'none' || byte === 0x20)",
    property: secretUnseen,
  },
  {
    mistake: 'shows a mask too many',
    file: 'line-editor.ts',
    right: 'return Buffer.of(',
    wrong: 'return Buffer.of(0x2a, ',
    property: masksCounted,
  },
  {
    mistake: 'rubs out one mask of many',
    file: 'line-editor.ts',
    right: 'RUB_OUT.length * count',
    wrong: 'RUB_OUT.length',
    property: masksCounted,
  },
  {
    mistake: 'keeps all that is typed ahead',
    file: 'type-ahead.ts',
    right: 'CAPACITY - this.length',
    wrong: 'Infinity',
    property: floodBounded,
  },
])('a line discipline that $mistake is found out', async ({ property, ...change }) => {
  await expect(property(mutant(change))).rejects.toThrow(/^Property failed after \d+ tests/);
});

test('one that has nothing changed but its copy is not', async () => {
  const right = 'RUB_OUT.length * count';
  await masksCounted(mutant({ file: 'line-editor.ts', right, wrong: right }));
});
