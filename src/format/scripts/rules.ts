import type { OptimizerSpec } from '../../core/optimizers/spec';
import { pyNumber } from './python';

/** An update rule written out in Python: the call that makes it and the function it calls. */
export interface RuleCode {
  /** Name of the function. */
  readonly name: string;
  /** Its hyperparameters, as keyword arguments. */
  readonly arguments: string;
  /** θ ← θ − γλθ before the rule. */
  readonly decay: number;
  readonly block: string;
}

const truth = (value: unknown): string => (value === true ? 'True' : 'False');

/** Types whose step needs second derivatives, a line search, or a state of its own over all tensors; a script has none of these. */
const NEVER = new Set(['sophia', 'newton', 'conjugateGradient', 'gradientDescent', 'prodigy', 'scheduleFree', 'lbfgs']);

/** The rule as a function of one tensor; null where it is more than that. Formulas as in core/optimizers. */
export function ruleCode(spec: OptimizerSpec): RuleCode | null {
  if (NEVER.has(spec.type) || !RULE_BLOCKS.has(spec.type === 'adamw' ? 'adam' : spec.type)) return null;
  const keras = spec.dialect === 'keras';
  const lambda = (spec.weightDecay as number | undefined) ?? 0;
  const apart = keras || spec.type === 'adamw' || (spec.dialect === 'paper' && spec.type !== 'adam');
  const inside = spec.type === 'lamb' || spec.type === 'adan' || spec.type === 'muon';
  const n = (name: string): string => pyNumber(spec[name] as number);
  const moments = (): string => `beta1=${n('beta1')}, beta2=${n('beta2')}, epsilon=${n('epsilon')}`;
  const made = (name: string, fields: string): RuleCode => ({
    name: RULE_NAMES.get(name)!, decay: apart && !inside ? lambda : 0, block: RULE_BLOCKS.get(name)!,
    arguments: [fields, apart || lambda === 0 ? '' : `l2=${pyNumber(lambda)}`].filter(Boolean).join(', '),
  });
  switch (spec.type) {
    case 'sgd': return made('sgd', `momentum=${n('momentum')}, dampening=${keras ? 0 : n('dampening')}, nesterov=${truth(spec.nesterov)}, keras=${truth(keras)}`);
    case 'adagrad': return made('adagrad', `start=${n('initialAccumulator')}, rate_decay=${keras ? 0 : n('learningRateDecay')}, epsilon=${n('epsilon')}, keras=${truth(keras)}`);
    case 'adadelta': return made('adadelta', `rho=${n('rho')}, epsilon=${n('epsilon')}`);
    case 'rmsprop': return made('rmsprop', `rho=${n('rho')}, epsilon=${n('epsilon')}, momentum=${n('momentum')}, centered=${truth(spec.centered)}, keras=${truth(keras)}`);
    case 'adam':
    case 'adamw': return made('adam', `${moments()}, amsgrad=${truth(spec.amsgrad)}, correction="${keras ? 'factor' : spec.dialect === 'paper' && spec.amsgrad === true ? 'none' : 'hats'}"`);
    case 'adamax': return made('adamax', `${moments()}, keras=${truth(keras)}`);
    case 'nadam': return made('nadam', `${moments()}, momentum_decay=${n('momentumDecay')}`);
    case 'radam': return made('radam', moments());
    case 'rprop': return made('rprop', `eta_minus=${n('etaMinus')}, eta_plus=${n('etaPlus')}, least=${n('minStep')}, most=${n('maxStep')}`);
    case 'asgd': return made('asgd', `lambd=${n('lambda')}, alpha=${n('alpha')}`);
    case 'lion': return made('lion', `beta1=${n('beta1')}, beta2=${n('beta2')}`);
    case 'lamb': return made('lamb', `${moments()}, decay=${pyNumber(lambda)}, keras=${truth(keras)}`);
    case 'adan': return made('adan', `beta1=${n('beta1')}, beta2=${n('beta2')}, beta3=${n('beta3')}, epsilon=${n('epsilon')}, decay=${pyNumber(lambda)}`);
    case 'adabelief': return made('adabelief', `${moments()}, amsgrad=${truth(spec.amsgrad)}`);
    case 'muon': return made('muon', `momentum=${n('momentum')}, nesterov=${truth(spec.nesterov)}, steps=${n('newtonSchulz')}, ratio=${n('adamRateRatio')}, ${moments()}, decay=${pyNumber(lambda)}`);
    default: return null;
  }
}

