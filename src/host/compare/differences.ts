import type { Trial } from '../../core/training/trial';
import type { Difference } from '../../protocol/compare';

/** Longer values are cut: what differs is seen at their beginning or not at all. */
const VALUE_MOST = 120;

/** JSON Pointer → value of every leaf. A list of plain values is one leaf; typed arrays are told by their length. */
export function leaves(value: unknown): Map<string, string> {
  const out = new Map<string, string>();
  const visit = (each: unknown, pointer: string): void => {
    if (ArrayBuffer.isView(each)) out.set(pointer, `[${(each as Float64Array).length}]`);
    else if (Array.isArray(each) && each.some((item) => typeof item === 'object' && item !== null && !isFlat(item))) each.forEach((item, i) => visit(item, `${pointer}/${i}`));
    else if (typeof each === 'object' && each !== null && !Array.isArray(each)) {
      for (const [name, inner] of Object.entries(each)) visit(inner, `${pointer}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`);
    } else out.set(pointer, text(each));
  };
  visit(value, '');
  return out;
}

function isFlat(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
}

function text(value: unknown): string {
  const written = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? '');
  return written.length > VALUE_MOST ? `${written.slice(0, VALUE_MOST)}…` : written;
}

/** The places at which not all have the same value, in the order in which they are met. */
export function differences(all: readonly ReadonlyMap<string, string>[]): Difference[] {
  const pointers = new Set(all.flatMap((each) => [...each.keys()]));
  return [...pointers].flatMap((pointer) => {
    const values = all.map((each) => each.get(pointer) ?? null);
    return values.every((value) => value === values[0]) ? [] : [{ pointer, values }];
  });
}

/** What decides the runs of one contender, by place: seeds, in which they differ, as a list. */
export function trialLeaves(trials: readonly Trial[]): Map<string, string> {
  const { id: _id, label: _label, optimizerIndex: _o, variant: _v, variantIndex: _i, startIndex: _s, sweep: _w, seed: _seed, ...deciding } = trials[0];
  const out = leaves(deciding);
  // What is looked at and what is known of the minima is not what is run.
  for (const pointer of out.keys()) if (/^\/objective\/(view|minima)\b/.test(pointer)) out.delete(pointer);
  out.set('/seed', [...new Set(trials.map(({ seed }) => seed))].sort((a, b) => a - b).join(', '));
  return out;
}
