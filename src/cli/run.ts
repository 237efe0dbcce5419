import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { version } from '../../package.json';
import { targetOf } from '../core/training/sweeps';
import type { KernelSet } from '../core/kernels/kernels';
import { goalOf, onKernels } from '../core/training/trial';
import type { PointerEdit } from '../format/experiment';
import { type ExpectationResult, evaluateExpectations } from '../format/expectations';
import { localized } from '../format/localized';
import { nearest } from '../format/nearest';
import { nextRound } from '../format/sweepResults';
import { type DocumentOptions, type ReportWording, type RunReport, resultDocument, stringifyResults } from '../format/report/document';
import { resultsCsv } from '../format/report/csv';
import { type JunitFile, junitXml } from '../format/report/junit';
import { placeOfProblem } from '../format/problemPlace';
import { formatNumber } from '../wording/numbers';
import { reasonText } from '../wording/status';
import { remedyText, verdictText } from '../wording/verdicts';
import { DataRefusal } from './data';
import { type History, type Runner, createRunner } from './execute';
import { type LoadedFile, loadFile, problemLine, systemProblem } from './files';
import { EXIT, type Io } from './io';
import { type LimitFlags, limitsOf, parseLimits } from './limits';
import { resultTable } from './table';

export interface RunFlags extends LimitFlags {
  readonly json?: boolean;
  readonly history: History;
  readonly only: readonly string[];
  readonly set: readonly PointerEdit[];
  readonly workers?: number;
  readonly kernels?: KernelSet;
  readonly junit?: string;
  readonly problems?: boolean;
}

interface FileResult {
  readonly loaded: LoadedFile;
  readonly reports: readonly RunReport[];
  readonly expectations: readonly ExpectationResult[];
}

const WORDING: ReportWording = { reason: reasonText, verdict: (verdict, trial, { parameters }) => verdictText(verdict, { parameters, goal: goalOf(trial) }), remedy: remedyText };

/** `gdexp run`: runs files one after the other, the runs of each at the same time. */
export async function runCommand(names: readonly string[], flags: RunFlags, io: Io): Promise<number> {
  const history: History = flags.json ? flags.history : 'none';
  const runner = createRunner(io, flags.workers, limitsOf(flags));
  const results: FileResult[] = [];
  try {
    for (const name of names) {
      const result = await runFile(await loadFile(name, io.cwd, flags.set, parseLimits(flags)), flags.only, history, runner, io.signal, io.cwd, flags.kernels ?? null);
      results.push(result);
      if (!flags.json) tell(result, names.length > 1, io);
      if (flags.problems) tellFailures(result, io);
      if (io.signal.aborted) break;
    }
  } finally {
    runner.dispose();
  }
  if (flags.json) {
    const documents = results.map(({ loaded, reports }) => resultDocument(withErrors(loaded), reports, documentOptions(loaded.name, flags.history, io)));
    io.out(`${stringifyResults(names.length === 1 ? documents[0] : documents, 2)}\n`);
  }
  let code = exitCode(results, io);
  if (flags.junit !== undefined) {
    try {
      await writeFile(path.resolve(io.cwd, flags.junit), junitXml(results.map(junitFile)));
    } catch (error) {
      io.err(`${flags.junit}: ${systemProblem(error)}\n`);
      code = code === EXIT.interrupted ? code : EXIT.wrongFile;
    }
  }
  return code;
}

async function runFile(loaded: LoadedFile, only: readonly string[], history: History, runner: Runner, signal: AbortSignal, cwd: string, kernels: KernelSet | null): Promise<FileResult> {
  const { experiment } = loaded.parsed;
  if (!experiment || experiment.refusal !== null) return { loaded, reports: [], expectations: [] };
  const labels = new Set(experiment.variants.flatMap(({ optimizers }) => optimizers.map(({ label }) => label)));
  for (const label of only) {
    if (labels.has(label)) continue;
    const suggestion = nearest(label, labels);
    const hint = suggestion === undefined ? l10n.t('There are: {0}.', [...labels].map((each) => `"${each}"`).join(', ')) : l10n.t('Did you mean "{0}"?', suggestion);
    const message = `${l10n.t('No optimizer has the label "{0}".', label)} ${hint}`;
    return { loaded: { ...loaded, errors: [{ severity: 'error', code: 'only', message, path: '/optimizers', ...(loaded.parsed.locate('/optimizers') ?? { line: 1, column: 1, offset: 0, length: 0 }) }] }, reports: [], expectations: [] };
  }
  const trials = only.length === 0 ? experiment.trials : experiment.trials.filter((trial) => only.includes(trial.label));
  const target = experiment.sweep ? targetOf(experiment.sweep.metric) : null;
  const folder = path.dirname(path.resolve(cwd, loaded.name));
  let reports: RunReport[];
  try {
    reports = await runner.run(trials.map((trial) => onKernels(trial, kernels)), history, folder, target);
  } catch (error) {
    if (!(error instanceof DataRefusal)) throw error;
    return refused(loaded, error);
  }
  for (let round = 0; experiment.sweep && round < experiment.sweep.refine && !signal.aborted; round++) {
    const further = nextRound(experiment.sweep, reports);
    if (further.length === 0) break;
    reports.push(...(await runner.run(further.map((trial) => onKernels(trial, kernels)), history, folder, target)));
  }
  return { loaded, reports, expectations: evaluateExpectations(experiment, reports) };
}

