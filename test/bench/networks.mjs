/**
 * W2 to W7, whole trainings of networks beside the peers that are there: every training in a process of its own, rounds interleaved,
 * medians, and ratios as medians of each round's ratio. Times on a shared machine mean nothing; ratios do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { product } from './product.mjs';
import { median } from './work.mjs';
import { writeSmallData } from './networkData.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
export const NETWORKS = ['W2', 'W3', 'W4', 'W5', 'W6', 'W7'];

export const TITLES = {
  W2: 'linear regression 10,000 × 10, whole batch, 1,000 steps, float64; goal: NumPy / ours > 1',
  W3: '10,000–64–64–46, 7,982 rows of 80 ones, RMSprop, one epoch; goal: torch-bag / ours ≥ 2, under 150 MB',
  W4: '2–16–16–1 tanh, Adam, batch 32, 100 epochs of 1,000; goal: hand JS / ours ≥ 2, torch / ours ≥ 10',
  W5: 'convolutions of 16 and 32 on 8 × 8, Adam, 1,797 rows; goal: torch / ours ≥ 1.5',
  W6: 'convolutions of 32 and 64 on 28 × 28, Adam, 2,048 rows; goal: torch / ours ≥ 1.3',
  W7: '784–512–512–10, Adam, batch 128, 4,096 rows; goal: torch / ours ≥ 0.7, jax-js / ours ≥ 2',
};

/** Relaxed SIMD is behind a flag in Node 20 and on in the Node that VS Code has. */
const RELAXED = Number(process.versions.node.split('.')[0]) < 21 ? ['--experimental-wasm-relaxed-simd'] : [];

/** The peers of a network: [script, its arguments, further environment]. */
function peersOf(name, { python, modules }) {
  const py = (script, ...args) => (python.modules.includes(script) ? [[python.command, [`py/${script}_bench.py`, name, ...args], { PEERS_THREADS: '1' }]] : []);
  const js = (script, args, library, env = {}) => (library === null || existsSync(path.join(modules, 'node_modules', library)) ? [[process.execPath, [`js/${script}.mjs`, ...args], env]] : []);
  const convolutional = name === 'W5' || name === 'W6';
  return [
    ...(name === 'W2' ? [...py('numpy'), ...py('torch', 'analytic')] : py('torch', ...(name === 'W3' ? ['bag'] : []))),
    ...(name === 'W2' || name === 'W4' ? js('hand', [name], null) : []),
    ...js('jaxjs', ['wasm', name], '@jax-js/jax', name === 'W6' ? { PEERS_MAX_BATCHES: '1' } : {}),
    ...(convolutional ? [] : js('tfjs', ['wasm', name], '@tensorflow/tfjs')),
  ];
}

function pythonOf(command) {
  const has = (module) => spawnSync(command, ['-c', `import ${module}`]).status === 0;
  return { command, modules: has('numpy') ? ['numpy', ...(has('torch') ? ['torch'] : [])] : [] };
}

/** @returns the lines that a process prints, by metric; null where it failed. */
function measured(command, args, env, cwd) {
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000, env: { ...process.env, PEERS_T0: String(Date.now()), ...env } });
  if (status !== 0) return null;
  const lines = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return lines.length === 0 ? null : { peer: lines[0].peer, ...Object.fromEntries(lines.map(({ metric, value }) => [metric, value])) };
}

/**
 * @param peers the folder of the peers' scripts (py, js); null: none. PEERS_DATA: what gen-data.mjs has written, otherwise their `data`;
 * PEERS_DIR: a folder with their node_modules, otherwise theirs.
 * @returns by network the rows { name, seconds, whole, cpu, ratio (its seconds / ours), megabytes, check, rounds }, ours first
 */
export async function benchNetworks({ rounds, peers, only }) {
  const data = process.env.PEERS_DATA ?? (peers && path.join(peers, 'data'));
  if (!data || !existsSync(path.join(data, 'spec.json'))) throw new Error('there are no data of the networks: let the peers\' gen-data.mjs write them and set PEERS_DATA to their folder');
  const { networksFile } = await product();
  const modules = process.env.PEERS_DIR ?? peers ?? here;
  const python = peers ? pythonOf(process.env.PEERS_PYTHON ?? 'python3') : { command: '', modules: [] };
  const results = {};
  for (const name of NETWORKS.filter((each) => !only || each === only)) {
    const tasks = [
      ['ours', process.execPath, [...RELAXED, path.join(here, 'oursNetwork.mjs'), name], {}],
      ['ours, not relaxed', process.execPath, [path.join(here, 'oursNetwork.mjs'), name, 'simd'], {}],
      ...(peers ? peersOf(name, { python, modules }).map(([command, [script, ...args], env]) => [null, command, [path.join(peers, script), ...args], env]) : []),
    ];
    const found = new Map();
    for (let round = 0; round < rounds; round++) {
      let base = NaN;
      for (const [label, command, args, env] of tasks) {
        const result = measured(command, args, { PEERS_DATA: data, BENCH_PRODUCT: networksFile, ...env }, modules);
        if (!result) {
          if (label) throw new Error(`${label} failed at ${name}`);
          continue;
        }
        if (label === 'ours') base = result.rate;
        const key = label ?? result.peer;
        if (!found.has(key)) found.set(key, []);
        // By rates: a peer that is too slow for a whole training does a part of it.
        found.get(key).push({ ...result, ratio: base / result.rate });
      }
    }
    const middle = (all, metric) => (all[0][metric] === undefined ? null : median(all.map((each) => each[metric])));
    results[name] = [...found].map(([key, all]) => ({
      name: key === 'ours' ? `ours (${all[0].kernels})` : key, seconds: middle(all, 'wall_s'), whole: middle(all, 'whole_s'), cpu: middle(all, 'cpu_s'), ratio: middle(all, 'ratio'), megabytes: middle(all, 'peak_rss'), check: middle(all, 'check'), rounds: all.length,
    }));
  }
  return results;
}

/** Losses of small trainings with every set of kernels, by the plain ones in float64. @returns [what, holds] */
export async function checkNetworks({ only }) {
  const { DEPENDENCIES, availableKernelSets, networkWork, runTrial } = await product();
  mkdirSync(os.tmpdir(), { recursive: true });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gdexp-bench-networks-'));
  const checks = [];
  try {
    writeSmallData(folder);
    for (const name of NETWORKS.filter((each) => !only || each === only)) {
      const losses = (kernels, precision) => {
        const { trial, datasets } = networkWork(name, folder, kernels, precision);
        const all = [];
        const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => 0, rows: ({ columns }) => all.push(...columns.loss), tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
        if (summary.status === 'failed') throw new Error(summary.reason.detail);
        return all;
      };
      const exact = losses('plain', 'float64');
      checks.push([`${name}: the loss of every step is a number${name === 'W2' ? ', and falls' : ''}`, exact.length > 1 && exact.every((loss, i) => Number.isFinite(loss) && (name !== 'W2' || i === 0 || loss < exact[i - 1]))]);
      for (const precision of ['float64', 'float32']) {
        const tolerance = precision === 'float64' ? 1e-9 : 2e-4;
        for (const kernels of availableKernelSets()) {
          if (kernels === 'plain' && precision === 'float64') continue;
          const same = losses(kernels, precision);
          checks.push([`${name}: the losses of ${kernels} in ${precision} are those of plain float64`, same.length === exact.length && same.every((loss, i) => Math.abs(loss - exact[i]) <= tolerance * Math.max(1, Math.abs(exact[i])))]);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return checks;
}
