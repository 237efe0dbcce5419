import { describe, expect, it } from 'vitest';
import { conflictsOf, defaultOf, dialectFor, fieldsOf, OPTIMIZERS, resolveOptimizer, SCHEDULES, type OptimizerInfo } from '../../src/core/optimizers/catalog';
import { createOptimizer } from '../../src/core/optimizers/create';
import { NO_PROGRESS } from '../../src/core/optimizers/optimizer';
import { fieldHelp, noProgressText, optimizerSummary, optimizerTitle, scheduleFieldHelp, scheduleTitle } from '../../src/wording/optimizers';

describe('the catalog', () => {
  for (const info of OPTIMIZERS.values()) {
    it(`is whole for ${info.type}`, () => {
      expect(info.dialects.length).toBeGreaterThan(0);
      for (const dialect of info.dialects) {
        expect(info.rule[dialect]?.latex, dialect).toBeTruthy();
        expect(info.rule[dialect]?.text, dialect).toBeTruthy();
        const spec = resolveOptimizer(info.type, dialect);
        if (info.needsMatrices) expect(() => createOptimizer(spec, 2, [])).toThrow('matrices');
        else expect(createOptimizer(spec, 2, []).spec).toBe(spec);
        for (const field of fieldsOf(info, dialect)) {
          const value = defaultOf(field, dialect, (name) => spec[name]);
          if (field.type.kind === 'number' || field.type.kind === 'integer') {
            expect(value).toBeGreaterThanOrEqual(field.type.minimum ?? -Infinity);
            expect(value).toBeLessThanOrEqual(field.type.maximum ?? Infinity);
          }
          if (field.type.kind === 'choice') expect(field.type.choices).toContain(value);
        }
      }
      expect(optimizerSummary(info.type)).toBe(info.summary);
      expect(optimizerTitle(info.type)).toBe(info.title);
      for (const field of info.fields) expect(fieldHelp(info.type, field.name), field.name).not.toBe('');
    });
  }

  it('has words for every schedule, its fields, and every way to stop', () => {
    for (const info of SCHEDULES.values()) {
      expect(scheduleTitle(info.schedule)).toBe(info.title);
      for (const field of info.fields) expect(scheduleFieldHelp(info.schedule, field.name), `${info.schedule}.${field.name}`).not.toBe('');
    }
    for (const reason of NO_PROGRESS) expect(noProgressText(reason)).toBeTruthy();
  });

  it('names what compares losses and what needs matrices', () => {
    const types = (holds: (info: OptimizerInfo) => boolean): string[] => [...OPTIMIZERS.values()].filter(holds).map(({ type }) => type);
    expect(types((info) => info.needsFullBatch)).toEqual(['lbfgs', 'newton', 'conjugateGradient', 'gradientDescent']);
    expect(types((info) => info.needsMatrices)).toEqual(['muon']);
  });
});

describe('resolving', () => {
  it('gives each dialect its defaults', () => {
    expect(resolveOptimizer('rmsprop', 'torch')).toEqual({ type: 'rmsprop', dialect: 'torch', learningRate: 0.01, rho: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0 });
    expect(resolveOptimizer('rmsprop', 'keras')).toEqual({ type: 'rmsprop', dialect: 'keras', learningRate: 0.001, rho: 0.9, epsilon: 1e-7, momentum: 0, centered: false, weightDecay: 0 });
    expect(resolveOptimizer('adamw', 'keras').weightDecay).toBe(0.004);
    expect(resolveOptimizer('sgd', 'keras')).not.toHaveProperty('dampening');
    expect(resolveOptimizer('lbfgs', 'torch')).toMatchObject({ learningRate: 1, history: 100, lineSearch: 'strongWolfe', maxIterations: 1 });
    expect(resolveOptimizer('lbfgs', 'torch', { lineSearch: null }).lineSearch).toBeNull();
  });

  it('takes the paper where no framework defines a type, and nothing where one does', () => {
    expect(resolveOptimizer('lion', 'torch')).toMatchObject({ dialect: 'paper', learningRate: 1e-4 });
    expect(resolveOptimizer('lion', 'keras')).toMatchObject({ dialect: 'keras', learningRate: 0.001 });
    expect(dialectFor(OPTIMIZERS.get('newton')!, 'keras')).toBe('paper');
    expect(dialectFor(OPTIMIZERS.get('radam')!, 'keras')).toBeNull();
    expect(dialectFor(OPTIMIZERS.get('sgd')!, 'paper')).toBeNull();
    expect(() => resolveOptimizer('radam', 'keras')).toThrow();
    expect(resolveOptimizer('lamb', 'torch')).toEqual({ type: 'lamb', dialect: 'paper', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.01 });
    expect(resolveOptimizer('lamb', 'keras')).toMatchObject({ dialect: 'keras', epsilon: 1e-7, weightDecay: 0 });
    expect(resolveOptimizer('muon', 'torch')).toMatchObject({ dialect: 'paper', learningRate: 0.02, momentum: 0.95, nesterov: true, newtonSchulz: 5 });
    expect(() => resolveOptimizer('muon', 'keras')).toThrow();
  });

  it('keeps fields apart that mean nothing beside another', () => {
    expect(resolveOptimizer('scheduleFree', 'torch')).toEqual({ type: 'scheduleFree', dialect: 'paper', learningRate: 1, base: 'sgd', beta1: 0.9, weightDecay: 0 });
    expect(resolveOptimizer('scheduleFree', 'torch', { base: 'adamw' })).toMatchObject({ learningRate: 0.0025, beta2: 0.999, epsilon: 1e-8 });
    expect(resolveOptimizer('gradientDescent', 'torch', { lineSearch: 'exactQuadratic' })).toEqual({ type: 'gradientDescent', dialect: 'paper', learningRate: 1, lineSearch: 'exactQuadratic' });
    expect(() => resolveOptimizer('scheduleFree', 'torch', { beta2: 0.9 })).toThrow();
  });

  it('resolves a schedule inside', () => {
    expect(resolveOptimizer('sgd', 'keras', { learningRate: { schedule: 'warmup', steps: 10, then: { schedule: 'plateau', initial: 0.1 } } }).learningRate).toEqual({
      schedule: 'warmup', unit: 'step', steps: 10, start: 1 / 3,
      then: { schedule: 'plateau', unit: 'step', initial: 0.1, factor: 0.1, patience: 10, threshold: 1e-4, minimum: 0, dialect: 'keras' },
    });
  });

  it('refuses what it does not know', () => {
    expect(() => resolveOptimizer('adam', 'torch', { momentum: 0.9 })).toThrow();
    expect(() => resolveOptimizer('__proto__', 'torch')).toThrow();
    expect(() => resolveOptimizer('sgd', 'torch', { learningRate: { schedule: 'step', initial: 1 } })).toThrow();
  });

  it('names what the frameworks refuse together', () => {
    const codes = (fields: Record<string, unknown>): string[] => conflictsOf(resolveOptimizer('sgd', 'torch', fields)).map((c) => c.code);
    expect(codes({ nesterov: true })).toEqual(['nesterovNeedsMomentum']);
    expect(codes({ nesterov: true, momentum: 0.9, dampening: 0.1 })).toEqual(['nesterovExcludesDampening']);
    expect(codes({ nesterov: true, momentum: 0.9 })).toEqual([]);
  });
});
