#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RasshostError } from '../errors';
import { PACKAGE_ROOT } from '../windows/package-copy';
import { emulate, type EmulateOptions } from './emulate';
import type { Io } from './io';
import { register, unregister, type RegisterOptions } from './register';
import { tryPolicy, type TryOptions } from './try';
import { addSettingsOptions, type SettingsOptions } from './settings-options';

/** Exit code for a command line that is not understood. */
const USAGE = 2;

/**
 * The command line of rasshost.
 *
 * @param args without node and script
 * @param stop aborted when the user has had enough (Ctrl-C)
 * @returns the exit code
 */
export async function main(args: readonly string[], io: Io, stop: AbortSignal): Promise<number> {
  let code = 0;
  const program = new Command('rasshost')
    .description('Windows RAS security policies in TypeScript')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });

  addSettingsOptions(program.command('emulate'))
    .summary('serve calls with a RAS server emulator')
    .description('Serves calls with a RAS server emulator, which asks POLICY about every caller.')
    .usage('[POLICY] [options] [emulator options]')
    .argument('[arguments...]', 'POLICY comes first; the rest is for ras-server.exe')
    .option('--dll <path>', 'serve this security DLL instead of rasshost with a policy')
    .option('--trace <file>', 'write every call as a line of JSON')
    .option('--wine-prefix <directory>', 'serve what is registered in this Wine prefix')
    .addHelpText('after', '\nThe emulator options are listed in docs/emulator.md.')
    .allowUnknownOption()
    .action(async (given: string[], options: EmulateOptions) => {
      const policy = given[0]?.startsWith('-') === false ? given[0] : undefined;
      const rest = policy === undefined ? given : given.slice(1);
      code = await emulate(policy, options, rest, io, stop);
    });

  program
    .command('try')
    .summary('one call to a policy, with you as the caller')
    .description('Calls POLICY through the emulator, with you on the line as the caller.')
    .argument('<policy>', 'the policy file')
    .argument('[answers...]', 'typed instead of you, one at each prompt that ends in a colon')
    .option('--simulated', 'with a simulated RAS server, without the Windows binaries')
    .action(async (policy: string, answers: string[], options: TryOptions) => {
      code = await tryPolicy(policy, answers, options, io, stop);
    });

  addSettingsOptions(program.command('register'))
    .description('Registers the security DLL with POLICY on this machine.')
    .argument('<policy>', 'the policy file')
    .option('--wine-prefix <directory>', 'not on Windows: the Wine prefix to register in')
    .action(async (policy: string, options: SettingsOptions & RegisterOptions) => {
      code = await register(policy, options, io);
    });

  program
    .command('unregister')
    .description('Takes the registration back.')
    .option('--wine-prefix <directory>', 'not on Windows: the Wine prefix to unregister from')
    .action(async (options: RegisterOptions) => {
      code = await unregister(options, io);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end here too; commander has written what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof RasshostError)) throw error;
    io.stderr.write(`rasshost: ${error.message}\n`);
    return 1;
  }
}

function version(): string {
  const text = readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function fromTheShell(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stop.abort());
  }
  process.exitCode = await main(process.argv.slice(2), process, stop.signal);
}

if (require.main === module) void fromTheShell();
