import { describe, expect, it } from 'vitest';
import { completeEdits } from '../../src/host/editor/pageEdits';

const file = {
  stop: { steps: 300 },
  optimizers: [
    { type: 'sgd', label: 'NAG', learningRate: 0.02, momentum: 0.9, dampening: 0.1 },
    { type: 'adam', learningRate: { schedule: 'exponential', initial: 0.2, factor: 0.99 } },
  ],
};

describe('edits of the page', () => {
  it('passes plain values on', () => {
    const edits = [{ path: '/optimizers/0/learningRate', value: 0.1 }, { path: '/seed', value: 3 }];
    expect(completeEdits(file, edits)).toEqual(edits);
  });

  it('takes along what another type does not know, and keeps what it knows', () => {
    expect(completeEdits(file, [{ path: '/optimizers/0/type', value: 'adam' }])).toEqual([
      { path: '/optimizers/0/type', value: 'adam' },
      { path: '/optimizers/0/momentum', value: undefined },
      { path: '/optimizers/0/dampening', value: undefined },
    ]);
  });

  it('calls an optimizer of another type by the name of that, unless a person chose the name or an expectation speaks of it', () => {
    const labels = (own: string, others: readonly unknown[] = [], expectations: readonly unknown[] = []) => completeEdits({ optimizers: [{ type: 'adam', label: own }, ...others], expect: expectations }, [{ path: '/optimizers/0/type', value: 'rmsprop' }]).filter(({ path }) => path.endsWith('/label'));
    expect(labels('Adam')).toEqual([{ path: '/optimizers/0/label', value: 'RMSprop' }]);
    expect(labels('Adam 3')).toEqual([{ path: '/optimizers/0/label', value: 'RMSprop' }]);
    expect(labels('Adam', [{ type: 'sgd', label: 'RMSprop' }, { type: 'rmsprop', label: 'RMSprop 2' }])).toEqual([{ path: '/optimizers/0/label', value: 'RMSprop 3' }]);
    expect(labels('Adam', [{ type: 'rmsprop' }])).toEqual([{ path: '/optimizers/0/label', value: 'RMSprop 2' }]);
    expect(labels('the fast one')).toEqual([]);
    expect(labels('Adam', [], [{ optimizer: 'Adam', status: 'converged' }])).toEqual([]);
  });

  it('takes along what another dialect does not know', () => {
    expect(completeEdits(file, [{ path: '/optimizers/0/dialect', value: 'keras' }])).toEqual([
      { path: '/optimizers/0/dialect', value: 'keras' },
      { path: '/optimizers/0/dampening', value: undefined },
    ]);
  });

  it('makes a whole schedule of a constant rate, with every required field', () => {
    expect(completeEdits(file, [{ path: '/optimizers/0/learningRate/schedule', value: 'cosine' }])).toEqual([
      { path: '/optimizers/0/learningRate', value: { schedule: 'cosine', initial: 0.02, steps: 300 } },
    ]);
    expect(completeEdits(file, [{ path: '/optimizers/0/learningRate/schedule', value: 'multiStep' }])).toEqual([
      { path: '/optimizers/0/learningRate', value: { schedule: 'multiStep', initial: 0.02, milestones: [150, 225] } },
    ]);
  });

  it('keeps no number that means something else in the new schedule', () => {
    const cosine = { stop: { steps: 300 }, optimizers: [{ type: 'adam', learningRate: { schedule: 'cosine', initial: 0.2, final: 0.01, steps: 250 } }] };
    expect(completeEdits(cosine, [{ path: '/optimizers/0/learningRate/schedule', value: 'warmup' }])).toEqual([
      { path: '/optimizers/0/learningRate', value: { schedule: 'warmup', steps: 30, then: 0.2 } },
    ]);
    expect(completeEdits(cosine, [{ path: '/optimizers/0/learningRate/schedule', value: 'polynomial' }])).toEqual([
      { path: '/optimizers/0/learningRate', value: { schedule: 'polynomial', initial: 0.2, final: 0.01, steps: 250 } },
    ]);
  });

  it('keeps the rate when the schedule changes or goes', () => {
    expect(completeEdits(file, [{ path: '/optimizers/1/learningRate/schedule', value: 'oneCycle' }])).toEqual([
      { path: '/optimizers/1/learningRate', value: { schedule: 'oneCycle', peak: 0.2, steps: 300 } },
    ]);
    expect(completeEdits(file, [{ path: '/optimizers/1/learningRate/schedule', value: 'constant' }])).toEqual([
      { path: '/optimizers/1/learningRate', value: 0.2 },
    ]);
  });

  it('writes null for the empty choice', () => {
    const lbfgs = { optimizers: [{ type: 'lbfgs' }] };
    expect(completeEdits(lbfgs, [{ path: '/optimizers/0/lineSearch', value: '' }])).toEqual([{ path: '/optimizers/0/lineSearch', value: null }]);
  });
});
