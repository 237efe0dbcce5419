import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ParsedExperiment } from '../../src/format/experiment';
import { readJson, toValue } from '../../src/format/jsonTree';
import { parseExperiment } from '../../src/format/parse';

const FILES = readdirSync('examples').filter((name) => name.endsWith('.gdexp')).map((name) => readFileSync(`examples/${name}`, 'utf8'));
const MODEL = '{ "gdexp": 1, "data": { "csv": "a.csv", "target": "y", "validation": { "csv": "b.csv" } }, "model": { "layers": [{ "type": "conv2d", "filters": 2, "kernel": [3, 3] }, { "type": "dense", "units": 1 }] }, "loss": "huber", "optimizers": [{ "type": "adam" }], "variants": [{ "label": "a", "set": { "/model/layers/0/filters": 4 } }], "sweep": { "learningRate": [1, 2] }, "expect": [{ "accuracy": "> 1" }] }';
const ODD: readonly unknown[] = [null, true, 0, -1, 1e308, 1e-320, '', 'x', '__proto__', '/', '/optimizers/0', [], {}, [[]], [{}], { __proto__x: 1 }, { set: null }, [null], 'x^2', '< 1', 4294967296, 'torch', { schedule: 'warmup', steps: 1, then: { schedule: 'warmup' } }];

function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** What must be true of whatever is read. */
function consistent(text: string, { problems, experiment }: ParsedExperiment): void {
  expect(experiment === null, text).toBe(problems.some(({ severity }) => severity === 'error'));
  let last = 0;
  for (const { offset, length, line, column, message } of problems) {
    expect(offset).toBeGreaterThanOrEqual(last);
    expect(offset + length).toBeLessThanOrEqual(text.length);
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    expect([line, column]).toEqual([before.length, before.at(-1)!.length + 1]);
    expect(message).not.toMatch(/undefined|\[object|NaN is|\{\d\}/);
    last = offset;
  }
}

test('damaged text is never thrown over', () => {
  const random = generator(1);
  const scraps = ['"', '{', '}', '[', ']', ',', ':', '//', '/*', '\\', '\n', '\r\n', '1e999', '-', 'null', '\u0000', '😀', "'", '"a": '];
  for (let round = 0; round < 1500; round++) {
    let text = [...FILES, MODEL][random(FILES.length + 1)];
    for (let k = random(4); k >= 0; k--) {
      const at = random(text.length);
      text = text.slice(0, at) + (random(3) ? scraps[random(scraps.length)] : '') + text.slice(at + random(3));
    }
    consistent(text, parseExperiment(text));
  }
});

test('odd values at any place are never thrown over', () => {
  const random = generator(2);
  const places = (node: unknown, at: (string | number)[] = []): (string | number)[][] => (typeof node !== 'object' || node === null ? [] : Object.keys(node).flatMap((key) => [[...at, key], ...places((node as Record<string, unknown>)[key], [...at, key])]));
  for (let round = 0; round < 3000; round++) {
    const value = toValue(readJson([...FILES, MODEL, MODEL, MODEL][random(FILES.length + 3)]).root);
    for (let k = random(2); k >= 0; k--) {
      const all = places(value);
      const path = all[random(all.length)];
      const holder = path.slice(0, -1).reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], value) as Record<string, unknown>;
      const key = String(path[path.length - 1]);
      const action = random(4);
      if (action === 0 && !Array.isArray(holder)) delete holder[key];
      else if (action === 1 && !Array.isArray(holder)) holder[`${key}z`] = holder[key];
      else holder[key] = structuredClone(ODD[random(ODD.length)]);
    }
    const text = JSON.stringify(value, null, 1);
    consistent(text, parseExperiment(text));
  }
});
