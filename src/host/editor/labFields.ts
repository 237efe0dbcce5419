import { applies, fieldsOf, OPTIMIZERS, SCHEDULES, type FieldKind } from '../../core/optimizers/catalog';
import type { OptimizerSpec, Schedule } from '../../core/optimizers/spec';
import type { ExperimentVariant, Experiment, ParsedExperiment } from '../../format/experiment';
import { effectivePointer } from '../../format/variants';
import type { LabField, LabSeries } from '../../protocol/lab';
import { fieldHelp, scheduleFieldHelp } from '../../wording/optimizers';
import { fieldLabel, settingHelp } from './fieldLabels';
import { CONSTANT_RATE } from './pageEdits';

/** Where a place of the file is changed: for a variant, in the variant where that sets it. */
export type Place = (pointer: string) => string;

/** Every hyperparameter of an optimizer with its control, in the order of the catalog. */
export function optimizerFields(spec: OptimizerSpec, index: number, parsed: ParsedExperiment, place: Place): LabField[] {
  const info = OPTIMIZERS.get(spec.type);
  if (!info) return [];
  const at = `/optimizers/${index}`;
  const written = (path: string): boolean => parsed.locate(path) !== null;
  const make = (pointer: string, name: string, help: string, kind: FieldKind, value: unknown): LabField => {
    const path = place(pointer);
    return { path, name, label: fieldLabel(name), help, ...controlOf(kind), value, isDefault: !written(path) };
  };
  const fields: LabField[] = [
    make(`${at}/type`, 'type', settingHelp('type'), { kind: 'choice', choices: [...OPTIMIZERS.keys()] }, spec.type),
    make(`${at}/dialect`, 'dialect', settingHelp('dialect'), { kind: 'choice', choices: info.dialects }, spec.dialect),
  ];
  if (info.hasLearningRate) {
    const { learningRate } = spec;
    const schedule = typeof learningRate === 'number' ? null : learningRate;
    const choices = [CONSTANT_RATE, ...SCHEDULES.keys()];
    fields.push(make(`${at}/learningRate/schedule`, 'schedule', settingHelp('schedule'), { kind: 'choice', choices }, schedule?.schedule ?? CONSTANT_RATE));
    if (schedule) {
      for (const { name, type } of SCHEDULES.get(schedule.schedule)?.fields ?? []) {
        fields.push(make(`${at}/learningRate/${name}`, name, scheduleFieldHelp(schedule.schedule, name), type, (schedule as unknown as Record<string, unknown>)[name]));
      }
    }
  }
  for (const field of fieldsOf(info, spec.dialect)) {
    if (field.name === 'learningRate' || !applies(field, (name) => spec[name])) continue;
    fields.push(make(`${at}/${field.name}`, field.name, fieldHelp(spec.type, field.name), field.type, spec[field.name]));
  }
  return fields;
}

/** Stop, diagnostics and what else of the file has a simple control. */
export function settingFields(experiment: Experiment, variant: ExperimentVariant, parsed: ParsedExperiment): LabField[] {
  const place: Place = (pointer) => effectivePointer(parsed.value, variant.index, pointer);
  const make = (pointer: string, kind: FieldKind, value: unknown): LabField => {
    const path = place(pointer);
    const name = pointer.slice(pointer.lastIndexOf('/') + 1);
    return { path, name, label: fieldLabel(name), help: settingHelp(name), ...controlOf(kind), value, isDefault: parsed.locate(path) === null };
  };
  const { stop, diagnostics } = variant;
  return [
    make('/stop/steps', { kind: 'integer', minimum: 1 }, stop.steps),
    make('/stop/gradientNorm', { kind: 'number', minimum: 0 }, stop.gradientNorm),
    make('/stop/loss', { kind: 'number' }, stop.loss),
    make('/diagnostics/tier', { kind: 'choice', choices: ['basic', 'standard', 'full'] }, diagnostics.tier),
    ...(variant.objective ? [make('/objective/gradientNoise', { kind: 'number', minimum: 0 }, variant.objective.spec.gradientNoise)] : []),
    make('/seeds', { kind: 'integer', minimum: 1 }, experiment.seeds),
    make('/training/clipNorm', { kind: 'number', minimum: 0 }, variant.clipNorm),
  ];
}

/** The number the slider moves: the rate itself, or the first of a schedule's rates. */
export function rateOf(spec: OptimizerSpec, index: number, parsed: ParsedExperiment, place: Place): LabSeries['rate'] {
  const at = `/optimizers/${index}/learningRate`;
  const info = OPTIMIZERS.get(spec.type);
  const field = info && fieldsOf(info, spec.dialect).find(({ name }) => name === 'learningRate');
  if (!field || !applies(field, (name) => spec[name])) return null;
  const found = leadingRate(spec.learningRate, at);
  if (!found) return null;
  const path = place(found.path);
  return { value: found.value, path, isDefault: parsed.locate(path) === null };
}

function leadingRate(rate: number | Schedule, path: string): { readonly value: number; readonly path: string } | null {
  if (typeof rate === 'number') return { value: rate, path };
  switch (rate.schedule) {
    case 'oneCycle':
      return { value: rate.peak, path: `${path}/peak` };
    case 'cyclic':
      return { value: rate.high, path: `${path}/high` };
    case 'warmup':
      return leadingRate(rate.then, `${path}/then`);
    default:
      return { value: rate.initial, path: `${path}/initial` };
  }
}

function controlOf(kind: FieldKind): Pick<LabField, 'control' | 'choices' | 'minimum' | 'maximum'> {
  switch (kind.kind) {
    case 'number':
      return { control: 'number', minimum: kind.minimum ?? kind.exclusiveMinimum, maximum: kind.maximum ?? kind.exclusiveMaximum };
    case 'integer':
      return { control: 'integer', minimum: kind.minimum, maximum: kind.maximum };
    case 'boolean':
      return { control: 'boolean' };
    case 'choice':
      // JSON null stands in a list as the empty text; a page's edit of it is turned back (pageEdits.ts).
      return { control: 'choice', choices: kind.choices.map((choice) => choice ?? '') };
    case 'rate':
    case 'integers':
      return { control: 'json' };
  }
}
