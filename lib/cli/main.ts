#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../package/root';
import type { CheckOptions } from './check';
import { checkEmulatorOptions, splitArguments } from './emulator-arguments';
import type { EmulateOptions } from './emulate';
import { EXIT_CODES, exitCodeOf } from './exit-codes';
import { failureLine, usageLine } from './failure';
import type { WineOptions } from './in-wine';
import type { InitOptions } from './init';
import type { Io } from './io';
import { POLICY_TEMPLATES } from './projects';
import type { RegistrationOptions } from './registration';
import type { ReplayOptions } from './replay';
import { loadSecondsOption } from './load-seconds-option';
import { addSettingsOptions, addTakingBack } from './settings-options';
import { runFromShell } from './run-from-shell';
import { addSimulateOptions, type SimulateOptions } from './simulate-options';
import type { TryOptions } from './try';

/** For the commands, each of which is loaded only when it runs: most of them load native code. */
const load = createRequire(__filename);

/**
 * The command line of rasshost.
 *
 * @param args without node and script
 * @param stop aborted when the user has had enough (Ctrl-C)
 * @returns the exit code
 */
export async function main(args: readonly string[], io: Io, stop: AbortSignal): Promise<number> {
  let code: number = EXIT_CODES.yes;
  const program = new Command('rasshost')
    .description('Windows RAS security policies in TypeScript')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(usageLine(text)),
    })
    .addHelpText('after', '\nThe exit codes of all commands are explained in docs/cli.md.');

  // A person runs it; there is no service whose account the worker could have.
  addSettingsOptions(program.command('emulate'), { workerToken: 'same' })
    .summary('serve calls with a RAS server emulator')
    .description('Serves calls with a RAS server emulator, which asks POLICY about every caller.')
    .usage('[POLICY] [options] [emulator options]')
    .argument('[arguments...]', 'POLICY comes first; the rest is for ras-server.exe')
    .option('--dll <path>', 'serve this security DLL instead of rasshost with a policy')
    .option('--trace <file>', 'write every call as a line of JSON')
    .option('--wine-prefix <directory>', 'serve what is registered in this Wine prefix')
    .option('--quiet', 'errors, warnings and logs only')
    .option('--json', 'write the trace to stdout, and nothing else')
    .addHelpText('after', '\nThe emulator options are listed in docs/emulator.md.')
    .allowUnknownOption()
    .action(async (given: string[], options: EmulateOptions, command: Command) => {
      const { policy, emulatorOptions } = splitArguments(given);
      checkEmulatorOptions(
        emulatorOptions,
        command.options.flatMap(({ long }) => long ?? []),
      );
      const { emulate } = load('./emulate') as typeof import('./emulate');
      code = await emulate(policy, options, emulatorOptions, io, stop);
    });

  addSimulateOptions(program.command('simulate'))
    .summary('calls to a policy on any system, without the Windows binaries')
    .description('Calls POLICY with a simulated RAS server, with you on the line as the caller.')
    .argument('<policy>', 'the policy file')
    .addHelpText(
      'after',
      '\nScripts are explained in docs/simulator.md, exit codes in docs/cli.md.',
    )
    .action(async (policy: string, options: SimulateOptions) => {
      const { simulate } = load('./simulate') as typeof import('./simulate');
      code = await simulate(policy, options, io, stop);
    });

  program
    .command('try')
    .summary('one call to a policy, with you as the caller')
    .description('Calls POLICY through the emulator, with you on the line as the caller.')
    .argument('<policy>', 'the policy file')
    .argument('[answers...]', 'typed instead of you, one at each prompt that ends in a colon')
    .option('--simulated', 'with a simulated RAS server, without the Windows binaries')
    .addOption(loadSecondsOption())
    .option('--quiet', 'the dialog, errors and warnings only')
    .option('--json', 'write what the RAS server records to stdout, and nothing else')
    .action(async (policy: string, answers: string[], options: TryOptions) => {
      const { tryPolicy } = load('./try') as typeof import('./try');
      code = await tryPolicy(policy, answers, options, io, stop);
    });

  program
    .command('replay')
    .summary('play tapes of dialogs against a policy')
    .description('Plays tapes against POLICY, and lists the prompts and verdicts that differ.')
    .argument('<tapes...>', 'tapes of dialogs')
    .requiredOption('--policy <file>', 'the policy file')
    .option('--secrets <file>', 'JSON file with what is to be typed for the placeholders')
    .option('--json', 'write a line of JSON for each tape')
    .addOption(loadSecondsOption())
    .addHelpText('after', '\nThe file of --secrets is explained in docs/tapes.md.')
    .action(async (tapes: string[], options: ReplayOptions) => {
      const { replay } = load('./replay') as typeof import('./replay');
      code = await replay(tapes, options, io, stop);
    });

  addTakingBack(addSettingsOptions(program.command('register')))
    .description('Registers the security DLL with POLICY on this machine.')
    .argument('<policy>', 'the policy file')
    .option('--wine-prefix <directory>', 'not on Windows: the Wine prefix to register in')
    .addOption(
      new Option(
        '--trust-writer <sid>',
        'somebody else who may change what is registered',
      ).argParser<readonly string[] | undefined>((sid, before) => [...(before ?? []), sid]),
    )
    .action(async (policy: string, options: RegistrationOptions & WineOptions) => {
      const { register } = load('./register') as typeof import('./register');
      code = await register(policy, options, io, stop);
    });

  program
    .command('check')
    .summary('load a policy, and check its types and texts')
    .description('Loads POLICY, runs its self-check, and checks its types and its texts.')
    .argument('<policy>', 'the policy file')
    .option('--json', 'write a line of JSON')
    .addOption(loadSecondsOption())
    .action(async (policy: string, options: CheckOptions) => {
      const { check } = load('./check') as typeof import('./check');
      code = await check(policy, options, io, stop);
    });

  program
    .command('init')
    .summary('write a project with a policy and its tests, or a security DLL in C++')
    .description('Writes a project with a policy and its tests to DIRECTORY.')
    .argument('<directory>', 'made when it does not exist')
    .addOption(
      new Option('--template <name>', 'the policy (default passcode)').choices(POLICY_TEMPLATES),
    )
    .option('--dll', 'a security DLL in C++ instead, for the emulator and for a server')
    .action(async (directory: string, options: InitOptions) => {
      const { init } = load('./init') as typeof import('./init');
      code = await init(directory, options, io);
    });

  program
    .command('unregister')
    .description('Takes the registration back.')
    .option('--wine-prefix <directory>', 'not on Windows: the Wine prefix to unregister from')
    .action(async (options: WineOptions) => {
      const { unregister } = load('./register') as typeof import('./register');
      code = await unregister(options, io, stop);
    });

  program
    .command('reload')
    .summary('load the policy and the settings anew')
    .description('Makes a running RAS server load the policy and the settings anew.')
    .option('--wine-prefix <directory>', 'not on Windows: the Wine prefix it is registered in')
    .action(async (options: WineOptions) => {
      const { reload } = load('./reload') as typeof import('./reload');
      code = await reload(options, io, stop);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end here too; commander has written what there is to say.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT_CODES.yes : EXIT_CODES.usage;
    }
    io.stderr.write(failureLine(error));
    return exitCodeOf(error, stop);
  }
}

function version(): string {
  const text = readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

if (require.main === module) void runFromShell(main);
