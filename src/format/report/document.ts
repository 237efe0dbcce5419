import { LAYER_STEP, type EndReason, type LayerTable, type Remedy, type RunRecord, type RunSummary, type Trial, type Verdict } from '../../core/training/trial';
import { evaluations } from '../../core/training/evaluation';
import { decimate } from '../../core/training/record';
import type { Experiment, ParsedExperiment } from '../experiment';
import { type ExpectationResult, type RunResult, evaluateExpectations } from '../expectations';
import { localized } from '../localized';
import { remedyPointer } from '../variants';
import { pointNames } from './columns';

/** Sentences, which wording/ makes. */
export interface ReportWording {
  reason(reason: EndReason): string;
  verdict(verdict: Verdict, trial: Trial, summary: RunSummary): string;
  remedy(remedy: Remedy): string;
}

export interface RunReport extends RunResult {
  /** null where no rows were kept. */
  readonly record: RunRecord | null;
  /** First step at the target of a sweep that counts the steps to a loss; infinite where it was not reached. */
  readonly reached?: number;
}

export interface DocumentOptions {
  /** As given on the command line or relative to the workspace. */
  readonly file: string;
  /** Of this program. */
  readonly version: string;
  readonly locale: string;
  /** Rows of each history: every one, none, or at most so many. */
  readonly history: 'all' | 'none' | number;
  readonly wording: ReportWording;
}

/** Columns that describe an update and so have no value in the last row; not-a-number stands for "none" in all but these. */
const VALUES = new Set(['step', 'loss', 'gradientNorm']);

/** The JSON document of one file with its runs (the contract of format.md). Plain data; numbers that JSON lacks are still numbers. */
export function resultDocument(parsed: ParsedExperiment, reports: readonly RunReport[], options: DocumentOptions): object {
  const { experiment } = parsed;
  const errors = parsed.problems.filter((problem) => problem.severity === 'error').map(({ line, column, path, message }) => ({ line, column, path, message }));
  if (experiment && experiment.refusal !== null) errors.push({ line: 1, column: 1, path: '', message: experiment.refusal });
  const written = (typeof parsed.value === 'object' && parsed.value !== null ? parsed.value : {}) as Readonly<Record<string, unknown>>;
  const title = experiment ? localized(experiment.title, options.locale) : typeof written.title === 'string' ? written.title : '';
  return {
    gdexp: 1,
    file: options.file,
    title: title === '' ? null : title,
    seed: experiment?.seed ?? (typeof written.seed === 'number' ? written.seed : null),
    version: options.version,
    // Objectives are computed in plain float64 code; kernels concern networks.
    kernels: reports.find(({ summary }) => summary.model)?.summary.model?.kernels ?? null,
    errors,
    runs: experiment && errors.length === 0 ? reports.map((report) => runDocument(experiment, parsed.value, report, options)) : [],
    evaluation: evaluationDocument(reports),
    expectations: experiment && errors.length === 0 ? evaluateExpectations(experiment, reports) : ([] as ExpectationResult[]),
  };
}

