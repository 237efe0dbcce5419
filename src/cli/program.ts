import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../../package.json';
import type { PointerEdit } from '../format/experiment';
import { localized } from '../format/localized';
import { nearest } from '../format/nearest';
import { fromPointer } from '../format/pointer';
import { TEMPLATES, findTemplate } from '../format/templates';
import type { History } from './execute';
import { loadFile, problemLine, systemProblem } from './files';
import type { Framework } from '../format/scripts/create';
import { type ExportFlags, exportScriptCommand, exportWeightsCommand } from './exportModel';
import { EXIT, type Io } from './io';
import { type LimitFlags, parseCount, parseLimits, withLimits } from './limits';
import { type RunFlags, exportCommand, runCommand } from './run';
import { summaryTable } from './summary';

/**
 * The command line.
 * @param argv the words after the program's name.
 * @returns the exit code.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end so too; a wrong command line is a wrong input.
    return error.exitCode === 0 ? EXIT.ok : EXIT.wrongFile;
  }
  return code;
}

/** The commands with their words; `done` receives the exit code of the one that was run. */
export function createProgram(io: Io, done: (code: number) => void): Command {
  const program = new Command('gdexp')
    .description(l10n.t('Runs experiments with optimizers (.gdexp files) and checks what they claim.'))
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });

  withLimits(program.command('run').description(l10n.t('Run files and check what they expect.'))
    .argument('<files...>', l10n.t('experiments'))
    .option('--json', l10n.t('print one JSON document and nothing else'))
    .addOption(new Option('--history <rows>', l10n.t('rows of each run in the document: all, none or a number')).argParser(parseHistory).default(200))
    .addOption(new Option('--only <label>', l10n.t('run only this optimizer (may be repeated)')).argParser(collect).default([]))
    .addOption(new Option('--set <pointer=value>', l10n.t('run with another value at a place, such as /optimizers/0/learningRate=0.1 (may be repeated)')).argParser(collectEdit).default([]))
    .addOption(new Option('--workers <n>', l10n.t('runs at the same time; default: as many as there are cores')).argParser(parseCount))
    .addOption(new Option('--kernels <kind>', l10n.t('kernels of networks')).choices(['simd', 'relaxedSimd']))
    .option('--junit <file>', l10n.t('also write the results as JUnit XML'))
    .option('--problems', l10n.t('also say what does not hold as file:line:column: error: …')))
    .action(async (files: string[], flags: RunFlags) => done(await runCommand(files, flags, io)));

  withLimits(program.command('check').description(l10n.t('Say whether files are valid, without running them.'))
    .argument('<files...>', l10n.t('experiments')))
    .action(async (files: string[], limits: LimitFlags) => done(await checkCommand(files, limits, io)));

  withLimits(program.command('export').description(l10n.t('Write the results of a file, its trained weights, or a script of it for another framework.'))
    .argument('<file>', l10n.t('experiment'))
    .addOption(new Option('--to <format>', l10n.t('csv and json: the results; npz: the trained weights; pytorch and keras: a script in Python that trains the same')).choices(['csv', 'json', 'pytorch', 'keras', 'npz']).makeOptionMandatory())
    .option('-o, --output <file>', l10n.t('where to write; default: standard output'))
    .addOption(new Option('--variant <label>', l10n.t('of scripts and npz: the variant to export')))
    .addOption(new Option('--only <label>', l10n.t('of scripts and npz: export only this optimizer (may be repeated)')).argParser(collect).default([]))
    .option('--start', l10n.t('of npz: what training begins with (initial weights, rows of each part, their order in each epoch), which the scripts take with their own --start'))
    .addOption(new Option('--workers <n>', l10n.t('runs at the same time; default: as many as there are cores')).argParser(parseCount)))
    .action(async (file: string, { to, output, workers, ...flags }: { to: 'csv' | 'json' | Framework | 'npz'; output?: string; workers?: number } & ExportFlags) => {
      if (to === 'csv' || to === 'json') done(await exportCommand(file, to, output, { workers, ...flags }, io));
      else if (to === 'npz') done(await exportWeightsCommand(file, output, flags, io));
      else done(await exportScriptCommand(file, to, output, flags, io));
    });

  program.command('new').description(l10n.t('Write a new experiment.'))
    .argument('<name>', l10n.t('name of the file'))
    .option('--template <template>', l10n.t('one of: {0}', TEMPLATES.map(({ id }) => id).join(', ')), 'formula')
    .action(async (name: string, { template }: { template: string }) => done(await newCommand(name, template, io)));

  program.command('summary').description(l10n.t('Print the layers of a model.'))
    .argument('<file>', l10n.t('experiment'))
    .action(async (file: string) => done(await summaryCommand(file, io)));
  return program;
}

