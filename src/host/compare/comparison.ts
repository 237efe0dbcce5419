import * as l10n from '@vscode/l10n';
import { decimate } from '../../core/training/record';
import { goalOf, type RunRecord, type Trial } from '../../core/training/trial';
import type { CompareSource, Comparison, Contender } from '../../protocol/compare';
import type { LabRun } from '../../protocol/lab';
import { toLabRun } from '../runs/labRun';
import type { Run } from '../runs/run';
import { differences, leaves, trialLeaves } from './differences';

/** Rows of a curve: as many as a kept run has, so that the steps to a target are exact where they can be. */
const ROWS = 3000;
const COLUMNS = ['step', 'loss', 'learningRate'];
/** Runs that are compared at most: the page draws and measures all of them. */
export const RUNS_MOST = 400;

export interface SourceRuns {
  readonly source: CompareSource;
  readonly runs: readonly Run[];
  /** The experiment's JSON value, undefined where there is none. */
  readonly value: unknown;
  /** Names the text: equal texts, equal names. */
  readonly text: string;
}

/** Brings the runs of several sources together: which are of one contender, and in what they differ. */
export function compare(all: readonly SourceRuns[]): Comparison {
  const contenders: (Contender & { readonly trials: readonly Trial[] })[] = [];
  let room = RUNS_MOST;
  all.forEach(({ runs }, source) => {
    const groups = new Map<string, Run[]>();
    for (const run of runs) {
      if (!run.finished || room-- <= 0) continue;
      const { label, variant, startIndex, sweep } = run.trial;
      const key = JSON.stringify([label, variant, startIndex, sweep]);
      const group = groups.get(key);
      if (group) group.push(run);
      else groups.set(key, [run]);
    }
    const starts = new Set([...groups.values()].map(([{ trial }]) => trial.startIndex)).size;
    for (const [key, group] of groups) {
      const trials = group.map(({ trial }) => trial);
      contenders.push({ key: `${source}/${key}`, source, name: nameOf(trials[0], starts > 1), goal: goalOf(trials[0]), type: trials[0].optimizer.type, runs: group.map(toLabRun), trials });
    }
  });
  const trialDifferences = differences(contenders.map(({ trials }) => trialLeaves(trials)));
  const texts = new Set(all.map(({ text }) => text));
  return {
    sources: all.map(({ source }) => source),
    contenders: shareBuffer(contenders.map(({ trials: _trials, ...contender }) => contender)),
    trialDifferences,
    fileDifferences: texts.size > 1 ? differences(all.map(({ value }) => leaves(value))) : [],
    oneObjective: !trialDifferences.some(({ pointer }) => /^\/(objective(?!\/gradientNoise)|data|loss|kind)\b/.test(pointer)),
  };
}

function nameOf({ label, variant, startIndex, sweep }: Trial, several: boolean): string {
  const parts = [label];
  if (variant !== null) parts.push(variant);
  for (const [name, value] of Object.entries(sweep ?? {})) parts.push(`${name.replace(/^.*\//, '')} ${String(value)}`);
  if (several) parts.push(l10n.t('start {0}', startIndex + 1));
  return parts.join(' · ');
}

/** The curves alone, all of them in one buffer: a message to a page has room for few. */
function shareBuffer(contenders: readonly Contender[]): Contender[] {
  const thin = (run: LabRun): LabRun => ({ ...run, record: run.record && curves(run.record) });
  const thinned = contenders.map((contender) => ({ ...contender, runs: contender.runs.map(thin) }));
  const arrays = thinned.flatMap(({ runs }) => runs.flatMap(({ record }) => Object.values(record?.columns ?? {})));
  const buffer = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  const place = (array: Float64Array): Float64Array => {
    const part = buffer.subarray(at, at + array.length);
    part.set(array);
    at += array.length;
    return part;
  };
  return thinned.map((contender) => ({
    ...contender,
    runs: contender.runs.map((run) => ({ ...run, record: run.record && { ...run.record, columns: Object.fromEntries(Object.entries(run.record.columns).map(([name, column]) => [name, place(column)])) } })),
  }));
}

function curves(record: RunRecord): RunRecord {
  const { rows, columns, kept } = decimate(record, ROWS);
  return { rows, columns: Object.fromEntries(COLUMNS.flatMap((name) => (columns[name] ? [[name, columns[name]]] : []))), kept, snapshots: null };
}
