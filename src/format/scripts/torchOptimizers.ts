import type { OptimizerSpec } from '../../core/optimizers/spec';
import { pyArguments, pyFloat, pyNumber, pyValue } from './python';
import { ruleCode } from './rules';
import { scheduleCode } from './schedules';

/** An optimizer in Python. */
export interface OptimizerCode {
  /** Of `parameters`, a list of tensors. */
  readonly expression: string;
  /** Functions that it calls. */
  readonly blocks: readonly string[];
  /** A `step(closure)` that evaluates the loss itself. */
  readonly closure: boolean;
}

/** PyTorch's own class where it has the rule, else the rule written out; null where neither is. */
export function torchOptimizer(spec: OptimizerSpec): OptimizerCode | null {
  const own = spec.dialect === 'torch' ? torchClass(spec) : null;
  if (own) return { expression: own, blocks: [], closure: spec.type === 'lbfgs' };
  const rule = ruleCode(spec);
  if (!rule) return null;
  return { expression: `Rule(parameters, ${rule.name}, apart=${pyNumber(rule.decay)}${rule.arguments ? `, ${rule.arguments}` : ''})`, blocks: [TORCH_RULE, rule.block], closure: false };
}

function torchClass(spec: OptimizerSpec): string | null {
  const n = (name: string): string => pyValue(spec[name]);
  const first = typeof spec.learningRate === 'number' ? spec.learningRate : null;
  // A rate that changes is set before each step; the first one stands here for rules that read it once.
  const start = scheduleCode(spec.learningRate, '0');
  const lr = first === null ? (start.follows ? `${start.expression}.rate(0)` : start.expression) : pyFloat(first);
  const made = (name: string, fields: Readonly<Record<string, string | undefined>>): string => `torch.optim.${name}(parameters, ${pyArguments({ lr, ...fields })})`;
  const betas = (): string => `(${n('beta1')}, ${n('beta2')})`;
  const weight_decay = spec.weightDecay === undefined ? undefined : n('weightDecay');
  switch (spec.type) {
    case 'sgd': return made('SGD', { momentum: n('momentum'), dampening: n('dampening'), nesterov: n('nesterov'), weight_decay });
    case 'adagrad': return made('Adagrad', { lr_decay: n('learningRateDecay'), initial_accumulator_value: n('initialAccumulator'), eps: n('epsilon'), weight_decay });
    case 'adadelta': return made('Adadelta', { rho: n('rho'), eps: n('epsilon'), weight_decay });
    case 'rmsprop': return made('RMSprop', { alpha: n('rho'), eps: n('epsilon'), momentum: n('momentum'), centered: n('centered'), weight_decay });
    case 'adam': return made('Adam', { betas: betas(), eps: n('epsilon'), amsgrad: n('amsgrad'), weight_decay });
    case 'adamw': return made('AdamW', { betas: betas(), eps: n('epsilon'), amsgrad: n('amsgrad'), weight_decay });
    case 'adamax': return made('Adamax', { betas: betas(), eps: n('epsilon'), weight_decay });
    // Without foreach PyTorch 1.13 counts the momentum's product twice.
    case 'nadam': return made('NAdam', { betas: betas(), eps: n('epsilon'), momentum_decay: n('momentumDecay'), weight_decay, foreach: 'True' });
    case 'radam': return made('RAdam', { betas: betas(), eps: n('epsilon'), weight_decay });
    case 'rprop': return made('Rprop', { etas: `(${n('etaMinus')}, ${n('etaPlus')})`, step_sizes: `(${n('minStep')}, ${n('maxStep')})` });
    case 'asgd': return made('ASGD', { lambd: n('lambda'), alpha: n('alpha'), t0: n('t0'), weight_decay });
    case 'lbfgs': return made('LBFGS', {
      max_iter: n('maxIterations'), tolerance_grad: n('toleranceGradient'), tolerance_change: n('toleranceChange'), history_size: n('history'),
      line_search_fn: spec.lineSearch === 'strongWolfe' ? '"strong_wolfe"' : 'None',
    });
    default: return null;
  }
}

const TORCH_RULE = `
sqrt, maximum, absolute, sign, clip = torch.sqrt, torch.maximum, torch.abs, torch.sign, torch.clamp


def total(x):
    return float(x.sum())


class Rule:
    """An optimizer that PyTorch has not: its update, tensor by tensor; apart: weight decay apart from the gradient."""

    def __init__(self, parameters, update, apart=0.0, **fields):
        self.parameters, self.update, self.apart, self.fields = list(parameters), update, apart, fields
        self.kept, self.t, self.param_groups = [{} for _ in self.parameters], 0, [{"lr": 0.0}]

    @torch.no_grad()
    def step(self):
        self.t += 1
        rate = self.param_groups[0]["lr"]
        for p, kept in zip(self.parameters, self.kept):
            if self.apart:
                p.mul_(1 - rate * self.apart)
            p.copy_(self.update(p, p.grad, kept, rate, self.t, **self.fields))`;