/** The file is valid and its data are not, or do not fit: told where that is mended, or at the nearest place around it. */
function refused(loaded: LoadedFile, { message, pointer, trial }: DataRefusal): FileResult {
  const { parsed } = loaded;
  return { loaded: { ...loaded, errors: [{ severity: 'error', code: 'data', message, ...placeOfProblem(parsed, trial?.variantIndex ?? null, pointer) }] }, reports: [], expectations: [] };
}

/** Errors that only the command line knows are told like those of the file. */
function withErrors({ parsed, errors }: LoadedFile): LoadedFile['parsed'] {
  return errors.every((error) => parsed.problems.includes(error)) ? parsed : { ...parsed, problems: [...parsed.problems, ...errors] };
}

function documentOptions(file: string, history: History, io: Io): DocumentOptions {
  return { file, version, locale: io.locale, history, wording: WORDING };
}

function tell({ loaded, reports, expectations }: FileResult, several: boolean, io: Io): void {
  const { experiment } = loaded.parsed;
  for (const problem of loaded.parsed.problems) if (problem.severity !== 'error') io.err(problemLine(loaded.name, problem));
  for (const error of loaded.errors) io.err(problemLine(loaded.name, error));
  if (!experiment || loaded.errors.length > 0) return;
  if (experiment.refusal !== null) {
    io.err(`${loaded.name}: ${experiment.refusal}\n`);
    return;
  }
  const title = localized(experiment.title, io.locale);
  io.out(`${title === '' ? loaded.name : `${title} (${loaded.name})`}\n\n`);
  io.out(resultTable(experiment, loaded.parsed.value, reports, expectations, io.color));
  if (several) io.out('\n');
}

/** What does not hold and what could not run, each with its place, for a program that reads lines. Errors of the file are told so anyway. */
function tellFailures({ loaded, reports, expectations }: FileResult, io: Io): void {
  const problem = (line: number, message: string): string => problemLine(loaded.name, { severity: 'error', code: 'expectation', message, path: '', line, column: 1, offset: 0, length: 0 });
  for (const { trial, summary } of reports) {
    if (summary.status === 'failed') io.err(problem(loaded.parsed.locate(`/optimizers/${trial.optimizerIndex}`)?.line ?? 1, l10n.t('{0} failed: {1}', trial.label, reasonText(summary.reason))));
  }
  for (const { text, holds, actual, line } of expectations) if (!holds) io.err(problem(line, l10n.t('{0} does not hold: it is {1}.', text, typeof actual === 'number' ? formatNumber(actual) : actual ?? l10n.t('nothing'))));
}

function exitCode(results: readonly FileResult[], io: Io): number {
  if (io.signal.aborted) return EXIT.interrupted;
  if (results.some(({ loaded }) => loaded.errors.length > 0 || loaded.parsed.experiment?.refusal != null)) return EXIT.wrongFile;
  if (results.some(({ reports }) => reports.some(({ summary }) => summary.status === 'failed' || summary.status === 'cancelled'))) return EXIT.runFailed;
  return results.some(({ expectations }) => expectations.some(({ holds }) => !holds)) ? EXIT.expectationFailed : EXIT.ok;
}

function junitFile({ loaded, reports, expectations }: FileResult): JunitFile {
  const failed = reports.filter(({ summary }) => summary.status === 'failed' || summary.status === 'cancelled');
  return {
    file: loaded.name, errors: loaded.errors, refusal: loaded.parsed.experiment?.refusal ?? null, expectations, reports,
    failures: new Map(failed.map(({ trial, summary }) => [trial.id, reasonText(summary.reason)])),
  };
}

/** `gdexp export FILE --to csv|json`: runs the file and writes its results. */
export async function exportCommand(name: string, to: 'csv' | 'json', output: string | undefined, { workers, ...limits }: LimitFlags & { readonly workers?: number }, io: Io): Promise<number> {
  const loaded = await loadFile(name, io.cwd, [], parseLimits(limits));
  const runner = createRunner(io, workers, limitsOf(limits));
  let result: FileResult;
  try {
    result = await runFile(loaded, [], 'all', runner, io.signal, io.cwd, null);
  } finally {
    runner.dispose();
  }
  const { experiment } = loaded.parsed;
  // Data that cannot be used are an error of the result's own.
  if (!experiment || result.loaded.errors.length > 0 || experiment.refusal !== null) {
    tell(result, false, io);
    return EXIT.wrongFile;
  }
  const text = to === 'csv' ? resultsCsv(experiment, result.reports) : `${stringifyResults(resultDocument(loaded.parsed, result.reports, documentOptions(name, 'all', io)), 2)}\n`;
  if (output === undefined) {
    io.out(text);
  } else {
    try {
      await writeFile(path.resolve(io.cwd, output), text);
    } catch (error) {
      io.err(`${output}: ${systemProblem(error)}\n`);
      return EXIT.wrongFile;
    }
  }
  const code = exitCode([result], io);
  return code === EXIT.expectationFailed ? EXIT.ok : code;
}
