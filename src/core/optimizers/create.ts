import type { Arena, Kernels } from '../kernels/kernels';
import type { Segment } from '../objectives/objective';
import { Rprop, Prodigy, Sophia } from './adaptiveRate';
import { ScaleByAdam, ScaleByAdamax, ScaleByAdan, ScaleByBelief, ScaleByLion, ScaleByNadam, ScaleByRadam, type AdamFields, type Correction } from './adamTransforms';
import { Asgd, ScheduleFree } from './averaging';
import { Chain, UNKNOWN_STABILITY, type Stability } from './chain';
import { ConjugateGradient } from './conjugateGradient';
import { FusedAdam, FusedMomentum, FusedRmsprop, FusedSgd } from './fused';
import { GradientDescent } from './gradientDescent';
import { KernelAdam, KernelMomentum, KernelRmsprop, KernelSgd } from './kernelRules';
import { Lamb } from './lamb';
import { Lbfgs } from './lbfgs';
import { Muon } from './muon';
import { Newton, NEWTON_MAX_DIMENSION, NEWTON_MAX_PARAMETERS } from './newton';
import type { Optimizer } from './optimizer';
import type { OptimizerSpec } from './spec';
import { heavyBallLimit, mixedMomentumLimit, nesterovLimit } from './stability';
import { AddDecayedWeights, DecayWeights, ProximalDecay, ScaleByDelta, ScaleByRate, ScaleByRms, ScaleByRootSum, Trace, type Preconditioner, type Transform } from './transforms';

/**
 * Makes the optimizer of a resolved spec with its state for `dimension` parameters.
 * @param segments the parameter tensors, for rules that work on one at a time (lamb, muon).
 * @param kernels of a network, whose parameters and gradients lie in their memory: the hot rules then run there and keep their state
 * there, allocated when it is made.
 * @throws Error for a type that is not in the catalog, a dimension a rule can't take (newton), or no matrices for muon.
 */
export function createOptimizer(spec: OptimizerSpec, dimension: number, segments: readonly Segment[], kernels: Kernels | null = null): Optimizer {
  switch (spec.type) {
    case 'sgd':
      if (kernels) return spec.momentum === 0 ? new KernelSgd(spec, kernels) : new KernelMomentum(spec, dimension, kernels);
      return spec.momentum === 0 ? new FusedSgd(spec) : new FusedMomentum(spec, dimension);
    case 'rmsprop':
      return kernels && spec.momentum === 0 && spec.centered === false ? new KernelRmsprop(spec, dimension, kernels) : new FusedRmsprop(spec, dimension);
    case 'adam':
    case 'adamw': {
      const decoupled = spec.type === 'adamw' || spec.dialect === 'keras';
      return kernels ? new KernelAdam(spec, dimension, correctionOf(spec), decoupled, kernels) : new FusedAdam(spec, dimension, correctionOf(spec), decoupled);
    }
    case 'lamb':
      return new Lamb(spec, dimension, segments);
    case 'muon':
      return new Muon(spec, segments, kernels);
    case 'rprop':
      return new Rprop(spec, dimension);
    case 'asgd':
      return new Asgd(spec);
    case 'scheduleFree':
      return new ScheduleFree(spec, dimension);
    case 'prodigy':
      return new Prodigy(spec, dimension);
    case 'sophia':
      return new Sophia(spec, dimension);
    case 'lbfgs':
      return new Lbfgs(spec, dimension);
    case 'newton':
      return new Newton(spec, dimension, kernels ? NEWTON_MAX_PARAMETERS : NEWTON_MAX_DIMENSION);
    case 'conjugateGradient':
      return new ConjugateGradient(spec, dimension);
    case 'gradientDescent':
      return new GradientDescent(spec, dimension, kernels);
    default:
      return createChain(spec, dimension);
  }
}

/** Takes from an arena what the optimizer's state will take from a network's kernels, so that `measure` can count it. */
export function optimizerArena(spec: OptimizerSpec, dimension: number, segments: readonly Segment[], arena: Arena): void {
  // A constructor only allocates, for which an arena is enough.
  createOptimizer(spec, dimension, segments, arena as Kernels);
}

/**
 * The same optimizers as chains of transforms, the fused ones too (they are tested against these).
 * @throws Error for a type that is no chain.
 */
