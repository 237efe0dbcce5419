/** What the places that differ are called in the glossary, so that the page can explain them. */
import { OPTIMIZERS, SCHEDULES } from '../../core/optimizers/catalog';
import { fieldHelp } from '../../format/help';
import { fromPointer } from '../../format/pointer';
import type { Comparison, Difference } from '../../protocol/compare';

/** Most terms of one place: a list of them all would explain nothing. */
const TERMS_MOST = 3;

/** Where a run says it, and where the file does. */
const PLACES_IN_FILE: readonly (readonly [RegExp, string])[] = [
  [/^\/optimizer(?=\/)/, '/optimizers/0'],
  [/^\/(clipNorm|clipValue)$/, '/training/$1'],
  [/^\/early\//, '/stop/'],
  [/^\/boosting$/, '/evaluate/boosting'],
  [/^\/boosting\//, '/evaluate/'],
  [/^\/(?=weights$)/, '/model/'],
  [/^\/start\b/, '/objective/start'],
  [/^\/objective\/function\/(expression|constants)\b/, '/objective/$1'],
  [/^\/objective\/function\/(name|kind)$/, '/objective/function'],
  [/^\/data\/source\/path$/, '/data'],
  [/^\/data\/source\/generator$/, '/data/generate'],
  [/^\/data\/source\//, '/data/'],
  [/^\/model\/precision$/, '/precision'],
];

/** A layer that has the field, where not every layer of weights has it. */
const LAYER_OF: ReadonlyMap<string, string> = new Map([
  ...['filters', 'kernel', 'stride', 'padding', 'fixed'].map((field) => [field, 'conv2d'] as const), ['size', 'maxPool2d'], ['rate', 'dropout'], ['stddev', 'gaussianNoise'],
]);

/** The comparison with the terms of every place that differs. */
export function withTerms(comparison: Comparison): Comparison {
  const types = comparison.contenders.map(({ type }) => type);
  const named = (difference: Difference, known: readonly string[]): Difference => ({ ...difference, terms: termsOf(difference, known).slice(0, TERMS_MOST).join(' ') });
  return {
    ...comparison,
    trialDifferences: comparison.trialDifferences.map((one) => named(one, types.filter((_, index) => one.values[index] !== null))),
    fileDifferences: comparison.fileDifferences.map((one) => named(one, types)),
  };
}

function termsOf({ pointer, values }: Difference, types: readonly string[]): string[] {
  // A variant writes to a pointer within a pointer.
  const [, set, below] = /^\/variants\/\d+\/set(\/[^/]+)(.*)$/.exec(pointer) ?? [];
  const place = set === undefined ? PLACES_IN_FILE.reduce((found, [from, to]) => found.replace(from, to), pointer) : `${fromPointer(set)?.[0] ?? ''}${below}`;
  const names = place.split('/').filter((name) => name !== '' && !/^\d+$/.test(name));
  const [kind, name, ...rest] = names;
  if (kind === 'optimizers' && name !== undefined) return optimizerTerms(name, rest, values, types);
  if (kind === 'seed' || kind === 'seeds') return ['seed'];
  const own = words(values);
  if (kind === 'loss' && (name === undefined || name === 'type')) return ['field.loss', ...own.map((value) => `lossFunction.${value}`)];
  if (kind === 'model' && name === 'layers' && rest.length > 0) {
    const field = rest.at(-1)!;
    return [...(fieldHelp(`layers.${field}`) === '' ? [] : [`layer.${LAYER_OF.get(field) ?? 'dense'}.${field}`]), ...(field === 'activation' || field === 'initializer' ? own.map((value) => `${field}.${value}`) : []), 'layer'].slice(0, TERMS_MOST);
  }
  // The nearest field around it that is known.
  for (let length = names.length; length > 0; length--) {
    const field = names.slice(0, length).join('.');
    if (fieldHelp(field) !== '') return [`field.${field}`, ...(field === 'data.generate' ? own.map((value) => `generator.${value}`) : [])];
  }
  return [];
}

function optimizerTerms(name: string, rest: readonly string[], values: Difference['values'], types: readonly string[]): string[] {
  if (name === 'type') return words(values).filter((value) => OPTIMIZERS.has(value)).map((value) => `optimizer.${value}`);
  if (name === 'dialect' || name === 'label') return [`field.optimizers.${name}`];
  if (name === 'learningRate') return rest[0] === 'schedule' ? ['learningRate', ...words(values).filter((value) => SCHEDULES.has(value)).map((value) => `schedule.${value}`)] : ['learningRate'];
  // Of several that have it the first: they say the same of it.
  const type = types.find((one) => OPTIMIZERS.get(one)?.fields.some((field) => field.name === name));
  return type === undefined ? [] : [`optimizer.${type}.${name}`];
}

/** The values that are names of the format. */
function words(values: Difference['values']): string[] {
  return [...new Set(values.filter((value): value is string => value !== null && /^[a-z]\w*$/i.test(value)))];
}