/** Muon works on the matrices of PyTorch's layout. */
export const ONLY_PYTORCH = new Set(['muon']);

const RULE_NAMES = new Map([
  'sgd', 'adagrad', 'adadelta', 'rmsprop', 'adam', 'adamax', 'nadam', 'radam', 'rprop', 'asgd', 'lion', 'lamb', 'adan', 'adabelief', 'muon',
].map((type) => [type, `${type}_update`]));

/** Each gets a tensor p, its gradient g, what is kept of it from step to step, the rate and the number of the step from 1. */
const RULE_BLOCKS: ReadonlyMap<string, string> = new Map([
  ['sgd', `
def sgd_update(p, g, kept, rate, t, momentum, dampening, nesterov, keras, l2=0):
    g = g + l2 * p
    if keras:
        m = kept["m"] = momentum * kept.get("m", 0) - rate * g
        return p + (momentum * m - rate * g if nesterov else m)
    b = kept["b"] = g if t == 1 else momentum * kept["b"] + (1 - dampening) * g
    return p - rate * (g + momentum * b if nesterov else b)`],
  ['adagrad', `
def adagrad_update(p, g, kept, rate, t, start, rate_decay, epsilon, keras, l2=0):
    g = g + l2 * p
    s = kept["s"] = kept.get("s", start) + g * g
    return p - rate / (1 + (t - 1) * rate_decay) * g / (sqrt(s + epsilon) if keras else sqrt(s) + epsilon)`],
  ['adadelta', `
def adadelta_update(p, g, kept, rate, t, rho, epsilon, l2=0):
    g = g + l2 * p
    v = kept["v"] = rho * kept.get("v", 0 * p) + (1 - rho) * g * g
    u = kept.get("u", 0 * p)
    delta = sqrt(u + epsilon) / sqrt(v + epsilon) * g
    kept["u"] = rho * u + (1 - rho) * delta * delta
    return p - rate * delta`],
  ['rmsprop', `
def rmsprop_update(p, g, kept, rate, t, rho, epsilon, momentum, centered, keras, l2=0):
    g = g + l2 * p
    v = kept["v"] = rho * kept.get("v", 0) + (1 - rho) * g * g
    if centered:
        mean = kept["mean"] = rho * kept.get("mean", 0) + (1 - rho) * g
        v = v - mean * mean
    u = g / (sqrt(v + epsilon) if keras else sqrt(v) + epsilon)
    if keras:
        m = kept["m"] = momentum * kept.get("m", 0) + rate * u
        return p - m
    b = kept["b"] = momentum * kept.get("b", 0) + u
    return p - rate * b`],
  ['adam', `
def adam_update(p, g, kept, rate, t, beta1, beta2, epsilon, amsgrad, correction, l2=0):
    """correction: "hats" as torch and the paper, "factor" as Keras, "none" as AMSGrad's paper."""
    g = g + l2 * p
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    v = kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * g * g
    if amsgrad:
        v = kept["largest"] = maximum(kept.get("largest", 0 * v), v)
    if correction == "none":
        return p - rate * m / (sqrt(v) + epsilon)
    bias1, root2 = 1 - beta1 ** t, (1 - beta2 ** t) ** 0.5
    if correction == "factor":
        return p - rate * root2 / bias1 * m / (sqrt(v) + epsilon)
    return p - rate / bias1 * m / (sqrt(v) / root2 + epsilon)`],
  ['adamax', `
def adamax_update(p, g, kept, rate, t, beta1, beta2, epsilon, keras, l2=0):
    g = g + l2 * p
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    u = kept["u"] = maximum(beta2 * kept.get("u", 0 * g), absolute(g) + (0 if keras else epsilon))
    return p - rate / (1 - beta1 ** t) * m / (u + epsilon if keras else u)`],
  ['nadam', `
def nadam_update(p, g, kept, rate, t, beta1, beta2, epsilon, momentum_decay, l2=0):
    g = g + l2 * p
    mu, ahead = (beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay)) for k in (t, t + 1))
    product = kept["product"] = kept.get("product", 1) * mu
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    v = kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * g * g
    u = ahead * m / (1 - product * ahead) + (1 - mu) * g / (1 - product)
    return p - rate * u / (sqrt(v / (1 - beta2 ** t)) + epsilon)`],
  ['radam', `
def radam_update(p, g, kept, rate, t, beta1, beta2, epsilon, l2=0):
    g = g + l2 * p
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    v = kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * g * g
    u = m / (1 - beta1 ** t)
    limit = 2 / (1 - beta2) - 1
    rho = limit - 2 * t * beta2 ** t / (1 - beta2 ** t)
    if rho > 5:
        u = u * ((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho) * (1 - beta2 ** t)) ** 0.5 / (sqrt(v) + epsilon)
    return p - rate * u`],
  ['rprop', `
def rprop_update(p, g, kept, rate, t, eta_minus, eta_plus, least, most):
    agreement = sign(g * kept.get("g", 0 * g))
    grown = kept.get("step", 0 * g + rate) * (1 + (eta_plus - 1) * maximum(agreement, 0 * g) + (eta_minus - 1) * maximum(-agreement, 0 * g))
    step = kept["step"] = clip(grown, least, most)
    g = kept["g"] = g * (1 - maximum(-agreement, 0 * g))
    return p - sign(g) * step`],
  ['asgd', `
def asgd_update(p, g, kept, rate, t, lambd, alpha, l2=0):
    eta = kept.get("eta", rate)
    kept["eta"] = rate / (1 + lambd * rate * t) ** alpha
    return p * (1 - lambd * eta) - eta * (g + l2 * p)`],
  ['lion', `
def lion_update(p, g, kept, rate, t, beta1, beta2):
    m = kept.get("m", 0)
    kept["m"] = beta2 * m + (1 - beta2) * g
    return p - rate * sign(beta1 * m + (1 - beta1) * g)`],
  ['lamb', `
def lamb_update(p, g, kept, rate, t, beta1, beta2, epsilon, decay, keras):
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    v = kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * g * g
    if keras:
        p = p * (1 - rate * decay)
    r = m / (1 - beta1 ** t) / (sqrt(v / (1 - beta2 ** t)) + epsilon) + (0 if keras else decay) * p
    weight, length = total(p * p) ** 0.5, total(r * r) ** 0.5
    return p - rate * (weight / length if weight > 0 and length > 0 else 1) * r`],
  ['adan', `
def adan_update(p, g, kept, rate, t, beta1, beta2, beta3, epsilon, decay):
    difference = g - kept.get("g", g)
    kept["g"] = 1 * g
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    v = kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * difference
    n = kept["n"] = beta3 * kept.get("n", 0) + (1 - beta3) * (g + beta2 * difference) * (g + beta2 * difference)
    u = (m / (1 - beta1 ** t) + beta2 * v / (1 - beta2 ** t)) / (sqrt(n) / (1 - beta3 ** t) ** 0.5 + epsilon)
    return (p - rate * u) / (1 + rate * decay)`],
  ['adabelief', `
def adabelief_update(p, g, kept, rate, t, beta1, beta2, epsilon, amsgrad):
    m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    s = kept["s"] = beta2 * kept.get("s", 0) + (1 - beta2) * (g - m) * (g - m) + epsilon
    if amsgrad:
        s = kept["largest"] = maximum(kept.get("largest", 0 * s), s)
    return p - rate * m / (1 - beta1 ** t) / (sqrt(s) / (1 - beta2 ** t) ** 0.5 + epsilon)`],
  ['muon', `
def muon_update(p, g, kept, rate, t, momentum, nesterov, steps, ratio, beta1, beta2, epsilon, decay):
    """Weights as matrices, outputs by the rest; what is no matrix by AdamW at ratio times the rate."""
    if p.dim() < 2:
        rate = rate * ratio
        m = kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
        v = kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * g * g
        return p * (1 - rate * decay) - rate * m / (1 - beta1 ** t) / (sqrt(v / (1 - beta2 ** t)) + epsilon)
    m = kept["m"] = momentum * kept.get("m", 0) + (1 - momentum) * g
    x = ((1 - momentum) * g + momentum * m if nesterov else m).flatten(1)
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        s = x @ x.T if x.shape[0] <= x.shape[1] else x.T @ x
        q = -4.775 * s + 2.0315 * s @ s
        x = 3.4445 * x + (q @ x if x.shape[0] <= x.shape[1] else x @ q)
    return p * (1 - rate * decay) - rate * max(1, x.shape[0] / x.shape[1]) ** 0.5 * x.reshape(p.shape)`],
]);
