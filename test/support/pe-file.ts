import { execFileSync } from 'node:child_process';

/** What the tests ask about a Windows binary. */
export interface PeFile {
  /** Names of the DLL characteristics that are set. */
  readonly characteristics: string[];
  /** Names of the DLLs that are loaded with it, in lower case. */
  readonly imports: string[];
  /** Names that it exports. */
  readonly exports: string[];
}

export function readPeFile(path: string): PeFile {
  const text = execFileSync('x86_64-w64-mingw32-objdump', ['-p', path], {
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  const lines = text.split('\n');
  /** The first group of each line after the heading, as long as lines match. */
  const listAfter = (heading: RegExp, line: RegExp) => {
    const list: string[] = [];
    const start = lines.findIndex((candidate) => heading.test(candidate));
    for (let at = start + 1; start >= 0; at += 1) {
      const name = line.exec(lines[at] ?? '')?.[1];
      if (name === undefined) break;
      list.push(name);
    }
    return list;
  };
  return {
    characteristics: listAfter(/^DllCharacteristics/, /^\t+(\w+)$/),
    imports: [...text.matchAll(/^\s+DLL Name: (\S+)$/gm)].map(([, name = '']) =>
      name.toLowerCase(),
    ),
    exports: exportsIn(text),
  };
}

/** Newer binutils have a line of headings, and ordinal and hint before each name. */
function exportsIn(text: string): string[] {
  const [, table = ''] = /^\[Ordinal\/Name Pointer\] Table.*\n((?:\t.*\n)*)/m.exec(text) ?? [];
  return [...table.matchAll(/^\t\[ *\d+\].* (\w+)$/gm)].map(([, name = '']) => name);
}
