/** Small made-up data for W2 to W7, in the files that the peers' gen-data.mjs writes: enough to see that the numbers are right, not how long they take. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const SPEC = {
  W2: { n: 300, d: 10, lr: 0.1, steps: 40 },
  W3: { n: 130, d: 400, batch: 64, epochs: 1, lr: 0.001, rho: 0.9, eps: 1e-7, shapes: [[400, 64], [64], [64, 64], [64], [64, 46], [46]] },
  W4: { n: 100, d: 2, batch: 32, epochs: 3, lr: 0.01, eps: 1e-7, shapes: [[2, 16], [16], [16, 16], [16], [16, 1], [1]] },
  W5: { n: 90, img: 8, classes: 10, batch: 64, epochs: 1, lr: 0.001, eps: 1e-7, shapes: [[3, 3, 1, 16], [16], [3, 3, 16, 32], [32], [128, 64], [64], [64, 10], [10]] },
  W6: { n: 20, img: 28, classes: 10, batch: 16, epochs: 1, lr: 0.001, eps: 1e-7, shapes: [[3, 3, 1, 32], [32], [3, 3, 32, 64], [64], [1600, 128], [128], [128, 10], [10]] },
  W7: { n: 90, d: 784, classes: 10, batch: 64, epochs: 1, lr: 0.001, eps: 1e-7, shapes: [[784, 512], [512], [512, 512], [512], [512, 10], [10]] },
};
/** Non-zeros of a row of W3. */
const WORDS = 20;

/** Uniform in [0, 1): the multiplicative generator of Park and Miller (1988). */
function uniform(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

export function writeSmallData(folder) {
  const random = uniform(2027);
  const save = (name, values) => writeFileSync(path.join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const fill = (values, draw) => values.map(draw);
  for (const [name, { n, d, img, classes, epochs, shapes }] of Object.entries(SPEC)) {
    const width = img ? img * img : d;
    if (name === 'W2') {
      const x = fill(new Float64Array(n * width), () => 2 * random() - 1);
      save('W2.x.f64', x);
      save('W2.y.f64', Float64Array.from({ length: n }, (_, i) => x.subarray(i * width, (i + 1) * width).reduce((sum, value, j) => sum + (j - 4) * value, 0.1 * random())));
      continue;
    }
    // Kernels × channels of a convolution, inputs of a dense layer: weights of the size that He et al. (2015) ask for; biases zero.
    save(`${name}.init.f32`, Float32Array.from(shapes.flatMap((shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const inputs = size / shape.at(-1);
      return Array.from({ length: size }, () => (shape.length === 1 ? 0 : Math.sqrt(6 / inputs) * (2 * random() - 1)));
    })));
    save(`${name}.perm.i32`, Int32Array.from({ length: n * epochs }, (_, i) => (7 * i) % n));
    if (name === 'W3') {
      save('W3.ptr.i32', Int32Array.from({ length: n + 1 }, (_, i) => i * WORDS));
      save('W3.idx.i32', Int32Array.from({ length: n * WORDS }, (_, k) => Math.floor((((k % WORDS) + random()) * d) / WORDS)));
      save('W3.y.i32', Int32Array.from({ length: n }, () => Math.floor(46 * random())));
    } else {
      save(`${name}.x.f32`, fill(new Float32Array(n * width), () => (name === 'W4' ? 2 * random() - 1 : random())));
      save(name === 'W4' ? 'W4.y.f32' : `${name}.y.i32`, name === 'W4' ? Float32Array.from({ length: n }, (_, i) => i % 2) : Int32Array.from({ length: n }, () => Math.floor(classes * random())));
    }
  }
  writeFileSync(path.join(folder, 'spec.json'), JSON.stringify(SPEC));
}
