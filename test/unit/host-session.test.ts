import { describe, expect, it } from 'vitest';
import type { RunRecord, RunSummary, ObjectiveTrial } from '../../src/core/training/trial';
import type { Experiment } from '../../src/format/experiment';
import { ExperimentSession } from '../../src/host/runs/session';
import { parseExperiment } from '../../src/format/parse';
import { isCheap } from '../../src/host/runs/cost';
import { outcomeText } from '../../src/host/runs/progress';
import { trialKey } from '../../src/host/runs/trialKey';
import type { RunOptions, WorkerPool } from '../../src/worker/pool';

function trial(index: number, rate: number, more: Partial<ObjectiveTrial> = {}): ObjectiveTrial {
  return {
    kind: 'objective', id: `0/${index}/0/0`, label: `o${index}`, optimizerIndex: index, variant: null, variantIndex: null, startIndex: 0, start: [1], seed: 0, sweep: null,
    objective: { function: { kind: 'expression', expression: 'x^2', constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 },
    optimizer: { type: 'sgd', dialect: 'torch', learningRate: rate }, clipNorm: null, clipValue: null,
    stop: { steps: 10, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 }, ...more,
  };
}

function experiment(...trials: ObjectiveTrial[]): Experiment {
  return { title: null, description: null, seed: 0, seeds: 1, dialect: 'torch', kind: 'objective', variants: [], sweep: null, expect: [], trials, place: (_trial, path) => path, refusal: null };
}

interface Going {
  readonly trial: ObjectiveTrial;
  readonly options: RunOptions;
  rows(step: number, loss: number): void;
  end(status?: RunSummary['status'], remedy?: string): void;
}

/** A pool whose runs the test brings to their ends; a cancelled one ends by itself. */
class ManualPool {
  readonly going: Going[] = [];
  run(trial: ObjectiveTrial, onRows: (record: RunRecord) => void, options: RunOptions): Promise<RunSummary> {
    return new Promise((resolve) => {
      let loss = NaN;
      let steps = 0;
      const end: Going['end'] = (status = 'completed', remedy) => resolve({
        trialId: trial.id, status, reason: { rule: 'steps' }, steps, seconds: 0.001, evaluations: steps, loss, gradientNorm: 0, parameters: [0], criticalPoint: null,
        verdict: { kind: 'completed', evidence: {}, remedies: remedy ? [{ id: 'learningRate', path: remedy, value: 1 }] : [] },
      });
      options.signal?.addEventListener('abort', () => end('cancelled'));
      options.onStart?.();
      this.going.push({
        trial, options, end,
        rows: (step, value) => {
          [steps, loss] = [step, value];
          onRows({ rows: 1, columns: { step: Float64Array.of(step), loss: Float64Array.of(value), gradientNorm: Float64Array.of(0) }, kept: 'all', snapshots: null });
        },
      });
    });
  }
  of(index: number, rate: number): Going {
    return [...this.going].reverse().find(({ trial }) => trial.optimizerIndex === index && trial.optimizer.learningRate === rate)!;
  }
}

function setup(): { pool: ManualPool; session: ExperimentSession; changes: string[] } {
  const pool = new ManualPool();
  const session = new ExperimentSession({ pool: () => pool as unknown as WorkerPool, data: () => Promise.reject(new Error('no data here')), recordBytes: () => 1e6, log: () => undefined });
  const changes: string[] = [];
  session.onDidChange((change) => changes.push(change.kind));
  return { pool, session, changes };
}

const settle = (milliseconds = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const states = (session: ExperimentSession): string[] => session.runs.map((run) => `${run.trial.id} ${run.status}${run.stale ? ' stale' : ''}`);

async function twoFinished(): Promise<ReturnType<typeof setup>> {
  const made = setup();
  made.session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
  const done = made.session.runAll();
  made.pool.going.forEach((going, i) => { going.rows(10, i + 1); going.end('completed', `/optimizers/${i}/learningRate`); });
  await done;
  return made;
}

describe('trialKey', () => {
  it('is the same for what gives the same run, whatever its place in the file', () => {
    const a = trial(0, 0.1);
    expect(trialKey({ ...a, id: 'elsewhere', optimizerIndex: 3 })).toBe(trialKey(a));
    expect(trialKey({ ...a, optimizer: { learningRate: 0.1, dialect: 'torch', type: 'sgd' } })).toBe(trialKey(a));
    expect(trialKey({ ...a, objective: { ...a.objective, view: [[-1, 1]] } })).toBe(trialKey(a));
  });

  it('differs for another rate, seed, start or label', () => {
    const keys = [trial(0, 0.1), trial(0, 0.2), trial(0, 0.1, { seed: 1 }), trial(0, 0.1, { start: [2] }), trial(0, 0.1, { label: 'b' })].map(trialKey);
    expect(new Set(keys).size).toBe(5);
  });

  it('counts a run without a limit as dear', () => {
    const endless = trial(0, 0.1, { stop: { steps: null, gradientNorm: 1e-6, loss: null, change: null, seconds: null } });
    expect(isCheap([trial(0, 0.1)])).toBe(true);
    expect(isCheap([endless])).toBe(false);
    expect(isCheap(Array.from({ length: 3 }, () => trial(0, 0.1, { stop: { ...endless.stop, steps: 1e6 } })))).toBe(false);
  });
});

describe('a session', () => {
  it('streams, ends, and says when the last run ended', async () => {
    const { session, changes } = await twoFinished();
    expect(states(session)).toEqual(['0/0/0/0 completed', '0/1/0/0 completed']);
    expect(session.running).toBe(false);
    expect(changes[0]).toBe('replaced');
    expect(changes.at(-1)).toBe('settled');
    expect(session.runs.map((run) => run.builder.rows)).toEqual([1, 1]);
  });

  it('marks stale only what a change of the file concerns', async () => {
    const { session } = await twoFinished();
    session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
    expect(states(session)).toEqual(['0/0/0/0 completed', '0/1/0/0 completed']);
    session.update(experiment(trial(0, 0.1), trial(1, 0.3)), false);
    expect(states(session)).toEqual(['0/0/0/0 completed', '0/1/0/0 completed stale']);
    session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
    expect(states(session)).toEqual(['0/0/0/0 completed', '0/1/0/0 completed']);
  });

  it('follows a run to its new place, remedies too, and drops what is deleted', async () => {
    const { session } = await twoFinished();
    session.update(experiment(trial(0, 0.2, { label: 'o1' })), false);
    expect(states(session)).toEqual(['0/0/0/0 completed']);
    const [run] = session.runs;
    expect(run.loss).toBe(2);
    expect(run.currentPath('/optimizers/1/learningRate')).toBe('/optimizers/0/learningRate');
    expect(run.currentPath('/stop/steps')).toBe('/stop/steps');
  });

  it('runs again, live, only what the change made stale', async () => {
    const { session, pool } = await twoFinished();
    session.update(experiment(trial(0, 0.1), trial(1, 0.3)), true);
    await settle(200);
    expect(pool.going).toHaveLength(3);
    expect(pool.going[2].trial.optimizer.learningRate).toBe(0.3);
    pool.going[2].rows(10, 7);
    pool.going[2].end();
    await settle();
    expect(states(session)).toEqual(['0/0/0/0 completed', '0/1/0/0 completed']);
  });

  it('does not start dear runs by itself', async () => {
    const { session, pool } = await twoFinished();
    session.update(experiment(trial(0, 0.1, { stop: { steps: 3e6, gradientNorm: null, loss: null, change: null, seconds: null } })), true);
    await settle(200);
    expect(pool.going).toHaveLength(2);
  });

  it('cancels what goes and keeps its rows', async () => {
    const { session, pool } = setup();
    session.update(experiment(trial(0, 0.1)), false);
    const done = session.runAll();
    pool.going[0].rows(3, 5);
    session.cancel();
    await done;
    expect(states(session)).toEqual(['0/0/0/0 cancelled']);
    expect(session.runs[0].builder.rows).toBe(1);
  });

  it('starts anew what is run again while it goes', async () => {
    const { session, pool } = setup();
    session.update(experiment(trial(0, 0.1)), false);
    const first = session.runAll();
    const second = session.runAll();
    await first;
    expect(session.running).toBe(true);
    pool.going[1].rows(10, 1);
    pool.going[1].end();
    await second;
    expect(states(session)).toEqual(['0/0/0/0 completed']);
    expect(session.running).toBe(false);
  });

  it('previews only what differs, without touching results', async () => {
    const { session, pool, changes } = await twoFinished();
    session.showPreview(experiment(trial(0, 0.1), trial(1, 0.5)));
    expect(pool.going).toHaveLength(3);
    expect(pool.going[2].options).toMatchObject({ priority: 'interactive', tryRemedies: false });
    pool.going[2].rows(10, 9);
    pool.going[2].end();
    await settle();
    expect(changes.at(-1)).toBe('preview');
    expect(session.preview.map((run) => [run.preview, run.loss])).toEqual([[true, 9]]);
    expect(session.runs.map((run) => run.loss)).toEqual([1, 2]);
  });

  it('gives up a preview for a newer one', async () => {
    const { session, pool } = await twoFinished();
    session.showPreview(experiment(trial(0, 0.1), trial(1, 0.5)));
    session.showPreview(experiment(trial(0, 0.1), trial(1, 0.6)));
    expect(pool.of(1, 0.5).options.signal?.aborted).toBe(true);
    expect(pool.of(1, 0.6).options.signal?.aborted).toBe(false);
  });

  it('answers a preview of what is there already with the result', async () => {
    const { session, pool, changes } = await twoFinished();
    session.showPreview(experiment(trial(0, 0.1), trial(1, 0.2)));
    expect(pool.going).toHaveLength(2);
    expect(changes.at(-1)).toBe('preview');
    expect(session.preview.map((run) => run.loss)).toEqual([1, 2]);
  });

  it('makes a result of a preview when its values are written, and runs it once more for its remedies', async () => {
    const { session, pool } = await twoFinished();
    const dragged = experiment(trial(0, 0.1), trial(1, 0.5));
    session.showPreview(dragged);
    pool.going[2].rows(10, 9);
    pool.going[2].end();
    await settle();
    session.endPreview();
    session.update(dragged, false);
    expect(states(session)).toEqual(['0/0/0/0 completed', '0/1/0/0 completed']);
    expect(session.runs[1].loss).toBe(9);
    expect(session.runs[1].preview).toBe(false);
    await settle(200);
    expect(pool.going[3]).toMatchObject({ trial: { optimizer: { learningRate: 0.5 } }, options: { tryRemedies: true } });
  });

  it('shares memory among many runs: a thousand of them, each longer than its part, stay within about a gigabyte', async () => {
    const pool = new ManualPool();
    const session = new ExperimentSession({ pool: () => pool as unknown as WorkerPool, data: () => Promise.reject(new Error('no data here')), recordBytes: () => 64e6, log: () => undefined });
    session.update(experiment(...Array.from({ length: 1000 }, (_, k) => trial(k, 0.1))), false);
    void session.runAll();
    const rows = 100_000;
    const step = Float64Array.from({ length: rows }, (_, k) => k);
    const names = ['step', 'loss', 'gradientNorm', ...[0, 1, 2].flatMap((k) => [`theta${k}`, `gradient${k}`])];
    const [run] = session.runs;
    run.append({ rows, columns: Object.fromEntries(names.map((name) => [name, step])), kept: 'all', snapshots: null });
    const { columns } = run.builder.build();
    const buffers = new Set(Object.values(columns).map(({ buffer }) => buffer));
    const bytes = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes * session.runs.length).toBeLessThanOrEqual(1.01e9);
    expect(columns.step[0]).toBe(0);
    expect(columns.step.at(-1)).toBe(rows - 1);
  });
});

describe('work that is done unasked', () => {
  const [network] = parseExperiment(JSON.stringify({
    gdexp: 1, data: { csv: 'x.csv', target: 'y' }, model: { layers: [{ type: 'dense', units: 64, activation: 'relu' }, { type: 'dense', units: 1 }] }, loss: 'meanSquaredError', optimizers: [{ type: 'sgd' }],
  })).experiment!.trials;

  it('is none of a network whose data nobody has read', () => expect(isCheap([network])).toBe(false));
  it('is a small network on few rows, and not the same on many', () => {
    expect(isCheap([network], () => ({ rows: 500, shape: [10] }))).toBe(true);
    expect(isCheap([network], () => ({ rows: 500_000, shape: [10] }))).toBe(false);
  });
});

it('a remedy names the place that counts: among several variants the run’s own', () => {
  const { experiment } = parseExperiment(JSON.stringify({
    gdexp: 1, objective: { expression: 'x^2', start: { x: 1 } }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
    variants: [{ label: 'fast', set: { '/optimizers/0/learningRate': 3 } }, { label: 'slow', set: { '/stop/steps': 5 } }],
  }));
  const [fast, slow] = experiment!.trials;
  expect(experiment!.place(fast, '/optimizers/0/learningRate')).toBe('/variants/0/set/~1optimizers~10~1learningRate');
  expect(experiment!.place(slow, '/optimizers/0/learningRate')).toBe('/variants/1/set/~1optimizers~10~1learningRate');
});

it('a remedy for one of several starts of a variant leaves the other starts and variants alone', () => {
  const file = {
    gdexp: 1, objective: { expression: 'x^2', start: [[1], [2]] }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
    variants: [{ label: 'a', set: {} }, { label: 'b', set: { '/objective/start': [[5], [6]] } }],
  };
  const { experiment } = parseExperiment(JSON.stringify(file));
  const placeOf = (variantIndex: number) => experiment!.place({ variantIndex, startIndex: 1 }, '/objective/start');
  expect([placeOf(0), placeOf(1)]).toEqual(['/variants/0/set/~1objective~1start~11', '/variants/1/set/~1objective~1start/1']);
  const changed = parseExperiment(JSON.stringify({ ...file, variants: [{ label: 'a', set: { '/objective/start/1': [7] } }, file.variants[1]] })).experiment!;
  expect(changed.trials.map((trial) => trial.kind === 'objective' && trial.start)).toEqual([[1], [7], [5], [6]]);
});

describe('a sweep', () => {
  const text = JSON.stringify({ gdexp: 1, objective: { expression: 'x^2', start: [1] }, optimizers: [{ type: 'sgd' }], sweep: { learningRate: [0.1, 0.2, 0.3] }, stop: { steps: 10 } });

  it('tells of the run that stood for its series until a better one ended', async () => {
    const { pool, session } = setup();
    session.update(parseExperiment(text).experiment!, false);
    const shown = new Map<string, boolean>();
    session.onDidChange((change) => {
      if (change.kind === 'progressed') shown.set(change.run.trial.id, change.run.isBest);
    });
    const done = session.runAll();
    for (const [rate, loss] of [[0.1, 3], [0.2, 1], [0.3, 2]]) {
      pool.of(0, rate).rows(10, loss);
      pool.of(0, rate).end();
      await settle();
      expect([...shown.values()].filter((best) => best)).toHaveLength(1);
    }
    await done;
    expect(session.runs.map((run) => [run.trial.sweep!.learningRate, run.isBest, shown.get(run.trial.id)])).toEqual([[0.1, false, false], [0.2, true, true], [0.3, false, false]]);
  });

  it('names as the best run the one that its metric chose, not one of a lower loss', async () => {
    const { pool, session } = setup();
    session.update(parseExperiment(text.replace('[0.1,0.2,0.3]', '[0.1,0.2],"metric":"stepsTo:2"')).experiment!, false);
    const done = session.runAll();
    for (const [rate, rows] of [[0.1, [[3, 2]]], [0.2, [[3, 4], [6, 0.5]]]] as const) {
      for (const [step, loss] of rows) pool.of(0, rate).rows(step, loss);
      pool.of(0, rate).end();
      await settle();
    }
    await done;
    expect(outcomeText(session)).toBe('2 runs, best sgd 2');
  });
});

describe('the line of the status bar', () => {
  it('names the variant of the best run', async () => {
    const { pool, session } = setup();
    session.update(experiment(trial(0, 0.1, { variant: 'steep', variantIndex: 0 }), trial(1, 0.1, { variant: 'flat', variantIndex: 1 })), false);
    const done = session.runAll();
    for (const [index, loss] of [[0, 3], [1, 1]]) {
      pool.of(index, 0.1).rows(10, loss);
      pool.of(index, 0.1).end();
    }
    await done;
    expect(outcomeText(session)).toBe('2 runs, best o1 (flat) 1');
  });
});

describe('equal trials', () => {
  it('share the result of the one that ran, and keep it through further edits', async () => {
    const { pool, session, changes } = setup();
    const [steep, flat] = [(rate: number) => trial(0, rate, { variant: 'steep', variantIndex: 0 }), (rate: number) => trial(0, rate, { id: '1/0/0/0', variant: 'flat', variantIndex: 1 })];
    session.update(experiment(steep(0.1), flat(0.2)), false);
    const done = session.runAll();
    for (const [rate, loss] of [[0.1, 3], [0.2, 1]]) {
      pool.of(0, rate).rows(10, loss);
      pool.of(0, rate).end();
    }
    await done;
    session.update(experiment(steep(0.2), flat(0.2)), false);
    const shown = () => session.runs.map((run) => [run.trial.variant, run.loss, run.stale]);
    expect(shown()).toEqual([['steep', 1, false], ['flat', 1, false]]);
    expect(pool.going).toHaveLength(2);
    const { length } = changes;
    session.update(experiment(steep(0.2), flat(0.2)), false);
    expect(changes).toHaveLength(length);
    session.update(experiment(steep(0.3), flat(0.2)), false);
    expect(shown()).toEqual([['steep', 1, true], ['flat', 1, false]]);
  });
});