function parseHistory(text: string): History {
  if (text === 'all' || text === 'none') return text;
  return text === '0' ? 'none' : parseCount(text);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function collectEdit(text: string, before: readonly PointerEdit[]): PointerEdit[] {
  const at = text.indexOf('=');
  const pointer = text.slice(0, at);
  if (at < 1 || (fromPointer(pointer)?.length ?? 0) === 0) throw new InvalidArgumentError(l10n.t('Write a place and a value, such as /optimizers/0/learningRate=0.1.'));
  return [...before, { path: pointer, value: parseValue(text.slice(at + 1)) }];
}

/** JSON where it is, else the text itself: --set /goal=maximize needs no quotes. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function checkCommand(names: readonly string[], limits: LimitFlags, io: Io): Promise<number> {
  let code: number = EXIT.ok;
  for (const name of names) {
    const { parsed, errors } = await loadFile(name, io.cwd, [], parseLimits(limits));
    for (const problem of parsed.problems) io.err(problemLine(name, problem));
    if (errors.length > 0) {
      code = EXIT.wrongFile;
      continue;
    }
    const { refusal, trials } = parsed.experiment!;
    io.out(refusal === null ? `${name}: ${l10n.t('valid, {0} run(s)', trials.length)}\n` : `${name}: ${l10n.t('valid, but: {0}', refusal)}\n`);
  }
  return code;
}

async function newCommand(name: string, id: string, io: Io): Promise<number> {
  const template = findTemplate(id);
  if (!template) {
    const suggestion = nearest(id, TEMPLATES.map((each) => each.id));
    io.err(`${l10n.t('There is no template "{0}".', id)}${suggestion === undefined ? '' : ` ${l10n.t('Did you mean "{0}"?', suggestion)}`}\n`);
    for (const each of TEMPLATES) io.err(`  ${each.id.padEnd(14)} ${localized(each.title, io.locale)}\n`);
    return EXIT.wrongFile;
  }
  const file = name.endsWith('.gdexp') ? name : `${name}.gdexp`;
  try {
    await writeFile(path.resolve(io.cwd, file), template.text(), { flag: 'wx' });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    io.err(`${file}: ${missing ? l10n.t('There is no such folder.') : systemProblem(error)}\n`);
    return EXIT.wrongFile;
  }
  io.out(`${file}\n`);
  return EXIT.ok;
}

async function summaryCommand(name: string, io: Io): Promise<number> {
  const { parsed, errors } = await loadFile(name, io.cwd);
  for (const problem of errors) io.err(problemLine(name, problem));
  if (errors.length > 0) return EXIT.wrongFile;
  const models = parsed.experiment!.variants.flatMap(({ label, model }) => (model ? [{ label, model }] : []));
  if (models.length === 0) {
    io.err(`${name}: ${l10n.t('This file has an objective, which has no layers; a summary is of a model.')}\n`);
    return EXIT.wrongFile;
  }
  for (const { label, model } of models) {
    if (label !== null) io.out(`${label}\n`);
    io.out(summaryTable(model));
  }
  return EXIT.ok;
}
