/** The work that is measured: Rosenbrock's valley by Adam in float64, once (W1) and at 64 rates (W8). */
export const W1 = { start: [-1.2, 1], learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, steps: 10_000 };
export const W8 = { rates: Array.from({ length: 64 }, (_, k) => 10 ** (-4 + (3 * k) / 63)), steps: 10_000 };

/**
 * The limit for scalar work: value, gradient and update written out by hand, nothing recorded.
 * Adam as Kingma and Ba (2015), algorithm 1.
 * @returns the point after `steps` updates and the value there
 */
export function handWritten({ start, beta1, beta2, epsilon }, learningRate, steps) {
  let x = start[0];
  let y = start[1];
  let meanX = 0, meanY = 0, squareX = 0, squareY = 0, power1 = 1, power2 = 1;
  for (let step = 0; step < steps; step++) {
    const bend = y - x * x;
    const slopeX = 2 * (x - 1) - 400 * x * bend;
    const slopeY = 200 * bend;
    meanX += (1 - beta1) * (slopeX - meanX);
    meanY += (1 - beta1) * (slopeY - meanY);
    squareX = beta2 * squareX + (1 - beta2) * slopeX * slopeX;
    squareY = beta2 * squareY + (1 - beta2) * slopeY * slopeY;
    power1 *= beta1;
    power2 *= beta2;
    const rate = learningRate / (1 - power1);
    const correction = Math.sqrt(1 - power2);
    x -= (rate * meanX) / (Math.sqrt(squareX) / correction + epsilon);
    y -= (rate * meanY) / (Math.sqrt(squareY) / correction + epsilon);
  }
  const bend = y - x * x;
  return { x, y, value: (1 - x) * (1 - x) + 100 * bend * bend };
}

/**
 * The same with every step written down, in the columns that a run records: step, loss, gradient norm, rate, point, gradient.
 * @returns columns of `steps` + 1 rows in one buffer; the last row's loss stands at 2·(steps + 1) − 1
 */
export function handRecorded({ start, beta1, beta2, epsilon }, learningRate, steps) {
  const rows = steps + 1;
  const record = new Float64Array(8 * rows);
  let x = start[0];
  let y = start[1];
  let meanX = 0, meanY = 0, squareX = 0, squareY = 0, power1 = 1, power2 = 1;
  for (let step = 0; step < rows; step++) {
    const bend = y - x * x;
    const across = x - 1;
    const slopeX = 2 * across - 400 * x * bend;
    const slopeY = 200 * bend;
    record[step] = step;
    record[rows + step] = across * across + 100 * bend * bend;
    record[2 * rows + step] = Math.sqrt(slopeX * slopeX + slopeY * slopeY);
    record[3 * rows + step] = learningRate;
    record[4 * rows + step] = x;
    record[5 * rows + step] = y;
    record[6 * rows + step] = slopeX;
    record[7 * rows + step] = slopeY;
    meanX += (1 - beta1) * (slopeX - meanX);
    meanY += (1 - beta1) * (slopeY - meanY);
    squareX = beta2 * squareX + (1 - beta2) * slopeX * slopeX;
    squareY = beta2 * squareY + (1 - beta2) * slopeY * slopeY;
    power1 *= beta1;
    power2 *= beta2;
    const rate = learningRate / (1 - power1);
    const correction = Math.sqrt(1 - power2);
    x -= (rate * meanX) / (Math.sqrt(squareX) / correction + epsilon);
    y -= (rate * meanY) / (Math.sqrt(squareY) / correction + epsilon);
  }
  return record;
}

/** The same work as a file. */
export function experiment({ steps = W1.steps, rates = [W1.learningRate] } = {}) {
  return JSON.stringify({
    gdexp: 1,
    objective: { expression: '(1 - x)^2 + 100*(y - x^2)^2', start: { x: W1.start[0], y: W1.start[1] } },
    optimizers: rates.map((learningRate, k) => ({ type: 'adam', label: `rate ${k}`, learningRate, beta1: W1.beta1, beta2: W1.beta2, epsilon: W1.epsilon })),
    stop: { steps, gradientNorm: null },
    diagnostics: { tier: 'basic' },
  });
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
