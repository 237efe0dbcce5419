/** The changes of the file that the panel makes, as minimal pointer edits. */
import type { LabDocument, LabObjective, LabSeries } from '../../src/protocol/lab';
import type { PointerEdit } from '../state/edit';

/** The number of coordinates up to which a start is written by the variables' names; from there on as a list. */
const NAMED_START = 6;

const removed = (...paths: readonly string[]): PointerEdit[] => paths.map((path) => ({ path, value: undefined }));

/** Another built-in function; its own start, box and minima then hold. */
export function chooseFunction(objective: LabObjective, name: string): PointerEdit[] {
  return [
    ...removed('/objective/expression', '/objective/constants', '/objective/start', '/objective/view', '/objective/minimum', '/objective/dimension', '/objective/condition'),
    { path: '/objective/function', value: name },
  ].filter((edit) => objective.function === null || !['/objective/expression', '/objective/constants'].includes(edit.path));
}

/** Where a variable that a formula newly names starts. */
const NEW_COORDINATE = 1;

/** The built-in written out, to be changed by hand: formula and start, and for what is seen on the map also its box and minima. */
export function writeOutFormula(objective: LabObjective): PointerEdit[] {
  const { variables, domain, minima } = objective;
  const named = (point: readonly number[]) => startValue(variables, [point]);
  const seen = variables.length <= 2;
  return [
    ...removed('/objective/function', '/objective/dimension', '/objective/condition'),
    { path: '/objective/expression', value: objective.expression },
    { path: '/objective/start', value: startValue(variables, objective.starts) },
    { path: '/objective/view', value: seen && domain ? Object.fromEntries(variables.map((name, index) => [name, domain[index]])) : undefined },
    { path: '/objective/minimum', value: !seen || minima.length === 0 ? undefined : minima.length === 1 ? { at: named(minima[0].at) } : minima.map(({ at }) => ({ at: named(at) })) },
  ];
}

/**
 * Another formula. What was known of the old one's minima goes. Where the variables are not the old ones, the starts go along (a variable
 * that stays keeps its coordinate), and the box, which would no longer fit, goes too.
 * @param variables of the new formula, in order; null where it can't be read.
 */
export function setFormula(objective: LabObjective, expression: string, variables: readonly string[] | null): PointerEdit[] {
  const same = variables === null || (variables.length === objective.variables.length && variables.every((name, index) => name === objective.variables[index]));
  const names = same ? objective.variables : variables;
  const starts = objective.starts.map((start) => names.map((name) => start[objective.variables.indexOf(name)] ?? NEW_COORDINATE));
  if (objective.function !== null) return writeOutFormula({ ...objective, expression, variables: names, starts, minima: [], domain: same ? objective.domain : null });
  return [
    { path: '/objective/expression', value: expression },
    ...(objective.minima.length > 0 ? removed('/objective/minimum') : []),
    ...(same ? [] : [...removed('/objective/view'), { path: '/objective/start', value: startValue(names, starts) }]),
  ];
}

export function startValue(variables: readonly string[], starts: readonly (readonly number[])[]): unknown {
  if (starts.length !== 1) return starts;
  if (variables.length > NAMED_START) return starts[0];
  return Object.fromEntries(variables.map((name, index) => [name, starts[0][index]]));
}

export function setStarts(objective: LabObjective, starts: readonly (readonly number[])[]): PointerEdit[] {
  return [{ path: '/objective/start', value: startValue(objective.variables, starts) }];
}

export function setGoal(goal: string): PointerEdit[] {
  return [{ path: '/objective/goal', value: goal === 'maximize' ? goal : undefined }];
}

/**
 * Appends an optimizer under its proper name, which is what legends and tables show: "RMSprop", "RMSprop 2" where one is called so. The
 * label is written only where it says more than the type, which an optimizer without one is called by.
 */
export function addOptimizer(document: LabDocument, type: string): PointerEdit[] {
  const taken = new Set(document.series.map(({ label }) => label));
  const title = document.optimizerTypes.find((one) => one.type === type)?.title ?? type;
  // "adam" and "Adam" side by side would be told apart by nobody.
  const label = [...taken].some((other) => other.toLowerCase() === title.toLowerCase()) ? freeLabel(title, taken) : title;
  return [{ path: '/optimizers/-', value: label === type ? { type } : { type, label } }];
}

export function renameOptimizer(series: LabSeries, label: string): PointerEdit[] {
  return [{ path: `/optimizers/${series.optimizerIndex}/label`, value: label }];
}

export function deleteOptimizer(series: LabSeries): PointerEdit[] {
  return [{ path: `/optimizers/${series.optimizerIndex}`, value: undefined }];
}

/** A label that no optimizer has: "Adam 2", "Adam 3", … */
export function freeLabel(label: string, taken: ReadonlySet<string>): string {
  const stem = label.replace(/ \d+$/, '');
  const lower = new Set([...taken].map((other) => other.toLowerCase()));
  for (let number = 2; ; number++) if (!lower.has(`${stem} ${number}`.toLowerCase())) return `${stem} ${number}`;
}

/** Appends a copy of what the file says of this optimizer (defaults stay unwritten) under a free label. */
export function duplicateOptimizer(document: LabDocument, series: LabSeries): PointerEdit[] {
  const root = `/optimizers/${series.optimizerIndex}`;
  const copy: Record<string, unknown> = { type: series.type };
  const write = (path: string, value: unknown) => {
    const keys = path.slice(root.length + 1).split('/');
    let at = copy;
    for (const key of keys.slice(0, -1)) {
      if (typeof at[key] !== 'object' || at[key] === null) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[keys[keys.length - 1]] = value;
  };
  if (series.rate && !series.rate.isDefault) write(series.rate.path, series.rate.value);
  for (const field of series.fields) {
    if (field.isDefault || !field.path.startsWith(`${root}/`) || field.name === 'type' || field.name === 'label') continue;
    write(field.path, field.value);
  }
  copy.label = freeLabel(series.label, new Set(document.series.map((other) => other.label)));
  return [{ path: '/optimizers/-', value: copy }];
}
