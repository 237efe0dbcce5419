import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { availableKernelSets } from '../../src/core/kernels/create';
import type { KernelSet, Precision } from '../../src/core/kernels/kernels';
import type { LossType } from '../../src/core/nn/spec';
import type { NamedArray } from '../../src/core/nn/weights';
import { randomNumbers } from '../unit/kernels/fixtures';
import { networkOf, type Draft } from '../unit/nn/networks';
import { flatOf, tensorsOf } from './tensors';

/** What make_large.py keeps of a tensor. */
type Kept = Readonly<Record<string, { readonly norm: number; readonly entries: readonly number[] }>>;
interface Case {
  readonly name: string;
  readonly rows: number;
  readonly share: number;
  readonly input: number[];
  readonly layers: Draft[];
  readonly loss: LossType;
  readonly l2?: number;
  readonly rate: number;
  readonly product: Kept;
  readonly steps: readonly { readonly loss: number; readonly gradient: Kept }[];
}

const { cases } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', 'large-networks.json'), 'utf8')) as { cases: Case[] };

function numbers(seed: number, count: number): number[] {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, next);
}

/** Relative to the tensor, or where that is tiny beside the others (a bias before batchNorm has gradient zero) to a share of theirs. */
function expectKept(tensors: readonly NamedArray[], expected: Kept, tolerance: number, what: string): void {
  expect(tensors.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
  const overall = Math.max(...Object.values(expected).map(({ norm }) => norm));
  for (const { name, values } of tensors) {
    const { norm, entries } = expected[name];
    const scale = Math.max(norm, 0.01 * overall);
    expect(Math.abs(Math.hypot(...values) - norm) / scale, `${what}: norm of ${name}`).toBeLessThanOrEqual(tolerance);
    entries.forEach((entry, k) => expect(Math.abs(values[(k * 7919) % values.length] - entry) / scale, `${what}: ${name}, entry ${k}`).toBeLessThanOrEqual(tolerance));
  }
}

function follow(dump: Case, precision: Precision, kernels: KernelSet, tolerance: number): void {
  const { rows, share, input, layers, loss, l2 = 0, rate } = dump;
  const network = networkOf(input, layers, { precision, kernels, loss, rows, regularization: { l1: 0, l2, weightNoise: 0 } });
  const drawn = tensorsOf(network, network.parameters).map(({ name, shape, values }, i): [string, number[]] => {
    const fan = shape.slice(1).reduce((product, size) => product * size, 1);
    const scaled = (x: number): number => (shape.length > 1 ? x / Math.sqrt(fan) : /Norm\d+\.weight$/.test(name) ? 1 + x * 0.2 : x * 0.3);
    return [name, numbers(i + 1, values.length).map(scaled)];
  });
  network.parameters.set(flatOf(network, Object.fromEntries(drawn)));
  const size = network.input.length;
  const ground = numbers(101, size);
  network.input.set(numbers(100, size).map((x, i) => (Math.abs(ground[i]) < share ? x : 0)));
  const columns = network.target.length / rows;
  if (loss === 'categoricalCrossentropy') for (let i = 0; i < rows; i++) network.target[i * columns + ((i * 7) % columns)] = 1;
  else network.target.set(numbers(102, rows * columns).map((x) => (loss === 'binaryCrossentropy' ? Number(x > 0) : x)));
  for (const [k, step] of dump.steps.entries()) {
    expect(Math.abs(network.trainStep(rows) - step.loss) / Math.max(1, step.loss), `loss of step ${k}`).toBeLessThanOrEqual(tolerance);
    const gradient = network.gradient.slice();
    expectKept(tensorsOf(network, gradient), step.gradient, tolerance, `gradient of step ${k}`);
    if (k === 0) {
      const direction = drawn.map(([name, { length }], i): [string, number[]] => [name, numbers(200 + i, length)]);
      const product = network.parameters.slice();
      network.hessianVector(flatOf(network, Object.fromEntries(direction)), product, rows);
      expectKept(tensorsOf(network, product), dump.product, 8 * tolerance, 'Hessian-vector product');
    }
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i] -= rate * gradient[i];
  }
}

describe.each(availableKernelSets())('Large networks train as in PyTorch, with the kernels "%s"', (kernels) => {
  it.each(cases.map((dump) => [dump.name, dump] as const))('%s', { timeout: 60_000 }, (_name, dump) => {
    follow(dump, 'float64', kernels, 1e-10);
    follow(dump, 'float32', kernels, 5e-4);
  });
});
