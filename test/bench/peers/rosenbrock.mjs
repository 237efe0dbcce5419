/** Rosenbrock's function and Adam written out by hand: as fast as JavaScript gets without anything general around it. */

/** @returns the loss after `steps` updates */
export function train({ start: [x, y], beta1, beta2, epsilon }, rate, steps) {
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  let mx = 0, my = 0, vx = 0, vy = 0, power1 = 1, power2 = 1;
  for (let k = 0; k < steps; k++) {
    const valley = y - x * x;
    const gx = -2 * (1 - x) - 400 * x * valley;
    const gy = 200 * valley;
    mx = beta1 * mx + rest1 * gx;
    my = beta1 * my + rest1 * gy;
    vx = beta2 * vx + rest2 * gx * gx;
    vy = beta2 * vy + rest2 * gy * gy;
    power1 *= beta1;
    power2 *= beta2;
    const bias1 = 1 - power1;
    const bias2 = 1 - power2;
    x -= (rate * mx) / bias1 / (Math.sqrt(vx / bias2) + epsilon);
    y -= (rate * my) / bias1 / (Math.sqrt(vy / bias2) + epsilon);
  }
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
}

/**
 * The same, with what a run records written down at every step, in columns: step, loss, gradient norm, rate, point, gradient.
 * @returns the record; the loss after `steps` updates is its last row's
 */
export function trainRecorded({ start: [x, y], beta1, beta2, epsilon }, rate, steps) {
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  const rows = steps + 1;
  const record = new Float64Array(8 * rows);
  let mx = 0, my = 0, vx = 0, vy = 0, power1 = 1, power2 = 1;
  for (let k = 0; k < rows; k++) {
    const valley = y - x * x;
    const across = 1 - x;
    const gx = -2 * across - 400 * x * valley;
    const gy = 200 * valley;
    record[k] = k;
    record[rows + k] = across * across + 100 * valley * valley;
    record[2 * rows + k] = Math.sqrt(gx * gx + gy * gy);
    record[3 * rows + k] = rate;
    record[4 * rows + k] = x;
    record[5 * rows + k] = y;
    record[6 * rows + k] = gx;
    record[7 * rows + k] = gy;
    mx = beta1 * mx + rest1 * gx;
    my = beta1 * my + rest1 * gy;
    vx = beta2 * vx + rest2 * gx * gx;
    vy = beta2 * vy + rest2 * gy * gy;
    power1 *= beta1;
    power2 *= beta2;
    const bias1 = 1 - power1;
    const bias2 = 1 - power2;
    x -= (rate * mx) / bias1 / (Math.sqrt(vx / bias2) + epsilon);
    y -= (rate * my) / bias1 / (Math.sqrt(vy / bias2) + epsilon);
  }
  return record;
}
