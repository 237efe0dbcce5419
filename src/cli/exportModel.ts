import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import * as l10n from '@vscode/l10n';
import { DataError, type NumericArray } from '../core/data/dataset';
import { DEPENDENCIES } from '../core/training/dependencies';
import { ModelRun } from '../core/training/modelRun';
import { startArrays } from '../core/training/startArrays';
import type { ModelTrial } from '../core/training/trial';
import { type Framework, chooseVariant, createScript } from '../format/scripts/create';
import { writeNpz } from '../loaders/npz';
import { dataProblemText } from '../wording/data';
import { errorText } from '../wording/modelProblems';
import { DataRefusal, TrialData } from './data';
import { type LoadedFile, loadFile, problemLine, systemProblem } from './files';
import { EXIT, type Io } from './io';
import { type LimitFlags, limitsOf, parseLimits } from './limits';

export interface ExportFlags extends LimitFlags {
  readonly variant?: string;
  readonly only: readonly string[];
  readonly start?: boolean;
}

/** `gdexp export FILE --to pytorch|keras`: writes a script; nothing is run. */
export async function exportScriptCommand(name: string, to: Framework, output: string | undefined, flags: ExportFlags, io: Io): Promise<number> {
  const loaded = await valid(name, flags, io);
  if (!loaded) return EXIT.wrongFile;
  const script = createScript(loaded.parsed.experiment!, to, { locale: io.locale, variant: flags.variant ?? null, only: flags.only });
  if (script.text === null) return refused(name, script.unsupported.length > 0 ? `${script.refusal} ${l10n.t('Export other optimizers with --only LABEL.')}` : script.refusal, io);
  const { text } = script;
  if (output === undefined) {
    io.out(text);
    return EXIT.ok;
  }
  return write(output, text, io);
}

/** `gdexp export FILE --to npz`: trains one network and writes its weights, or writes what it begins with. */
export async function exportWeightsCommand(name: string, output: string | undefined, flags: ExportFlags, io: Io): Promise<number> {
  const loaded = await valid(name, flags, io);
  if (!loaded) return EXIT.wrongFile;
  const experiment = loaded.parsed.experiment!;
  if (experiment.kind === 'objective') return refused(name, l10n.t('This file has an objective, which has no weights; npz is of a model.'), io);
  if (output === undefined) return refused(name, l10n.t('An npz file is not text: say where to write it with -o FILE.npz.'), io);
  const variant = chooseVariant(experiment, flags.variant ?? null);
  if ('refusal' in variant) return refused(name, variant.refusal, io);
  const trials = experiment.trials.filter((trial): trial is ModelTrial => trial.kind === 'model' && trial.variantIndex === variant.index && trial.seed === experiment.seed
    && trial.sweep === null && trial.resample === null && trial.boosting === null && (flags.only.length === 0 || flags.only.includes(trial.label)));
  // Every optimizer begins with the same.
  const chosen = flags.start ? trials.slice(0, 1) : trials;
  if (chosen.length !== 1) {
    const labels = variant.optimizers.map(({ label }) => `"${label}"`).join(', ');
    return refused(name, l10n.t('Weights are of one run: choose its optimizer with --only. There are: {0}.', labels), io);
  }
  const [trial] = chosen;
  let arrays: Map<string, NumericArray>;
  try {
    const { datasets } = (await new TrialData(path.dirname(path.resolve(io.cwd, name)), null, io.signal, limitsOf(flags)).of(trial))!;
    const dependencies = { ...DEPENDENCIES, datasets: () => datasets };
    if (flags.start) arrays = startArrays(trial, dependencies);
    else {
      const run = new ModelRun(trial, { interval: Infinity, cancelled: () => io.signal.aborted, now: () => performance.now(), tryRemedies: false }, dependencies, false);
      while (!run.advance(performance.now() + 10)) await new Promise((resolve) => setImmediate(resolve));
      const { status } = run.finish();
      if (status === 'cancelled') return EXIT.interrupted;
      if (status === 'failed' || status === 'diverged') return refused(name, status === 'failed' ? l10n.t('The run of "{0}" has no weights to export: it failed.', trial.label) : l10n.t('The run of "{0}" has no weights to export: it diverged.', trial.label), io, EXIT.runFailed);
      arrays = new Map(run.weights().map(({ name: array, shape, values }) => [array, { shape, values }]));
    }
  } catch (error) {
    if (error instanceof DataRefusal) return refused(name, error.message, io);
    if (error instanceof DataError) return refused(name, dataProblemText(error), io);
    return refused(name, errorText(error), io);
  }
  return write(output, writeNpz(arrays), io);
}

/** The file, or null where it cannot be used, which is told. */
async function valid(name: string, limits: LimitFlags, io: Io): Promise<LoadedFile | null> {
  const loaded = await loadFile(name, io.cwd, [], parseLimits(limits));
  for (const error of loaded.errors) io.err(problemLine(name, error));
  if (loaded.errors.length > 0) return null;
  const { refusal } = loaded.parsed.experiment!;
  if (refusal !== null) {
    refused(name, refusal, io);
    return null;
  }
  return loaded;
}

function refused(name: string, message: string, io: Io, code: number = EXIT.wrongFile): number {
  io.err(`${name}: ${message}\n`);
  return code;
}

async function write(output: string, content: string | Uint8Array, io: Io): Promise<number> {
  try {
    await writeFile(path.resolve(io.cwd, output), content);
    return EXIT.ok;
  } catch (error) {
    io.err(`${output}: ${systemProblem(error)}\n`);
    return EXIT.wrongFile;
  }
}
