import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');

/** What a snippet without imports, a few lines out of a policy or a test, may use. */
const AROUND_A_FRAGMENT: readonly [string, string] = [
  `import { attempts, deny, fail, grant, NoAnswer, withDeadline, type Dialog,
     type Identity, type Policy, type Secret } from 'rasshost';
   import { dial, everyHangUp } from 'rasshost/testing';
   declare const tokens: { verify(userName: string, passcode: Secret): Promise<boolean> };
   declare const directory: { bind(userName: string, passcode: Uint8Array): Promise<boolean> };
   declare const pushes: {
     isApproved(userName: string, options: { signal: AbortSignal }): Promise<boolean | undefined>;
   };
   declare const policy: Policy;
   export async function fragment(dialog: Dialog, user: Identity, userName: string) {\n`,
  '\n}',
];

/** What tests import as their policy. */
const POLICY = join(ROOT, 'examples', 'policy.ts');

/**
 * What the TypeScript compiler says about snippets that lie among the examples, each of its own:
 * `name: message`.
 */
export function typeErrors(
  snippets: ReadonlyMap<string, string>,
  extension: 'ts' | 'mts' = 'ts',
): string[] {
  const sources = new Map([
    [POLICY, { name: 'policy', code: "export { default } from './passcode';" }],
  ]);
  for (const [name, code] of snippets) {
    const [before, after] = /^import /m.test(code) ? ['', ''] : AROUND_A_FRAGMENT;
    const file = join(ROOT, 'examples', `snippet-${sources.size}.${extension}`);
    sources.set(file, { name, code: before + code + after });
  }

  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  Object.assign(options, {
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowImportingTsExtensions: true,
  });
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version) => {
    const source = sources.get(file);
    return source ? ts.createSourceFile(file, source.code, version) : getSourceFile(file, version);
  };
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (file) => sources.has(file) || fileExists(file);

  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources].flatMap(([file, { name }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}
