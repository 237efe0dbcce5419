import * as l10n from '@vscode/l10n';
import type { Experiment, ExperimentOptimizer, ExperimentVariant } from '../experiment';
import { localized } from '../localized';
import { nearest } from '../nearest';
import { pytorchNetwork } from './pytorch';
import { torchOptimizer } from './torchOptimizers';
import { kerasNetwork } from './keras';
import { kerasOptimizer } from './kerasOptimizers';
import { objectiveScript } from './objectiveScript';

export type Framework = 'pytorch' | 'keras';

export const FRAMEWORK_NAMES: Readonly<Record<Framework, string>> = { pytorch: 'PyTorch', keras: 'Keras' };

export interface ScriptOptions {
  readonly locale: string;
  /** Label of the variant; null: the only one there is. */
  readonly variant: string | null;
  /** Labels of the optimizers; empty: all of them. */
  readonly only: readonly string[];
}

/** The text of a script, or the sentence that says why there is none and what would help. */
export type Script = { readonly text: string; readonly refusal: null } | {
  readonly text: null;
  readonly refusal: string;
  /** Labels of the optimizers that the framework cannot have; the others can be exported by themselves. */
  readonly unsupported: readonly string[];
};

/** The one variant that is meant, or why it is not clear. */
export function chooseVariant({ variants }: Experiment, label: string | null): ExperimentVariant | { readonly refusal: string } {
  const labels = variants.map((variant) => variant.label ?? '');
  const quoted = labels.map((each) => `"${each}"`).join(', ');
  if (label === null) return variants.length === 1 ? variants[0] : { refusal: l10n.t('This file has variants, and a script is of one: name it with --variant. There are: {0}.', quoted) };
  const found = variants.find((variant) => variant.label === label);
  if (found) return found;
  const suggestion = nearest(label, labels);
  return { refusal: `${l10n.t('No variant has the label "{0}".', label)}${suggestion === undefined ? '' : ` ${l10n.t('Did you mean "{0}"?', suggestion)}`}` };
}

/** A script for a framework that does what the experiment says: one variant of it, with all or some of its optimizers. */
export function createScript(experiment: Experiment, framework: Framework, options: ScriptOptions): Script {
  const variant = chooseVariant(experiment, options.variant);
  if ('refusal' in variant) return { text: null, refusal: variant.refusal, unsupported: [] };
  const missing = options.only.find((label) => !variant.optimizers.some((each) => each.label === label));
  if (missing !== undefined) return { text: null, refusal: l10n.t('No optimizer has the label "{0}".', missing), unsupported: [] };
  const optimizers = variant.optimizers.filter(({ label }) => options.only.length === 0 || options.only.includes(label));
  const unsupported = optimizers.filter(({ spec }) => (framework === 'pytorch' ? torchOptimizer(spec) : kerasOptimizer(spec)) === null);
  if (unsupported.length > 0) {
    const names = unsupported.map(({ label, spec }) => `"${label}" (${spec.type})`).join(', ');
    return { text: null, refusal: l10n.t('{0} has nothing like {1}: such a step needs more than the gradient of one tensor.', FRAMEWORK_NAMES[framework], names), unsupported: unsupported.map(({ label }) => label) };
  }
  const script = { title: localized(experiment.title, options.locale), variant, optimizers, seed: experiment.seed, remarks: remarksOf(experiment, variant, optimizers) };
  const { model } = variant;
  if (!model) return { text: objectiveScript(script, framework), refusal: null };
  return { text: framework === 'pytorch' ? pytorchNetwork({ ...script, model }) : kerasNetwork({ ...script, model }), refusal: null };
}

/** What an experiment has and its script has not, in words of the program alone. */
function remarksOf(experiment: Experiment, { model }: ExperimentVariant, optimizers: readonly ExperimentOptimizer[]): string[] {
  const remarks: string[] = [];
  if (experiment.sweep) remarks.push('The sweep of the experiment is not part of this script: hyperparameters are as the optimizers have them.');
  if (experiment.seeds > 1) remarks.push(`The experiment repeats each run with ${experiment.seeds} seeds: --seed chooses one.`);
  if (model && (model.folds > 0 || model.bootstrapRounds > 0 || model.boosting)) remarks.push('Cross-validation, bootstrap and boosting of the experiment are not part of this script.');
  if (model && optimizers.some(({ spec }) => spec.type === 'lbfgs')) remarks.push('L-BFGS evaluates a batch several times; dropout and noise are then drawn anew each time.');
  return remarks;
}
