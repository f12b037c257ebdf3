import { stat } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { createJiti } from 'jiti';
import { RasshostError } from '../errors';
import * as rasshost from '../index';
import { isPolicy, type Policy } from '../policy/policy';
import * as rasman from '../rasman/index';
import { transpile } from './transpile';

/** A policy, and where it came from. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** Full paths of the policy file, and of what it imported that is not in any node_modules. */
  readonly files: readonly string[];
}

/**
 * Loads a policy file, TypeScript or JavaScript, CommonJS or ESM, without a build step. `rasshost`
 * and `rasshost/rasman` in it are this running copy, wherever the file lies. A file is loaded once a process.
 *
 * @throws {@link RasshostError} RASSHOST_E_POLICY_NOT_FOUND, RASSHOST_E_POLICY_LOAD (with file,
 * line and column of what went wrong) or RASSHOST_E_POLICY_INVALID
 */
export async function loadPolicy(file: string): Promise<Policy> {
  const fullPath = path.resolve(file);
  await checkIsFile(fullPath);
  const policy = defaultExport(await load(fullPath));
  if (!isPolicy(policy)) {
    const problem = `the default export of ${fullPath} is not made by definePolicy`;
    throw new RasshostError('RASSHOST_E_POLICY_INVALID', problem);
  }
  return policy;
}

/**
 * Loads a policy file anew, and the files that it imports: all of `outdated`, from a load before,
 * are forgotten first. What has been imported from them stays as it is.
 *
 * @throws {@link RasshostError} as {@link loadPolicy}
 */
export async function reloadPolicy(
  file: string,
  outdated: readonly string[],
): Promise<LoadedPolicy> {
  // Jiti keeps its modules among those of require.
  forget(outdated);
  const before = new Set(Object.keys(require.cache));
  const loaded = (): string[] =>
    Object.keys(require.cache).filter(
      (name) => !before.has(name) && !/[\\/]node_modules[\\/]/.test(name),
    );
  try {
    const policy = await loadPolicy(file);
    return { policy, files: [...new Set([path.resolve(file), ...loaded()])] };
  } catch (error) {
    forget(loaded());
    throw error;
  }
}

function forget(files: readonly string[]): void {
  for (const file of files) Reflect.deleteProperty(require.cache, file);
}

async function checkIsFile(fullPath: string): Promise<void> {
  const stats = await stat(fullPath).catch((cause: unknown) => {
    const problem = `${fullPath} does not exist`;
    throw new RasshostError('RASSHOST_E_POLICY_NOT_FOUND', problem, { cause });
  });
  if (!stats.isFile()) {
    throw new RasshostError('RASSHOST_E_POLICY_NOT_FOUND', `${fullPath} is not a file`);
  }
}

async function load(fullPath: string): Promise<unknown> {
  const jiti = createJiti(__filename, {
    virtualModules: { rasshost, 'rasshost/rasman': rasman },
    // Its cache lies where others could put code that we would run.
    fsCache: false,
    interopDefault: false,
    transform: (source) => ({ code: transpile(source) }),
  });
  try {
    return await jiti.import(fullPath);
  } catch (cause) {
    throw new RasshostError('RASSHOST_E_POLICY_LOAD', whatAndWhere(cause, fullPath), { cause });
  }
}

/** A syntax error names its place itself; of any other error it is where the stack begins. */
function whatAndWhere(cause: unknown, fullPath: string): string {
  // A policy can throw anything, such as undefined.
  const { message = `it throws ${inspect(cause)}`, stack } = Object(cause) as Partial<Error>;
  if (/^[^\n]+:\d+:\d+: /.test(message)) return message;
  const place = stack === undefined ? undefined : placeIn(stack);
  return `${fullPath}: ${message}${place === undefined ? '' : ` (${place})`}`;
}

/** file:line:column of the innermost call that is neither Node's, nor a package's, nor ours. */
function placeIn(stack: string): string | undefined {
  const ours = path.resolve(__dirname, '..') + path.sep;
  const places = [...stack.matchAll(/^ +at (?:.*\()?((?:file:|\/|[A-Za-z]:\\).*:\d+:\d+)\)?$/gm)];
  return places
    .map(([, place = '']) => place)
    .find((place) => !/[\\/]node_modules[\\/]/.test(place) && !place.startsWith(ours));
}

function defaultExport(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module
    ? module.default
    : module;
}
