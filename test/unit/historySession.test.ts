import { describe, expect, it } from 'vitest';
import type { RunSummary, Trial } from '../../src/core/training/trial';
import type { Experiment } from '../../src/format/experiment';
import { contentOf, revive } from '../../src/host/history/keptRun';
import { progressText } from '../../src/host/runs/progress';
import type { Run } from '../../src/host/runs/run';
import { ExperimentSession } from '../../src/host/runs/session';
import type { WorkerPool } from '../../src/worker/pool';
import { madeRun } from './historyFixtures';

const trial = (index: number, rate: number): Trial => {
  const { trial: made } = madeRun(index).content;
  return { ...made, id: `0/${index}/0/0`, label: `o${index}`, optimizerIndex: index, optimizer: { type: 'sgd', dialect: 'torch', learningRate: rate } } as Trial;
};
const experiment = (...trials: Trial[]): Experiment => ({ trials, refusal: null }) as unknown as Experiment;

/** A pool in which a run ends when its turn comes, or waits for its cancellation where `hold` is set. */
class QuickPool {
  started = 0;
  hold = false;
  run(made: Trial, onRows: (record: NonNullable<ReturnType<typeof madeRun>['content']['record']>) => void, options: { signal?: AbortSignal }): Promise<RunSummary> {
    this.started++;
    const { summary, record } = madeRun(made.optimizerIndex).content;
    return new Promise((resolve) => {
      const end = (status: RunSummary['status']): void => resolve({ ...summary, trialId: made.id, status });
      options.signal?.addEventListener('abort', () => end('cancelled'));
      if (this.hold) return;
      setTimeout(() => {
        onRows(record!);
        end('completed');
      });
    });
  }
}

function open(pool = new QuickPool()): { session: ExperimentSession; pool: QuickPool; ended: string[] } {
  const session = new ExperimentSession({ pool: () => pool as unknown as WorkerPool, data: () => Promise.reject(new Error('no data here')), recordBytes: () => 1e6, log: () => undefined });
  const ended: string[] = [];
  session.onDidFinish(({ run, batch }) => ended.push(`${run.trial.id} ${run.status} ${batch.automatic ? 'automatic' : 'asked'} of ${batch.runs.length}`));
  return { session, pool, ended };
}

/** What an earlier window kept of these trials, by the id of the trial whose place it takes now. */
async function earlier(trials: readonly Trial[]): Promise<Map<string, Run>> {
  const { session } = open();
  session.update(experiment(...trials), false);
  await session.runAll();
  return new Map(session.runs.map((run) => [run.trial.id, revive({ finished: 1, seconds: 0 }, contentOf(run))]));
}

const states = (session: ExperimentSession): string[] => session.runs.map((run) => `${run.trial.id} ${run.trial.label} ${run.status}${run.stale ? ' stale' : ''}`);

describe('A session and its history', () => {
  it('tells of every run that ends, with the batch that it was started in', async () => {
    const { session, ended } = open();
    session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
    await session.runAll();
    await session.runMissing(true);
    await session.runSeries(['0/1']);
    expect(ended).toEqual(['0/0/0/0 completed asked of 2', '0/1/0/0 completed asked of 2', '0/1/0/0 completed asked of 1']);
  });

  it('tells nothing of runs that were replaced or whose optimizer was deleted, and of cancelled ones that they were', async () => {
    const pool = new QuickPool();
    pool.hold = true;
    const { session, ended } = open(pool);
    session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
    const first = session.runAll();
    const second = session.runSeries(['0/0']);
    session.update(experiment(trial(0, 0.1)), false);
    session.cancel();
    await Promise.all([first, second]);
    expect(ended).toEqual(['0/0/0/0 cancelled asked of 2']);
  });

  it('takes kept runs as results, and has nothing left to run', async () => {
    const kept = await earlier([trial(0, 0.1), trial(1, 0.2)]);
    const { session, pool } = open();
    session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
    session.restore(kept);
    expect(states(session)).toEqual(['0/0/0/0 o0 completed', '0/1/0/0 o1 completed']);
    expect(session.missing()).toEqual([]);
    await session.runMissing(true);
    expect(pool.started).toBe(0);
  });

  it('says how many runs were kept, as if they had just ended', async () => {
    const kept = await earlier([trial(0, 0.1), trial(1, 0.2)]);
    const { session } = open();
    expect(progressText(session).text).toBe('');
    session.update(experiment(trial(0, 0.1), trial(1, 0.2)), false);
    session.restore(kept);
    expect(progressText(session)).toMatchObject({ running: false, fraction: 1, text: expect.stringMatching(/^2 runs, \d+ steps in/) });
  });

  it('shows a kept run of a changed trial as stale, and runs only that again', async () => {
    const kept = await earlier([trial(0, 0.1), trial(1, 0.2)]);
    const { session, pool } = open();
    session.update(experiment(trial(0, 0.1), trial(1, 0.3)), false);
    session.restore(kept);
    expect(states(session)).toEqual(['0/0/0/0 o0 completed', '0/1/0/0 o1 completed stale']);
    await session.runMissing(true);
    expect(pool.started).toBe(1);
    expect(states(session)).toEqual(['0/0/0/0 o0 completed', '0/1/0/0 o1 completed']);
  });

  it('lets a kept run follow its trial to another place, and edits make it stale as any other', async () => {
    const kept = await earlier([trial(0, 0.1)]);
    const { session } = open();
    const moved = { ...trial(0, 0.1), id: '0/2/0/0', optimizerIndex: 2 } as Trial;
    session.update(experiment(moved), false);
    session.restore(new Map([['0/2/0/0', kept.get('0/0/0/0')!]]));
    expect(states(session)).toEqual(['0/2/0/0 o0 completed']);
    session.update(experiment({ ...moved, optimizer: { ...moved.optimizer, learningRate: 9 } } as Trial), false);
    expect(states(session)).toEqual(['0/2/0/0 o0 completed stale']);
  });

  it('does not overwrite what was run meanwhile, nor take what is of no trial any more', async () => {
    const kept = await earlier([trial(0, 0.1), trial(1, 0.2)]);
    const { session } = open();
    session.update(experiment(trial(0, 0.1)), false);
    await session.runAll();
    const [own] = session.runs;
    session.restore(kept);
    expect(session.runs).toEqual([own]);
  });

  it('answers an edit that goes back to an earlier text, and then shows nothing that merely stood there', async () => {
    const kept = await earlier([trial(0, 0.1)]);
    const { session, pool } = open();
    session.update(experiment(trial(0, 0.5)), false);
    await session.runAll();
    session.update(experiment(trial(0, 0.1)), false);
    expect(states(session)).toEqual(['0/0/0/0 o0 completed stale']);
    session.restore(kept, false);
    expect(states(session)).toEqual(['0/0/0/0 o0 completed']);
    expect(session.runs[0].trial.optimizer.learningRate).toBe(0.1);
    expect(pool.started).toBe(1);
    const another = open().session;
    another.update(experiment(trial(0, 0.9)), false);
    another.restore(kept, false);
    expect(another.runs).toEqual([]);
  });
});
