import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createJiti } from 'jiti';
import { RasshostError } from '../errors';
import * as rasshost from '../index';
import { isPolicy, type Policy } from '../policy/policy';

/**
 * Loads a policy file, TypeScript or JavaScript, CommonJS or ESM, without a build step. `rasshost`
 * in it is this running copy, wherever the file lies. A file is loaded once a process.
 *
 * @throws {@link RasshostError} RASSHOST_E_POLICY_NOT_FOUND, RASSHOST_E_POLICY_LOAD (with file
 * and line of a syntax error) or RASSHOST_E_POLICY_INVALID
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
    virtualModules: { rasshost },
    // Its cache lies in the temporary directory, where others could put code that we would run.
    fsCache: false,
    interopDefault: false,
  });
  try {
    return await jiti.import(fullPath);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RasshostError('RASSHOST_E_POLICY_LOAD', `${fullPath}: ${reason}`, { cause });
  }
}

function defaultExport(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module
    ? module.default
    : module;
}
