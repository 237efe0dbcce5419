/**
 * Matrix products, C = A·B: GFLOP/s of each set of kernels in both precisions, and of NumPy's BLAS on one core where there is one.
 * The sets take turns, and the median is taken, since other programs may run on the machine.
 */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { kernelBinaries } from '../../esbuild.config.mjs';
import { root } from '../vscode/install.mjs';
import { median } from './work.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
/** m, k, n: the usual large one, the layers of two dense networks with their batches, and a small layer. */
export const SHAPES = [[1024, 1024, 1024], [128, 784, 512], [512, 64, 64], [512, 64, 46], [32, 16, 16]];
const nameOf = (shape) => shape.join('x');

async function kernelsModule() {
  const outfile = path.join(root, '.vscode-test', 'bench', 'kernels.mjs');
  await build({ absWorkingDir: root, entryPoints: ['src/core/kernels/create.ts'], outfile, bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning', plugins: [kernelBinaries] });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** @returns { rates: by precision, by shape, by name, GFLOP/s; checks: [what, holds] of products that must agree } */
export async function benchGemm({ rounds, peers }) {
  const { availableKernelSets, createKernels } = await kernelsModule();
  const rates = {};
  const checks = [];
  const shapes = peers ? SHAPES : SHAPES.slice(1);
  for (const precision of ['float32', 'float64']) {
    rates[precision] = {};
    for (const shape of shapes) {
      const [m, k, n] = shape;
      const runs = availableKernelSets().map((set) => prepare(createKernels(precision, set, 8 * (m * k + k * n + m * n) + 256), set, shape));
      for (const { set, c, expected, scale } of runs) {
        const tolerance = (precision === 'float32' ? 1e-5 : 1e-13) * scale;
        checks.push([`GEMM ${nameOf(shape)} of ${set} in ${precision} by definition`, expected.every(({ at, sum }) => Math.abs(c[at] - sum) <= tolerance)]);
      }
      const times = runs.map(() => []);
      for (let round = 0; round < rounds; round++) runs.forEach(({ call }, i) => times[i].push(call()));
      rates[precision][nameOf(shape)] = Object.fromEntries(runs.map(({ set }, i) => [set, (2e-6 * m * k * n) / median(times[i])]));
    }
  }
  if (peers) {
    const { status, stdout } = spawnSync(process.env.PEERS_PYTHON ?? 'python3', [path.join(here, 'gemm.py'), ...shapes.map(nameOf)], { encoding: 'utf8', timeout: 120_000 });
    if (status === 0) for (const [shape, rate] of Object.entries(JSON.parse(stdout))) rates.float32[shape]['NumPy, one core'] = rate;
  }
  return { rates, checks };
}

/** One product: some of its entries by definition, and a call that is long enough to be timed, in milliseconds of one product. */
function prepare(kernels, set, [m, k, n]) {
  const [a, b, c] = [m * k, k * n, m * n].map((length) => kernels.alloc(length));
  for (let i = 0; i < a.length; i++) a[i] = Math.sin(i);
  for (let i = 0; i < b.length; i++) b[i] = Math.cos(1.7 * i);
  kernels.gemm(false, false, m, n, k, a, b, c, false);
  const expected = Array.from({ length: 50 }, (_, t) => {
    const i = (t * 7919) % m;
    const j = (t * 104729) % n;
    let sum = 0;
    for (let p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
    return { at: i * n + j, sum };
  });
  // The plain one is slower: as long a time takes fewer products.
  const repeats = Math.max(1, Math.round((set === 'plain' ? 2e6 : 4e7) / (2 * m * k * n)));
  const call = () => {
    const begun = performance.now();
    for (let i = 0; i < repeats; i++) kernels.gemm(false, false, m, n, k, a, b, c, false);
    return (performance.now() - begun) / repeats;
  };
  call();
  return { set, c, expected, scale: k, call };
}
