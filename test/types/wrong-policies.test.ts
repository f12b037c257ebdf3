// The messages that the compiler gives for wrong policies: their authors have nothing else to go by.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const FILE = join(__dirname, 'wrong-policies.ts');

const MARK = '@ts-expect-error';
const MESSAGE = /^ *\/\/ -> (.*)$/;

/** The last line, in which the compiler comes to the point, of the first message about each line. */
function messages(source: string): Map<number, string> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version) =>
    file === FILE ? ts.createSourceFile(file, source, version) : getSourceFile(file, version);
  const program = ts.createProgram([FILE], options, host);
  const found = new Map<number, string>();
  const file = program.getSourceFile(FILE);
  for (const { start = 0, messageText } of ts.getPreEmitDiagnostics(program, file)) {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    const text = ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1) ?? '';
    if (!found.has(line)) found.set(line, text.trim());
  }
  return found;
}

test('the message for each wrong policy is the one that stands at it', () => {
  const lines = readFileSync(FILE, 'utf8').split('\n');
  const given = messages(lines.join('\n').replaceAll(MARK, 'wrong:'));
  const marks = lines.flatMap((line, at) => (line.trim().startsWith(`// ${MARK}`) ? [at] : []));
  expect(marks.length).toBeGreaterThan(30);
  for (const mark of marks) {
    const what = lines[mark]?.trim();
    const [, expected] = MESSAGE.exec(lines[mark + 1] ?? '') ?? [];
    expect({ what, message: given.get(mark + 2) }).toEqual({ what, message: expected });
  }
});
