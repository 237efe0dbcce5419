import { describe, expect, it } from 'vitest';
import type { OptimizerSpec } from '../../../src/core/optimizers/spec';
import { DEPENDENCIES, type RunDependencies } from '../../../src/core/training/dependencies';
import { generatedLoop } from '../../../src/core/training/generatedLoop';
import { adam, expression, rmsprop, run, sgd, trial } from './fixtures';

const FUNCTIONS: readonly (readonly [string, readonly number[]])[] = [
  ['x^4 - 3x^2 + x', [2]],
  ['(1 - x)^2 + 100(y - x^2)^2', [-1.2, 1]],
  ['x^2 + 3y^2 + 0.5z^2 + sin(x*y) - 2exp(-z^2)', [1, -2, 1.5]],
];

const OPTIMIZERS: readonly OptimizerSpec[] = [
  sgd(1e-3), sgd(1e-3, { weightDecay: 0.1 }), sgd(1e-3, { dialect: 'keras', weightDecay: 0.1 }),
  ...['torch', 'keras'].flatMap((dialect) => [true, false].map((nesterov) => sgd(1e-4, { dialect, nesterov, momentum: 0.9, weightDecay: 0.01, dampening: nesterov ? 0 : 0.1 }))),
  ...['torch', 'keras', 'paper'].flatMap((dialect) => [true, false].map((amsgrad) => adam(0.02, { dialect, amsgrad, weightDecay: 0.01 }))),
  adam(0.02, { type: 'adamw', weightDecay: 0.05 }),
  ...['torch', 'keras'].flatMap((dialect) => [true, false].map((centered) => rmsprop(0.003, { dialect, centered, momentum: centered ? 0.5 : 0, weightDecay: 0.01 }))),
];

/** Without the objective's code no loop can be generated. */
const plain: RunDependencies = { ...DEPENDENCIES, compileObjective: (spec) => ({ ...DEPENDENCIES.compileObjective(spec), inline: undefined }) };

describe('the generated loop', () => {
  it.each(OPTIMIZERS)('gives what the others give, bit by bit: %o', (optimizer) => {
    for (const [text, start] of FUNCTIONS) {
      const what = trial(expression(text), optimizer, start, { stop: { steps: 2500, gradientNorm: 1e-9 } });
      const objective = DEPENDENCIES.compileObjective(what.objective);
      expect(generatedLoop(objective, DEPENDENCIES.createOptimizer(optimizer, start.length, []).inline)).toBeTypeOf('function');
      const generated = run(what);
      const quick = run(what, plain);
      const whole = run({ ...what, diagnostics: { tier: 'standard', every: 1000 } });
      for (const name of Object.keys(generated.record.columns)) {
        expect(generated.record.columns[name]).toEqual(quick.record.columns[name]);
        expect(generated.record.columns[name]).toEqual(whole.record.columns[name]);
      }
      expect(generated.summary).toEqual({ ...quick.summary, seconds: generated.summary.seconds });
      expect(generated.summary).toEqual({ ...whole.summary, seconds: generated.summary.seconds });
    }
  });

  it('ends a run where the others end it: tolerance, divergence', () => {
    for (const [rate, status] of [[0.1, 'converged'], [1.2, 'diverged']] as const) {
      const what = trial(expression('x^2 + y^2/2'), sgd(rate), [1, 1], { stop: { steps: 5000, gradientNorm: 1e-8 } });
      const generated = run(what);
      expect(generated.summary.status).toBe(status);
      expect(generated.summary).toEqual({ ...run(what, plain).summary, seconds: generated.summary.seconds });
    }
  });

  it('is made once for an objective and a rule, whatever the hyperparameters', () => {
    const objective = DEPENDENCIES.compileObjective(expression('x^2'));
    const loop = (spec: OptimizerSpec) => generatedLoop(objective, DEPENDENCIES.createOptimizer(spec, 1, []).inline);
    expect(loop(adam(0.1))).toBe(loop(adam(0.2, { beta1: 0.5, weightDecay: 1 })));
    expect(loop(adam(0.1))).not.toBe(loop(adam(0.1, { amsgrad: true })));
    expect(loop(adam(0.1))).not.toBe(loop(rmsprop(0.1)));
  });

  it('is not made where code may not be generated, nor for rules that are none', () => {
    const objective = DEPENDENCIES.compileObjective(expression('x^2'));
    expect(generatedLoop({ ...objective, inline: undefined }, DEPENDENCIES.createOptimizer(adam(0.1), 1, []).inline)).toBeNull();
    expect(generatedLoop(objective, undefined)).toBeNull();
  });
});
