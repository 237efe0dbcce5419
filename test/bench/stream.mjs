/**
 * The host's side of long runs without VS Code around it: a session with its runs and what a page is told of them, over real worker
 * threads. How late the event loop is while they stream.
 */
import { existsSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parsed, product } from './product.mjs';

const ACCOUNT = '/proc/thread-self/schedstat';

/** Milliseconds that this thread has worked, and waited for a core; null where the system does not tell. */
function account() {
  if (!existsSync(ACCOUNT)) return null;
  const [worked, waited] = readFileSync(ACCOUNT, 'utf8').split(' ');
  return { worked: worked / 1e6, waited: waited / 1e6 };
}

/** The longest that this thread works in one turn of its event loop: what a busy machine adds to a delay is not in it. */
function longestTurn() {
  const first = account();
  if (!first) return () => null;
  let [before, longest] = [first.worked, 0];
  let next;
  const turn = () => {
    const { worked } = account();
    longest = Math.max(longest, worked - before);
    before = worked;
    next = setImmediate(turn);
  };
  turn();
  return () => {
    clearImmediate(next);
    return { longest, waited: account().waited - first.waited };
  };
}

/** Two runs at once, so that two workers send. @returns per tier { p50, p99, max, longest, waited, seconds, steps, rows, messages }; delays, longest turn and wait in milliseconds */
export async function benchStream({ steps = 1_000_000, tiers = ['basic', 'full'] } = {}) {
  const made = await product();
  const pool = made.createNodePool(made.workerFile, 2);
  const results = {};
  for (const tier of tiers) {
    const experiment = parsed(made, JSON.stringify({
      gdexp: 1, objective: { function: 'rosenbrock' }, stop: { steps, gradientNorm: null }, diagnostics: { tier },
      optimizers: ['adam', 'sgd'].map((type) => ({ type, label: type, learningRate: 1e-5 })),
    }));
    const session = new made.ExperimentSession({ pool: () => pool, recordBytes: () => 64e6, log: () => {} });
    let messages = 0;
    const feed = new made.LabFeed(session, (message) => {
      // VS Code copies what is posted to a page in the same turn.
      structuredClone(message);
      messages++;
    });
    feed.start();
    session.update(experiment, false);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const turns = longestTurn();
    const begun = performance.now();
    await session.runAll();
    const worked = turns();
    delay.disable();
    feed.dispose();
    const ms = (nanoseconds) => nanoseconds / 1e6;
    results[tier] = {
      p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max), longest: worked?.longest ?? null, waited: worked?.waited ?? null, seconds: (performance.now() - begun) / 1000,
      steps: session.runs.map((run) => run.steps), rows: session.runs.map((run) => run.builder.rows), messages,
    };
    session.dispose();
  }
  pool.dispose();
  return results;
}
