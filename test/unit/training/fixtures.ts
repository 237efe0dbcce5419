import type { FormulaObjective } from '../../../src/core/objectives/objective';
import type { ObjectiveSpec } from '../../../src/core/objectives/spec';
import type { OptimizerSpec } from '../../../src/core/optimizers/spec';
import { DEPENDENCIES, type RunDependencies } from '../../../src/core/training/dependencies';
import { RecordBuilder } from '../../../src/core/training/record';
import { runTrial, type RunHooks } from '../../../src/core/training/run';
import type { RunRecord, RunSummary, ObjectiveTrial } from '../../../src/core/training/trial';

/** ½Σλᵢxᵢ²: every quantity of a descent on it has a closed form. */
export function quadratic(lambdas: readonly number[]): FormulaObjective {
  return {
    dimension: lambdas.length,
    segments: [{ name: 'x', offset: 0, shape: [lambdas.length] }],
    variables: lambdas.map((_, i) => `x${i}`),
    domain: null, minima: [], start: null, latex: '', gradientLatex: null, text: '', gradientText: null,
    evaluate(theta, out) {
      let sum = 0;
      lambdas.forEach((lambda, i) => {
        sum += 0.5 * lambda * theta[i] ** 2;
        if (out) out[i] = lambda * theta[i];
      });
      return sum;
    },
    hessianVector(_theta, v, out) {
      lambdas.forEach((lambda, i) => { out[i] = lambda * v[i]; });
    },
  };
}

export const expression = (text: string): ObjectiveSpec => ({
  function: { kind: 'expression', expression: text, constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0,
});

export const builtin = (name: string, dimension = 2, condition?: number): ObjectiveSpec => ({
  function: { kind: 'function', name, dimension, ...(condition === undefined ? {} : { condition }) }, goal: 'minimize', view: null, minima: [], gradientNoise: 0,
});

export const sgd = (learningRate: OptimizerSpec['learningRate'], more: Record<string, unknown> = {}): OptimizerSpec => ({
  type: 'sgd', dialect: 'torch', learningRate, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, ...more,
});

export const adam = (learningRate: OptimizerSpec['learningRate'], more: Record<string, unknown> = {}): OptimizerSpec => ({
  type: 'adam', dialect: 'torch', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false, weightDecay: 0, ...more,
});

export const rmsprop = (learningRate: OptimizerSpec['learningRate'], more: Record<string, unknown> = {}): OptimizerSpec => ({
  type: 'rmsprop', dialect: 'torch', learningRate, rho: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0, ...more,
});

export function trial(objective: ObjectiveSpec, optimizer: OptimizerSpec, start: readonly number[], more: Partial<Omit<ObjectiveTrial, 'stop'>> & { stop?: Partial<ObjectiveTrial['stop']> } = {}): ObjectiveTrial {
  return {
    kind: 'objective', id: '0/0/0/0', label: optimizer.type, optimizerIndex: 0, variant: null, variantIndex: null, startIndex: 0, seed: 0, sweep: null,
    objective, optimizer, start, clipNorm: null, clipValue: null, diagnostics: { tier: 'basic', every: 1 },
    ...more,
    stop: { steps: 1000, gradientNorm: 1e-6, loss: null, change: null, seconds: null, ...more.stop },
  };
}

/** Dependencies with an objective given as it is, whatever the trial says. */
export const withObjective = (objective: FormulaObjective): RunDependencies => ({ ...DEPENDENCIES, compileObjective: () => objective });

export interface Ran {
  readonly summary: RunSummary;
  readonly record: RunRecord;
  readonly pieces: readonly RunRecord[];
}

export function run(what: ObjectiveTrial, dependencies?: RunDependencies, hooks: Partial<RunHooks> = {}): Ran {
  const pieces: RunRecord[] = [];
  const summary = runTrial(what, { interval: Infinity, cancelled: () => false, now: () => performance.now(), ...hooks, rows: (record) => pieces.push(record) }, dependencies);
  const builder = new RecordBuilder();
  pieces.forEach((piece) => builder.append(piece));
  return { summary, record: builder.build(), pieces };
}
