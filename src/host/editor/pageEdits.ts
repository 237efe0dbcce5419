import { applies, dialectFor, fieldsOf, OPTIMIZERS, SCHEDULES } from '../../core/optimizers/catalog';
import type { Dialect } from '../../core/optimizers/spec';
import type { PointerEdit } from '../../format/experiment';
import { valueAt } from '../../format/pointer';
import { optimizerTitle } from '../../wording/optimizers';

/** In a list of schedules: no schedule. */
export const CONSTANT_RATE = 'constant';

type Entry = Readonly<Record<string, unknown>>;

/**
 * What a control of the page means for the file. One choice may concern several places: another type of optimizer or another dialect
 * takes the fields along that it does not know, another schedule needs fields of its own. Together they stay one undo step.
 * @param value the file's JSON value before the edits.
 */
export function completeEdits(value: unknown, edits: readonly PointerEdit[]): PointerEdit[] {
  return edits.flatMap((edit) => {
    const match = /^\/optimizers\/(\d+)\/(.+)$/.exec(edit.path);
    const entry = match && valueAt(value, `/optimizers/${match[1]}`);
    if (!match || typeof entry !== 'object' || entry === null) return [edit];
    const at = `/optimizers/${match[1]}`;
    const fallback = (valueAt(value, '/dialect') ?? 'torch') as Dialect;
    switch (match[2]) {
      case 'type':
      case 'dialect':
        return [edit, ...renamed(at, value, entry as Entry, edit), ...unknownFields(at, { ...(entry as Entry), [match[2]]: edit.value }, fallback)];
      case 'learningRate/schedule':
        return [scheduleEdit(at, entry as Entry, edit.value, valueAt(value, '/stop/steps'))];
      default:
        return [{ ...edit, value: edit.value === '' && takesNull(entry as Entry, match[2]) ? null : edit.value }];
    }
  });
}

/** Who is called by the proper name of its old type ("Adam", "Adam 2") is called by that of the new one. A name of a person's own stays, and one that an expectation speaks of. */
function renamed(at: string, value: unknown, entry: Entry, edit: PointerEdit): PointerEdit[] {
  const { type, label } = entry;
  if (!edit.path.endsWith('/type') || typeof edit.value !== 'string' || typeof label !== 'string' || edit.value === type) return [];
  if (![optimizerTitle(String(type)), OPTIMIZERS.get(String(type))?.title].includes(label.replace(/ \d+$/, ''))) return [];
  const claims = valueAt(value, '/expect');
  if (Array.isArray(claims) && claims.some((claim: Entry | null) => claim?.optimizer === label)) return [];
  const title = optimizerTitle(edit.value);
  const others = (valueAt(value, '/optimizers') as readonly Entry[]).filter((other) => other !== entry).map((other) => String(other.label ?? other.type).toLowerCase());
  let next = title;
  for (let number = 2; others.includes(next.toLowerCase()); number++) next = `${title} ${number}`;
  return [{ path: `${at}/label`, value: next }];
}

/** Removes what the optimizer would no longer know. A schedule stays: every type with a rate has it. */
function unknownFields(at: string, entry: Entry, fallback: Dialect): PointerEdit[] {
  const info = OPTIMIZERS.get(String(entry.type));
  if (!info) return [];
  const wanted = (entry.dialect as Dialect | undefined) ?? fallback;
  const dialect = dialectFor(info, wanted);
  const known = dialect ? fieldsOf(info, dialect) : info.fields;
  const written = (name: string): unknown => (Object.hasOwn(entry, name) ? entry[name] : known.find((field) => field.name === name)?.defaults[dialect ?? 'torch']);
  const kept = new Set(['type', 'label', ...known.filter((field) => applies(field, written)).map((field) => field.name)]);
  if (dialect) kept.add('dialect');
  return Object.keys(entry).filter((name) => !kept.has(name)).map((name) => ({ path: `${at}/${name}`, value: undefined }));
}

function takesNull(entry: Entry, name: string): boolean {
  const kind = OPTIMIZERS.get(String(entry.type))?.fields.find((field) => field.name === name)?.type;
  return kind?.kind === 'choice' && kind.choices.includes(null);
}

/** Fields of the same name that mean something else are not carried over: a warmup's steps are not those of a whole run, a factor a step not one a stage. */
function means(field: string, schedule: unknown): string {
  return field === 'factor' || (field === 'steps' && schedule === 'warmup') ? `${field} of ${String(schedule)}` : field;
}

/** The rate as another schedule, or constant: fields that both know are kept, required ones begin with values that show what the schedule does. */
function scheduleEdit(at: string, entry: Entry, choice: unknown, stopSteps: unknown): PointerEdit {
  const path = `${at}/learningRate`;
  const old = entry.learningRate;
  const before: Entry = typeof old === 'object' && old !== null ? (old as Entry) : {};
  const defaultRate = OPTIMIZERS.get(String(entry.type))?.fields.find((field) => field.name === 'learningRate')?.defaults;
  const rate = [old, before.initial, before.peak, before.high, before.then, ...Object.values(defaultRate ?? {})].find((value): value is number => typeof value === 'number') ?? 0.01;
  if (choice === CONSTANT_RATE || choice === undefined) return { path, value: rate };
  const info = SCHEDULES.get(String(choice));
  if (!info) return { path: `${path}/schedule`, value: choice };
  const steps = typeof stopSteps === 'number' ? stopSteps : 1000;
  const part = (fraction: number): number => Math.max(1, Math.round(steps * fraction));
  const first = new Map<string, unknown>([
    ['initial', rate], ['peak', rate], ['high', rate], ['low', rate / 10], ['then', rate],
    ['steps', info.schedule === 'warmup' ? part(0.1) : Math.max(2, steps)], ['every', part(1 / 3)], ['period', part(1 / 4)], ['warmup', part(0.1)],
    ['milestones', [...new Set([part(0.5), part(0.75)])]], ['factor', info.schedule === 'exponential' ? Number((0.01 ** (1 / steps)).toPrecision(4)) : 0.5], ['decay', Number((10 / steps).toPrecision(2))],
  ]);
  const value: Record<string, unknown> = { schedule: info.schedule };
  for (const field of info.fields) {
    if (Object.hasOwn(before, field.name) && means(field.name, before.schedule) === means(field.name, info.schedule)) value[field.name] = before[field.name];
    else if (field.default === undefined) value[field.name] = first.get(field.name) ?? rate;
  }
  if (before.unit !== undefined) value.unit = before.unit;
  return { path, value };
}
