import type { UpdateScalars, Vector } from './kernels';

export function sgd(count: number, theta: Vector, g: Vector, rate: number, { keep, l2 }: UpdateScalars): void {
  for (let i = 0; i < count; i++) theta[i] = keep * theta[i] - rate * (g[i] + l2 * theta[i]);
}

export function momentumTorch(count: number, theta: Vector, g: Vector, b: Vector, rate: number, momentum: number, gain: number, nesterov: boolean, { keep, l2 }: UpdateScalars): void {
  for (let i = 0; i < count; i++) {
    const d = g[i] + l2 * theta[i];
    const trace = momentum * b[i] + gain * d;
    b[i] = trace;
    theta[i] = keep * theta[i] - rate * (nesterov ? d + momentum * trace : trace);
  }
}

export function momentumKeras(count: number, theta: Vector, g: Vector, b: Vector, rate: number, momentum: number, nesterov: boolean, { keep, l2 }: UpdateScalars): void {
  for (let i = 0; i < count; i++) {
    const move = rate * (g[i] + l2 * theta[i]);
    const trace = momentum * b[i] - move;
    b[i] = trace;
    theta[i] = keep * theta[i] + (nesterov ? momentum * trace - move : trace);
  }
}

export function rmsprop(count: number, theta: Vector, g: Vector, v: Vector, rate: number, rho: number, epsilon: number, inside: boolean, { keep, l2 }: UpdateScalars): void {
  const rest = 1 - rho;
  for (let i = 0; i < count; i++) {
    const d = g[i] + l2 * theta[i];
    const square = rho * v[i] + rest * d * d;
    v[i] = square;
    theta[i] = keep * theta[i] - (rate * d) / (inside ? Math.sqrt(square + epsilon) : Math.sqrt(square) + epsilon);
  }
}

export function adam(
  count: number, theta: Vector, g: Vector, m: Vector, v: Vector, maxima: Vector | null,
  beta1: number, beta2: number, step: number, unbias: number, epsilon: number, { keep, l2 }: UpdateScalars,
): void {
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = 0; i < count; i++) {
    const d = g[i] + l2 * theta[i];
    const mean = beta1 * m[i] + rest1 * d;
    const square = beta2 * v[i] + rest2 * d * d;
    m[i] = mean;
    v[i] = square;
    let spread = square;
    if (maxima !== null) {
      spread = Math.max(maxima[i], square);
      maxima[i] = spread;
    }
    theta[i] = keep * theta[i] - (step * mean) / (unbias * Math.sqrt(spread) + epsilon);
  }
}
