import type { SweptValue, Trial } from '../../core/training/trial';
import type { ExperimentSweep } from '../../format/experiment';
import type { Run } from './run';
import { trialKey } from './trialKey';

/** The added runs that a changed sweep would have too: those whose point makes a run in the same place. */
export function stillAdded(sweep: ExperimentSweep | null, added: readonly Trial[]): readonly Trial[] {
  if (!sweep) return [];
  return added.flatMap(({ id, sweep: point, variantIndex, optimizerIndex }) => (point ? sweep.trialsAt([point], { variantIndex, optimizerIndex }).filter((trial) => trial.id === id) : []));
}

/**
 * The places in which kept runs at points that narrowing had added belong now: that of an equal trial, else (with `standIns`) that of the same id and optimizer.
 * @param present trials that have a place already
 * @param kept newest first: of those that claim one place the newest that is true of it has it, else the newest
 */
export function addedBefore(sweep: ExperimentSweep, present: readonly Trial[], kept: readonly Run[], standIns: boolean): ReadonlyMap<Trial, Run> {
  const taken = new Set(present.map(({ id }) => id));
  const places = new Map<string, readonly Trial[]>();
  const at = (point: Readonly<Record<string, SweptValue>>): readonly Trial[] => {
    const name = JSON.stringify(point);
    let trials = places.get(name);
    if (!trials) places.set(name, (trials = sweep.trialsAt([point])));
    return trials;
  };
  const out = new Map<string, { readonly trial: Trial; readonly run: Run }>();
  for (const run of kept) {
    if (!run.trial.sweep) continue;
    const free = at(run.trial.sweep).filter(({ id }) => !taken.has(id));
    const equal = free.find((trial) => trialKey(trial) === run.key);
    const trial = equal ?? (standIns ? free.find(({ id, label }) => id === run.trial.id && label === run.trial.label) : undefined);
    if (!trial) continue;
    const there = out.get(trial.id);
    if (!there || (equal && there.run.key !== trialKey(there.trial))) out.set(trial.id, { trial, run });
  }
  // As they came: the runs of a round end before the next begins.
  return new Map([...out.values()].reverse().map(({ trial, run }) => [trial, run]));
}
