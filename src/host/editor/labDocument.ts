import * as l10n from '@vscode/l10n';
import { BUILTINS } from '../../core/objectives/builtins';
import { describeObjective } from '../../core/objectives/formula';
import { OPTIMIZERS } from '../../core/optimizers/catalog';
import type { OptimizerSpec, Schedule } from '../../core/optimizers/spec';
import type { Experiment, ExperimentVariant, ParsedExperiment } from '../../format/experiment';
import { localized } from '../../format/localized';
import { effectivePointer } from '../../format/variants';
import type { LabDocument, LabObjective, LabSeries } from '../../protocol/lab';
import type { GoodState } from '../documents';
import { formatNumber } from '../../wording/numbers';
import { optimizerSummary, optimizerTitle } from '../../wording/optimizers';
import { optimizerFields, rateOf, settingFields } from './labFields';
import { labModels, labSweep } from './labModel';
import { surfaceOf } from './surface';

export interface LabDocumentInput {
  readonly parsed: ParsedExperiment;
  /** What was shown last, for a text with errors. */
  readonly lastGood: GoodState | null;
  readonly version: number;
  readonly fileName: string;
  readonly language: string;
  readonly editable: boolean;
}

/** What the page shows of a document; of one with errors the last good state, said to be that. */
export function labDocument({ parsed, lastGood, version, fileName, language, editable }: LabDocumentInput): LabDocument {
  const shown = parsed.experiment ? { experiment: parsed.experiment, parsed } : lastGood;
  const experiment = shown?.experiment ?? null;
  const first = experiment?.variants[0] ?? null;
  const models = shown ? labModels(shown.experiment.variants, shown.parsed) : { list: [], places: [] };
  const objectives = experiment ? labObjectives(experiment.variants) : { list: [], places: [] };
  return {
    version,
    fileName,
    title: localized(experiment?.title ?? null, language) || fileName.replace(/\.gdexp$/, ''),
    description: localized(experiment?.description ?? null, language),
    problems: parsed.problems.map(({ severity, message, path, line, column }) => ({ severity, message, path, line, column })),
    valid: parsed.experiment !== null,
    empty: parsed.text.trim() === '',
    kind: experiment?.kind ?? null,
    seed: experiment?.seed ?? 0,
    seeds: experiment?.seeds ?? 1,
    variants: (experiment?.variants ?? []).flatMap(({ label }) => (label === null ? [] : [label])),
    objective: objectives.list[0] ?? null,
    objectives: objectives.list,
    series: shown ? labSeries(shown.experiment, shown.parsed, objectives.places, models.places) : [],
    optimizerTypes: [...OPTIMIZERS.keys()].map((type) => ({ type, title: optimizerTitle(type), summary: optimizerSummary(type) })),
    settings: shown && first ? settingFields(shown.experiment, first, shown.parsed) : [],
    model: models.list[0] ?? null,
    models: models.list,
    sweep: shown ? labSweep(shown.experiment, shown.parsed) : null,
    stop: { steps: first?.stop.steps ?? null, gradientNorm: first?.stop.gradientNorm ?? null, loss: first?.stop.loss ?? null },
    tier: first?.diagnostics.tier ?? 'standard',
    refusal: experiment?.refusal ?? null,
    editable,
  };
}

/** The distinct objectives of the variants, and for each variant the place of its own among them. */
function labObjectives(variants: readonly ExperimentVariant[]): { list: LabObjective[]; places: number[] } {
  const list: LabObjective[] = [];
  const known = new Map<string, number>();
  const places = variants.map((variant) => {
    const objective = labObjective(variant);
    if (!objective) return -1;
    const key = JSON.stringify([objective.surface, objective.starts, objective.domain, objective.minima]);
    let place = known.get(key);
    if (place === undefined) {
      known.set(key, (place = list.length));
      list.push(objective);
    }
    return place;
  });
  return { list, places };
}

function labObjective(variant: ExperimentVariant): LabObjective | null {
  if (!variant.objective) return null;
  const { spec, variables, starts } = variant.objective;
  const description = describeObjective(spec);
  const constants = spec.function.kind === 'expression' ? Object.entries(spec.function.constants) : [];
  return {
    function: spec.function.kind === 'function' ? spec.function.name : null,
    builtins: [...BUILTINS.values()].map(({ name, title }) => ({ name, title })),
    expression: spec.function.kind === 'expression' ? spec.function.expression : description.text,
    latex: description.latex,
    gradientLatex: description.gradientLatex,
    variables,
    constants: constants.map(([name, value]) => ({ name, value, path: `/objective/constants/${name}` })),
    starts,
    goal: spec.goal,
    domain: spec.view ?? description.domain,
    // What a built-in's minima are is no goal of an ascent; declared ones are what is looked for.
    minima: spec.goal === 'maximize' ? description.minima.slice(description.minima.length - spec.minima.length) : description.minima,
    surface: surfaceOf(spec),
  };
}

function labSeries(experiment: Experiment, parsed: ParsedExperiment, objectives: readonly number[], models: readonly number[]): LabSeries[] {
  let index = 0;
  return experiment.variants.flatMap((variant, position) => {
    const place = (pointer: string): string => effectivePointer(parsed.value, variant.index, pointer);
    return variant.optimizers.map(({ label, spec }, optimizerIndex): LabSeries => ({
      key: `${variant.index ?? 0}/${optimizerIndex}`,
      index: index++,
      label,
      variant: variant.label,
      optimizerIndex,
      objective: objectives[position],
      model: models[position],
      type: spec.type,
      note: noteOf(spec),
      rate: rateOf(spec, optimizerIndex, parsed, place),
      fields: optimizerFields(spec, optimizerIndex, parsed, place),
    }));
  });
}

/** What tells this optimizer from its plainest form, in a word or two. */
export function noteOf(spec: OptimizerSpec): string {
  const number = (name: string): number | null => (typeof spec[name] === 'number' ? (spec[name] as number) : null);
  const notes: string[] = [];
  if (typeof spec.learningRate !== 'number') notes.push(scheduleNote(spec.learningRate));
  const momentum = number('momentum');
  const [rho, beta1, beta2] = [number('rho'), number('beta1'), number('beta2')];
  if (momentum !== null && momentum > 0) notes.push(l10n.t('momentum {0}', formatNumber(momentum)));
  else if (spec.type === 'sgd' && notes.length === 0) notes.push(l10n.t('plain'));
  if (notes.length === 0) {
    if (rho !== null) notes.push(`ρ ${formatNumber(rho)}`);
    else if (beta1 !== null && beta2 !== null) notes.push(`β ${formatNumber(beta1)}, ${formatNumber(beta2)}`);
    else if (number('damping')) notes.push(l10n.t('damping {0}', formatNumber(number('damping')!)));
    else if (number('history') !== null) notes.push(l10n.t('history {0}', formatNumber(number('history')!)));
  }
  return notes.join(', ');
}

function scheduleNote({ schedule }: Schedule): string {
  switch (schedule) {
    case 'step': return l10n.t('stairs');
    case 'multiStep': return l10n.t('milestones');
    case 'exponential': return l10n.t('exp. decay');
    case 'polynomial': return l10n.t('polynomial');
    case 'cosine': return l10n.t('cosine');
    case 'cosineRestarts': return l10n.t('warm restarts');
    case 'oneCycle': return l10n.t('one cycle');
    case 'cyclic': return l10n.t('cyclic');
    case 'inverseTime': return l10n.t('1/t decay');
    case 'inverseSqrt': return l10n.t('1/√t decay');
    case 'warmup': return l10n.t('warmup');
    case 'plateau': return l10n.t('on plateau');
  }
}
