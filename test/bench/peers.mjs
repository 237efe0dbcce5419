/**
 * One peer library on W1, in a process of its own:  node peers.mjs mathjs|tfjs|jaxjs
 * PEERS_DIR names a folder whose node_modules hold them. Prints one JSON line: { milliseconds, value }, the median of warm runs.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { W1, median } from './work.mjs';

const load = createRequire(path.join(process.env.PEERS_DIR ?? '.', 'package.json'));
const { start, learningRate, beta1, beta2, epsilon, steps } = W1;

const PEERS = {
  mathjs() {
    const { derivative, parse } = load('mathjs');
    const formula = parse('(1 - x)^2 + 100 * (y - x^2)^2');
    const value = formula.compile();
    const slopes = ['x', 'y'].map((name) => [name, derivative(formula, name).compile()]);
    return () => {
      const point = { x: start[0], y: start[1] };
      const mean = { x: 0, y: 0 };
      const square = { x: 0, y: 0 };
      for (let step = 1; step <= steps; step++) {
        const gradient = slopes.map(([name, slope]) => [name, slope.evaluate(point)]);
        for (const [name, slope] of gradient) {
          mean[name] += (1 - beta1) * (slope - mean[name]);
          square[name] += (1 - beta2) * (slope * slope - square[name]);
          point[name] -= (learningRate * mean[name]) / (1 - beta1 ** step) / (Math.sqrt(square[name] / (1 - beta2 ** step)) + epsilon);
        }
      }
      return value.evaluate(point);
    };
  },
  async tfjs() {
    const tf = load('@tensorflow/tfjs');
    await tf.setBackend('cpu');
    const loss = (point) => {
      const [x, y] = tf.unstack(point);
      return tf.add(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x)))));
    };
    return () => {
      const point = tf.variable(tf.tensor1d(start));
      const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
      for (let step = 0; step < steps; step++) adam.minimize(() => loss(point), false, [point]);
      const value = tf.tidy(() => loss(point).dataSync()[0]);
      point.dispose();
      adam.dispose();
      return value;
    };
  },
  async jaxjs() {
    globalThis.Float16Array ??= class {};
    const { grad, init, jit, numpy: np } = load('@jax-js/jax');
    await init('wasm');
    const f64 = (data) => np.array(Float64Array.from(data), { dtype: np.float64 });
    const loss = (point) => {
      const x = point.ref.slice(0);
      const y = point.slice(1);
      return np.add(np.square(np.subtract(1, x.ref)), np.multiply(100, np.square(np.subtract(y, np.square(x)))));
    };
    const update = jit((point, mean, square, powers) => {
      const gradient = grad(loss)(point.ref);
      mean = np.add(np.multiply(mean, beta1), np.multiply(gradient.ref, 1 - beta1));
      square = np.add(np.multiply(square, beta2), np.multiply(np.square(gradient), 1 - beta2));
      powers = np.multiply(powers, f64([beta1, beta2]));
      const rest = np.subtract(1, powers.ref);
      const first = rest.ref.slice(0);
      const second = rest.slice(1);
      const step = np.trueDivide(np.trueDivide(mean.ref, first), np.add(np.sqrt(np.trueDivide(square.ref, second)), epsilon));
      return [np.subtract(point, np.multiply(step, learningRate)), mean, square, powers];
    });
    return () => {
      let state = [f64(start), f64([0, 0]), f64([0, 0]), f64([1, 1])];
      for (let step = 0; step < steps; step++) {
        state = update(...state);
        state[0].ref.dataSync();
      }
      const [x, y] = state[0].dataSync();
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    };
  },
};

const run = await PEERS[process.argv[2]]();
let value = await run();
const times = [];
for (const end = performance.now() + 1500; times.length === 0 || (times.length < 9 && performance.now() < end);) {
  const begun = performance.now();
  value = await run();
  times.push(performance.now() - begun);
}
console.log(JSON.stringify({ milliseconds: median(times), value }));
process.exit(0);
