import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

const SOURCES = JSON.parse(readFileSync(join(ROOT, 'native/sources.json'), 'utf8')) as Record<
  string,
  string[]
>;

/** What each target is made of, by the keys of sources.json. */
const TARGETS: Record<string, { keys: string[]; cmake: string }> = {
  rasshost: { keys: ['common', 'windows', 'addon'], cmake: 'rasshost_node' },
  rasshost_dll: { keys: ['common', 'windows', 'security_dll'], cmake: 'rasshost_dll' },
  rasman: { keys: ['emulator'], cmake: 'rasman' },
  ras_server: { keys: ['ras_server'], cmake: 'ras-server' },
};

interface GypTarget {
  target_name: string;
  type: string;
  product_name?: string;
  product_extension?: string;
  configurations: { Default: { win_delay_load_hook?: string } };
  sources?: string[];
}

/** Read once for each system, which takes seconds. */
const read = new Map<string, GypTarget[]>();

function gypTargets(system: 'win' | 'linux'): GypTarget[] {
  const targets = read.get(system) ?? readTargets(system);
  read.set(system, targets);
  return targets;
}

/** The targets as gyp itself understands binding.gyp, with what node-gyp would include. */
function readTargets(system: 'win' | 'linux'): GypTarget[] {
  const directory = mkdtempSync(join(tmpdir(), 'rasshost-gyp-'));
  const nodeGyp = join(ROOT, 'node_modules/node-gyp');
  const variables = {
    OS: system,
    target_arch: 'x64',
    library: 'shared_library',
    visibility: 'default',
    standalone_static_library: '0',
    node_engine: 'v8',
    node_root_dir: directory,
    node_gyp_dir: nodeGyp,
    node_lib_file: 'node.lib',
    module_root_dir: directory,
  };
  try {
    // gyp writes beside binding.gyp, hence a copy.
    for (const name of ['binding.gyp', 'native']) {
      cpSync(join(ROOT, name), join(directory, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    const args = [
      ...[join(nodeGyp, 'gyp/gyp_main.py'), 'binding.gyp', '--format=gypd', '--no-parallel'],
      ...['--depth=.', '--toplevel-dir=.', `--include=${join(nodeGyp, 'addon.gypi')}`],
      ...Object.entries(variables).map(([name, value]) => `-D${name}=${value}`),
    ];
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    execFileSync('python3', args, { cwd: directory, env });
    // The answer is a Python literal.
    const toJson =
      'import ast, json; print(json.dumps(ast.literal_eval(open("binding.gypd").read())))';
    const json = execFileSync('python3', ['-c', toJson], { cwd: directory, encoding: 'utf8' });
    return (JSON.parse(json) as { targets: GypTarget[] }).targets;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function listed(keys: string[]): string[] {
  return keys.flatMap((key) => SOURCES[key] ?? []).map((path) => `native/${path}`);
}

const withoutDefinitions = (path: string) => !path.endsWith('.def') && !path.includes('node-gyp');

test('gyp builds each Windows binary from the source lists that CMake has', () => {
  const targets = gypTargets('win');
  expect(targets.map(({ target_name }) => target_name).sort()).toEqual(Object.keys(TARGETS).sort());
  for (const { target_name, sources = [] } of targets) {
    const { keys } = TARGETS[target_name] ?? { keys: [] };
    expect(sources.filter(withoutDefinitions).sort()).toEqual(listed(keys).sort());
  }
});

test('gyp names the binaries as CMake does, and only the addon has the hook for node.exe', () => {
  const products = gypTargets('win').map((target) => [
    `${target.product_name ?? target.target_name}.${target.product_extension ?? 'exe'}`,
    target.type,
    target.configurations.Default.win_delay_load_hook,
  ]);
  expect(products.sort()).toEqual([
    ['ras-server.exe', 'executable', 'false'],
    ['rasman.dll', 'shared_library', 'false'],
    ['rasshost.dll', 'shared_library', 'false'],
    ['rasshost.node', 'loadable_module', 'true'],
  ]);
});

test('gyp has nothing to build where there is no Windows', () => {
  expect(gypTargets('linux').map(({ type }) => type)).toEqual(['none']);
});

/** Keys of sources.json that only mingw needs, by CMake's target. */
const MINGWS: Readonly<Record<string, readonly string[]>> = {
  rasshost_node: ['addon_delay_load'],
  rasshost_dll: ['security_dll_mingw'],
};

test('CMake has built each Windows binary from the listed sources', () => {
  const database = join(ROOT, 'build/mingw-x64/compile_commands.json');
  const commands = JSON.parse(readFileSync(database, 'utf8')) as {
    file: string;
    command: string;
  }[];
  const built = (target: string) =>
    commands
      .filter(({ command }) => command.includes(`/${target}.dir/`))
      .map(({ file }) => relative(ROOT, file));
  for (const { keys, cmake } of Object.values(TARGETS)) {
    // What MSVC has of its own, or does not need; the library is linked into two targets.
    const own = keys.filter((key) => key !== 'common' && key !== 'windows');
    const more = MINGWS[cmake] ?? [];
    expect(built(cmake).sort()).toEqual(listed([...own, ...more]).sort());
  }
  expect(built('rasshost_common').sort()).toEqual(listed(['common']).sort());
  expect(built('rasshost_windows').sort()).toEqual(listed(['windows']).sort());
});
