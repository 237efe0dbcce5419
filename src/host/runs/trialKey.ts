import type { Trial } from '../../core/training/trial';

/** The same text for the same value, whatever the order of the properties. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`).join(',')}}`;
  }
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'null');
}

const keys = new WeakMap<Trial, string>();

/**
 * What decides a trial's outcome, as text: two trials with equal keys give the same record. Where the trial stands in the file is no
 * part of it; the label is, because streams of random numbers are keyed by it.
 */
export function trialKey(trial: Trial): string {
  let key = keys.get(trial);
  if (key === undefined) {
    const { id: _id, optimizerIndex: _o, variant: _v, variantIndex: _i, startIndex: _s, sweep: _w, ...deciding } = trial;
    // Where to look changes the picture, not the path.
    key = canonical(deciding.kind === 'objective' ? { ...deciding, objective: { ...deciding.objective, view: undefined } } : deciding);
    keys.set(trial, key);
  }
  return key;
}
