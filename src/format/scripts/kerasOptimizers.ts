import type { OptimizerSpec } from '../../core/optimizers/spec';
import { pyArguments, pyFloat, pyNumber, pyValue } from './python';
import { ONLY_PYTORCH, ruleCode } from './rules';
import type { OptimizerCode } from './torchOptimizers';

/** Keras's own class where the dialect is Keras's and it has the rule, else the rule written out; null where neither is. */
export function kerasOptimizer(spec: OptimizerSpec): OptimizerCode | null {
  const own = spec.dialect === 'keras' ? kerasClass(spec) : null;
  if (own) return { expression: own, blocks: [], closure: false };
  const rule = ONLY_PYTORCH.has(spec.type) ? null : ruleCode(spec);
  if (!rule) return null;
  return { expression: `Rule(${rule.name}, apart=${pyNumber(rule.decay)}${rule.arguments ? `, ${rule.arguments}` : ''})`, blocks: [KERAS_RULE, rule.block], closure: false };
}

function kerasClass(spec: OptimizerSpec): string | null {
  // Keras refuses whole numbers where it wants floats.
  const n = (name: string): string => (typeof spec[name] === 'number' ? pyFloat(spec[name]) : pyValue(spec[name]));
  const decay = spec.weightDecay === undefined || spec.weightDecay === 0 ? 'None' : n('weightDecay');
  // The rate is set before each step.
  const learning_rate = typeof spec.learningRate === 'number' ? pyFloat(spec.learningRate) : '0.0';
  const made = (name: string, fields: Readonly<Record<string, string | undefined>>): string => `keras.optimizers.${name}(${pyArguments({ learning_rate, ...fields, weight_decay: decay })})`;
  const moments = { beta_1: () => n('beta1'), beta_2: () => n('beta2'), epsilon: () => n('epsilon') };
  const adam = () => ({ beta_1: moments.beta_1(), beta_2: moments.beta_2(), epsilon: moments.epsilon() });
  switch (spec.type) {
    case 'sgd': return made('SGD', { momentum: n('momentum'), nesterov: n('nesterov') });
    case 'adagrad': return made('Adagrad', { initial_accumulator_value: n('initialAccumulator'), epsilon: n('epsilon') });
    case 'adadelta': return made('Adadelta', { rho: n('rho'), epsilon: n('epsilon') });
    case 'rmsprop': return made('RMSprop', { rho: n('rho'), momentum: n('momentum'), epsilon: n('epsilon'), centered: n('centered') });
    case 'adam': return made('Adam', { ...adam(), amsgrad: n('amsgrad') });
    case 'adamw': return made('AdamW', { ...adam(), amsgrad: n('amsgrad') });
    case 'adamax': return made('Adamax', adam());
    // Keras fixes the decay of the momentum at 1.
    case 'nadam': return spec.momentumDecay === 1 ? made('Nadam', adam()) : null;
    case 'lion': return made('Lion', { beta_1: n('beta1'), beta_2: n('beta2') });
    case 'lamb': return made('Lamb', adam());
    default: return null;
  }
}

const KERAS_RULE = `
sqrt, maximum, absolute, sign, clip = tf.sqrt, tf.maximum, tf.abs, tf.sign, tf.clip_by_value


def total(x):
    return float(tf.reduce_sum(x))


class Rule:
    """An optimizer that Keras has not: its update, tensor by tensor; apart: weight decay apart from the gradient."""

    def __init__(self, update, apart=0.0, **fields):
        self.update, self.apart, self.fields, self.kept, self.t, self.learning_rate = update, apart, fields, None, 0, 0.0

    def apply(self, gradients, variables):
        """New values for variables of Keras."""
        self.t += 1
        self.kept = self.kept or [{} for _ in variables]
        for p, g, kept in zip(variables, gradients, self.kept):
            value = tf.convert_to_tensor(p) * (1 - self.learning_rate * self.apart)
            p.assign(self.update(value, g, kept, self.learning_rate, self.t, **self.fields))`;