export function createChain(spec: OptimizerSpec, dimension: number): Chain {
  const keras = spec.dialect === 'keras';
  const lambda = spec.weightDecay as number;
  // Papers newer than AdamW, and Keras everywhere, keep decay apart from the gradient.
  const decoupled = keras || spec.type === 'adamw' || (spec.dialect === 'paper' && spec.type !== 'adam');
  const first = lambda === 0 ? [] : [decoupled ? new DecayWeights(lambda) : new AddDecayedWeights(lambda)];
  const chain = (transforms: readonly Transform[], stability: Stability): Chain => new Chain(spec, [...first, ...transforms], stability);
  // An L2 decay adds λ to the Hessian before D divides it: no limit on D^-½HD^-½ alone is known then.
  const known = decoupled || lambda === 0;
  const decay = decoupled ? lambda : 0;
  const scaled = (scale: Preconditioner, limit: (rate: number) => number | null): Chain => chain([scale, new ScaleByRate()], { limit: known ? limit : () => null, diagonal: scale });
  const momentum = (): Transform => new Trace(dimension, spec.momentum as number, (spec.dampening as number | undefined) ?? 0, spec.nesterov === true);
  const adam: AdamFields = { beta1: spec.beta1 as number, beta2: spec.beta2 as number, epsilon: spec.epsilon as number };
  const adamLimit = (rate: number): number => heavyBallLimit(rate, adam.beta1, 1 - adam.beta1, decay);
  const plainLimit = (rate: number): number => heavyBallLimit(rate, 0, 1, decay);

  switch (spec.type) {
    case 'sgd': {
      const beta = spec.momentum as number;
      const limit = (rate: number): number => {
        const bound = spec.nesterov === true ? nesterovLimit(rate, beta, decay) : heavyBallLimit(rate, beta, 1 - ((spec.dampening as number | undefined) ?? 0), decay);
        return decoupled ? bound : bound - lambda;
      };
      if (beta === 0) return chain([new ScaleByRate()], { limit, diagonal: null });
      return chain(keras ? [new ScaleByRate(), momentum()] : [momentum(), new ScaleByRate()], { limit, diagonal: null });
    }
    case 'rmsprop': {
      const scale = new ScaleByRms(dimension, spec.rho as number, spec.epsilon as number, keras, spec.centered as boolean);
      const tail = spec.momentum === 0 ? [new ScaleByRate()] : keras ? [new ScaleByRate(), momentum()] : [momentum(), new ScaleByRate()];
      return chain([scale, ...tail], { limit: known ? (rate) => heavyBallLimit(rate, spec.momentum as number, 1, decay) : () => null, diagonal: scale });
    }
    case 'adagrad':
      return scaled(new ScaleByRootSum(dimension, spec.initialAccumulator as number, spec.epsilon as number, keras, (spec.learningRateDecay as number | undefined) ?? 0), plainLimit);
    case 'adadelta':
      return scaled(new ScaleByDelta(dimension, spec.rho as number, spec.epsilon as number), plainLimit);
    case 'adam':
    case 'adamw':
      return scaled(new ScaleByAdam(dimension, adam, correctionOf(spec), spec.amsgrad as boolean), adamLimit);
    case 'adamax':
      return scaled(new ScaleByAdamax(dimension, adam, !keras), adamLimit);
    case 'nadam': {
      const scale = new ScaleByNadam(dimension, adam, spec.momentumDecay as number);
      return scaled(scale, (rate) => (decay !== 0 ? null : mixedMomentumLimit(rate, adam.beta1, scale.momentumWeight, scale.gradientWeight)));
    }
    case 'radam':
      return scaled(new ScaleByRadam(dimension, adam), adamLimit);
    case 'adabelief':
      return scaled(new ScaleByBelief(dimension, adam, spec.amsgrad as boolean), adamLimit);
    case 'lion':
      return chain([new ScaleByLion(dimension, adam.beta1, adam.beta2), new ScaleByRate()], UNKNOWN_STABILITY);
    case 'adan': {
      const scale = new ScaleByAdan(dimension, adam.beta1, adam.beta2, spec.beta3 as number, adam.epsilon);
      return new Chain(spec, lambda === 0 ? [scale, new ScaleByRate()] : [scale, new ScaleByRate(), new ProximalDecay(lambda)], UNKNOWN_STABILITY);
    }
    default:
      throw new Error(`no optimizer ${spec.type}`);
  }
}

/** Keras folds the corrections into the rate; AMSGrad's paper has none. */
function correctionOf(spec: OptimizerSpec): Correction {
  if (spec.dialect === 'keras') return 'factor';
  return spec.dialect === 'paper' && spec.amsgrad === true ? 'none' : 'hats';
}
