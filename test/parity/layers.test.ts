import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKernels } from '../../src/core/kernels/create';
import { measure } from '../../src/core/kernels/kernels';
import type { Segment } from '../../src/core/objectives/objective';
import { createOptimizer, optimizerArena } from '../../src/core/optimizers/create';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import type { Dialect } from '../../src/core/optimizers/spec';
import { sizeOf } from '../../src/core/optimizers/segments';
import { specOf } from './objectives';

interface LayerCase {
  readonly type: string;
  readonly dialect: Dialect;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly path: readonly (readonly [number, readonly number[]])[];
}

const dump: { segments: Segment[]; start: number[]; cases: LayerCase[] } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', 'layer-optimizers.json'), 'utf8'));
const { segments, start, cases } = dump;
const dimension = start.length;

/** As in make_layers.py. */
function writeGradient(theta: ArrayLike<number>, t: number, out: { [i: number]: number }): void {
  for (const segment of segments) {
    for (let i = segment.offset; i < segment.offset + sizeOf(segment); i++) {
      out[i] = (segment.offset === 90 && t === 1 ? 0 : (((i * 7 + i * i + t * 3) % 11) - 5) / 5) + 0.3 * theta[i];
    }
  }
}

describe('paths of LAMB and Muon (make_layers.py)', () => {
  for (const { type, dialect, fields, path: expected } of cases) {
    for (const [precision, bound] of [['float64', 1e-12], ['float32', 2e-5]] as const) {
      it(`${type} ${dialect} ${JSON.stringify(fields)} in ${precision}`, () => {
        const spec = specOf(type, dialect, fields);
        const bytes = measure(precision, (arena) => [arena.alloc(dimension), arena.alloc(dimension), optimizerArena(spec, dimension, segments, arena)]);
        const kernels = createKernels(precision, null, bytes);
        const theta = kernels.alloc(dimension);
        const gradient = kernels.alloc(dimension);
        const optimizer = createOptimizer(spec, dimension, segments, kernels);
        theta.set(start);
        let kept = 0;
        for (let t = 1; kept < expected.length; t++) {
          writeGradient(theta, t, gradient);
          expect(optimizer.update(theta, gradient, spec.learningRate, t, {} as Oracle)).toBeNull();
          if (t < expected[kept][0]) continue;
          const values = expected[kept++][1];
          for (const segment of segments) {
            const end = segment.offset + sizeOf(segment);
            const length = Math.hypot(...values.slice(segment.offset, end));
            const error = Math.hypot(...values.slice(segment.offset, end).map((x, i) => x - theta[segment.offset + i]));
            expect(error, `${segment.name} at step ${t}`).toBeLessThanOrEqual(bound * length);
          }
        }
      });
    }
  }

  it('has both, and both dialects of LAMB', () => {
    expect([...new Set(cases.map(({ type, dialect }) => `${type} ${dialect}`))].sort()).toEqual(['lamb keras', 'lamb paper', 'muon paper']);
  });
});
