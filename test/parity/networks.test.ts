import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { availableKernelSets } from '../../src/core/kernels/create';
import type { KernelSet, Precision } from '../../src/core/kernels/kernels';
import type { Network } from '../../src/core/nn/network';
import type { LossType } from '../../src/core/nn/spec';
import { exportWeights, importWeights } from '../../src/core/nn/weights';
import { networkOf, type Draft } from '../unit/nn/networks';
import { flatOf, tensorsOf } from './tensors';

interface Tensor { readonly shape: number[]; readonly values: number[] }
type Values = Readonly<Record<string, number[]>>;
interface Case {
  readonly name: string;
  readonly input: number[];
  readonly layers: Draft[];
  readonly loss: LossType;
  readonly labelSmoothing?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly rate: number;
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly batches: readonly { readonly x: number[]; readonly t: number[] }[];
  readonly direction: Values;
  readonly product: Values;
  readonly steps: readonly { readonly loss: number; readonly gradient: Values }[];
  readonly statistics: Readonly<Record<string, Tensor>>;
  readonly prediction: { readonly loss: number; readonly output: number[] };
}

const { rows, cases } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', 'networks.json'), 'utf8')) as { rows: number; cases: Case[] };

/** A vector like the parameters, as named tensors in PyTorch's order. */
function namedOf(network: Network, vector: ArrayLike<number>): Values {
  return Object.fromEntries(tensorsOf(network, vector).map(({ name, values }) => [name, [...values]]));
}

/** Relative to the tensor's largest entry, or where that is tiny beside the others (a bias before batchNorm has gradient zero) to a share of theirs. */
function expectNear(actual: Values, expected: Values, tolerance: number, what: string): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const overall = Math.max(...Object.values(expected).map(largest), 1e-3);
  for (const [name, values] of Object.entries(expected)) {
    const scale = Math.max(largest(values), 0.1 * overall);
    const worst = largest(values.map((value, i) => actual[name][i] - value)) / scale;
    expect(worst, `${what}: ${name}`).toBeLessThanOrEqual(tolerance);
  }
}

function follow(dump: Case, precision: Precision, kernels: KernelSet, tolerance: number): void {
  const { input, layers, loss, labelSmoothing = 0, l1 = 0, l2 = 0, rate, batches } = dump;
  const network = networkOf(input, layers, { precision, kernels, loss, labelSmoothing, rows, regularization: { l1, l2, weightNoise: 0 } });
  const take = ({ x, t }: { x: number[]; t: number[] }) => {
    network.input.set(x);
    network.target.set(t);
  };
  expect(importWeights(network, Object.entries(dump.weights).map(([name, tensor]) => ({ name, ...tensor })))).toEqual([]);
  const near = (actual: number, expected: number, what: string) => expect(Math.abs(actual - expected) / Math.max(1, Math.abs(expected)), what).toBeLessThanOrEqual(tolerance);
  for (const [k, step] of dump.steps.entries()) {
    take(batches[k % batches.length]);
    near(network.trainStep(rows), step.loss, `loss of step ${k}`);
    expectNear(namedOf(network, network.gradient), step.gradient, tolerance, `gradient of step ${k}`);
    if (k === 0) {
      const product = network.parameters.slice();
      network.hessianVector(flatOf(network, dump.direction), product, rows);
      expectNear(namedOf(network, product), dump.product, 4 * tolerance, 'Hessian-vector product');
    }
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i] -= rate * network.gradient[i];
  }
  const statistics = exportWeights(network).filter(({ name }) => name in dump.statistics);
  expectNear(Object.fromEntries(statistics.map(({ name, values }) => [name, [...values]])), Object.fromEntries(Object.entries(dump.statistics).map(([name, { values }]) => [name, values])), tolerance, 'running statistics');
  take(batches[0]);
  near(network.lossOf(rows), dump.prediction.loss, 'loss of the prediction');
  expectNear({ output: [...network.output.subarray(0, dump.prediction.output.length)] }, { output: dump.prediction.output }, tolerance, 'prediction');
}

describe.each(availableKernelSets())('Networks train as in PyTorch, with the kernels "%s"', (kernels) => {
  it.each(cases.map((dump) => [dump.name, dump] as const))('%s', (_name, dump) => {
    follow(dump, 'float64', kernels, 1e-10);
    follow(dump, 'float32', kernels, 2e-4);
  });
});