function runDocument(experiment: Experiment, value: unknown, { trial, summary, record }: RunReport, options: DocumentOptions): object {
  const { wording } = options;
  const { verdict, criticalPoint } = summary;
  return {
    label: trial.label, variant: trial.variant, start: trial.startIndex, ...resampleOf(trial), sweep: trial.sweep, seed: trial.seed,
    optimizer: trial.optimizer,
    status: summary.status, reason: wording.reason(summary.reason), steps: summary.steps, seconds: summary.seconds,
    loss: summary.loss, gradientNorm: summary.gradientNorm, validationLoss: summary.model?.validationLoss ?? null, testLoss: summary.model?.testLoss ?? null, metrics: summary.model?.metrics ?? {}, predict: summary.model?.predict ?? null,
    // A run of a network that never began has the same fields as one that did.
    ...(trial.kind === 'model' ? { epochs: summary.model?.epochs ?? 0, bestEpoch: summary.model?.bestEpoch ?? null, parameterCount: summary.model?.parameterCount ?? null, rows: summary.model?.rows ?? null } : {}),
    evaluations: summary.evaluations,
    parameters: summary.parameters,
    verdict: {
      kind: verdict.kind, text: wording.verdict(verdict, trial, summary), evidence: verdict.evidence,
      remedies: verdict.remedies.map((remedy) => ({
        text: wording.remedy(remedy), path: remedyPointer(value, trial, remedy.path), value: remedy.value,
        // A value that is undefined removes: JSON has null for it, which no remedy writes.
        ...(remedy.also ? { also: remedy.also.map((each) => ({ path: remedyPointer(value, trial, each.path), value: each.value ?? null })) } : {}),
      })),
    },
    criticalPoint: criticalPoint && { kind: criticalPoint.kind, lambdaMin: criticalPoint.lambdaMin, lambdaMax: criticalPoint.lambdaMax },
    history: record === null || options.history === 'none' ? null : historyDocument(experiment, trial, record, options.history),
  };
}

function resampleOf(trial: Trial): { readonly fold: number | null; readonly round: number | null } {
  const resample = trial.kind === 'model' ? trial.resample : null;
  return { fold: resample?.kind === 'fold' ? resample.index : null, round: resample?.kind === 'bootstrap' ? resample.round : null };
}

/** Columns of a run by name, a column for each variable of a point of at most three; null where a quantity has no value. */
function historyDocument(experiment: Experiment, trial: Trial, record: RunRecord, history: 'all' | number): object {
  const { columns, kept } = history === 'all' ? record : decimate(record, history);
  const names = pointNames(experiment, trial);
  const series: [string, unknown][] = Object.entries(columns).map(([name, column]) => {
    const value = VALUES.has(name) || name.startsWith('theta') ? Array.from(column) : Array.from(column, (each) => (Number.isNaN(each) ? null : each));
    // Of a network a row is an update, and its loss that on one batch.
    return [names.get(name) ?? (trial.kind === 'model' && name === 'loss' ? 'batchLoss' : name), value];
  });
  const listed = (columns: Readonly<Record<string, Float64Array>>): object => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, Array.from(column, (each) => (Number.isNaN(each) && !VALUES.has(name) && !/loss$/i.test(name) ? null : each))]));
  const { epochs, layers } = record;
  return { kept, ...Object.fromEntries(series), epochs: epochs ? listed(epochs.columns) : null, layers: layers ? { names: layers.names, ...perLayer(layers) } : null };
}

/** Each quantity as a list of lists: a list a measurement, an entry a layer. */
function perLayer({ names, rows, columns }: LayerTable): object {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, name === LAYER_STEP ? Array.from(column)
    : Array.from({ length: rows }, (_, r) => Array.from(column.subarray(r * names.length, (r + 1) * names.length), (each) => (Number.isNaN(each) ? null : each)))]));
}

/** How far to trust the scores, one entry an optimizer and seed; null where nothing was evaluated. */
function evaluationDocument(reports: readonly RunReport[]): object | null {
  const all = evaluations(reports.flatMap(({ trial, summary }) => (trial.kind === 'model' ? [{ trial, summary }] : [])));
  return all.length === 0 ? null : all;
}

/** JSON text in which not-a-number and the infinities are the strings "NaN", "Infinity", "-Infinity". A list of numbers stands on one line. */
export function stringifyResults(document: unknown, indent?: number): string {
  const text = JSON.stringify(document, (_key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  }, indent);
  // Text in JSON holds no line break, so what is matched is never inside it.
  return text.replace(/\[\n\s*((?:(?:-?\d[^,\s\]]*|null|"NaN"|"-?Infinity"),?\s*)+)\]/g, (_list, items: string) => `[${items.trim().replace(/,\s+/g, ', ')}]`);
}
