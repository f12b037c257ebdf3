import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from '../package/root';
import { EXIT_CODES } from './exit-codes';
import type { Io } from './io';
import { ourManifest, policyProject, securityDllProject, type Project } from './projects';

export interface InitOptions {
  readonly template?: string;
  /** A project for a security DLL in C++, instead of one for a policy. */
  readonly dll?: boolean;
}

/**
 * `rasshost init DIR`: writes a project, and says how to go on. Returns the exit code.
 *
 * @throws {@link RasshostError} RASSHOST_E_EXISTS when a file is there already; then none is written
 */
export async function init(directory: string, options: InitOptions, io: Io): Promise<number> {
  const { dll = false, template } = options;
  if (dll && template !== undefined) {
    throw new RasshostError('RASSHOST_E_OPTION', '--dll and --template exclude each other');
  }
  const project = dll ? await securityDllProject() : await policyProject(template ?? 'passcode');
  for (const name of project.files.keys()) {
    const path = join(directory, name);
    if (existsSync(path)) throw new RasshostError('RASSHOST_E_EXISTS', `${path} exists already`);
  }
  await mkdir(directory, { recursive: true });
  for (const [name, content] of project.files) {
    await writeFile(join(directory, name), content, { flag: 'wx' });
  }
  io.stdout.write(`wrote ${[...project.files.keys()].join(', ')}\n`);
  io.stdout.write(`${project.note}\n\n`);
  io.stdout.write(await nextCommands(directory, project));
  return EXIT_CODES.yes;
}

/** rasshost is not on npm: the project gets the very package that has written it. */
async function nextCommands(directory: string, { commands }: Project): Promise<string> {
  const { version } = await ourManifest();
  const quoted = (path: string) => (/[^\w./\\:~-]/.test(path) ? `"${path}"` : path);
  const project = quoted(directory);
  return [
    `npm pack --ignore-scripts --pack-destination ${project} ${quoted(PACKAGE_ROOT)}`,
    ...(relative('.', directory) === '' ? [] : [`cd ${project}`]),
    `npm install ./rasshost-${version}.tgz`,
    ...commands,
    '',
  ].join('\n');
}
