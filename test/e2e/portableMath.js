/**
 * Elementary functions made of + − × ÷ alone, put before a worker's script: what ECMAScript leaves to each engine (V8 has changed its own
 * between versions) is then the same in all, and whatever still differs is the program's doing. To about 1e-15, as far as the runs need it.
 */
(() => {
  const LN2_HIGH = 6.93147180369123816490e-01;
  const LN2_LOW = 1.90821492927058770002e-10;
  const HALF_PI_HIGH = 1.57079632673412561417;
  const HALF_PI_LOW = 6.07710050650619224932e-11;
  const view = new DataView(new ArrayBuffer(8));

  /** x · 2ᵏ */
  const scaled = (x, k) => {
    for (; k > 1000; k -= 1000) x *= 2 ** 1000;
    for (; k < -1000; k += 1000) x *= 2 ** -1000;
    view.setUint32(0, (k + 1023) << 20);
    view.setUint32(4, 0);
    return x * view.getFloat64(0);
  };

  const exp = (x) => {
    if (x !== x || x === Infinity) return x;
    if (x > 710) return Infinity;
    if (x < -746) return 0;
    const k = Math.round(x / (LN2_HIGH + LN2_LOW));
    const r = x - k * LN2_HIGH - k * LN2_LOW;
    let sum = 1;
    for (let n = 18; n > 0; n--) sum = 1 + (r / n) * sum;
    return scaled(sum, k);
  };

  const log = (x) => {
    if (x !== x || x < 0) return NaN;
    if (x === 0) return -Infinity;
    if (x === Infinity) return x;
    let k = 0;
    if (x < 2.2250738585072014e-308) {
      x *= 2 ** 60;
      k = -60;
    }
    view.setFloat64(0, x);
    const high = view.getUint32(0);
    k += (high >>> 20) - 1023;
    view.setUint32(0, (high & 0xfffff) | 0x3ff00000);
    let m = view.getFloat64(0);
    if (m > 1.4142135623730951) {
      m /= 2;
      k++;
    }
    const s = (m - 1) / (m + 1);
    let sum = 0;
    for (let n = 31; n > 0; n -= 2) sum = sum * s * s + 1 / n;
    return k * LN2_HIGH + (2 * s * sum + k * LN2_LOW);
  };

  const expm1 = (x) => {
    const u = exp(x);
    if (u === 1) return x;
    return u === Infinity || u - 1 === -1 ? u - 1 : ((u - 1) * x) / log(u);
  };
  const log1p = (x) => {
    const u = 1 + x;
    return u === 1 ? x : u === Infinity || u <= 0 ? log(u) : (log(u) * x) / (u - 1);
  };

  /** sin(x + quarter · π/2) */
  const wave = (x, quarter) => {
    if (!Number.isFinite(x)) return NaN;
    const k = Math.round(x / (HALF_PI_HIGH + HALF_PI_LOW));
    const r = x - k * HALF_PI_HIGH - k * HALF_PI_LOW;
    const place = (((k + quarter) % 4) + 4) % 4;
    let sum = 1;
    if (place % 2 === 0) for (let n = 22; n > 0; n -= 2) sum = 1 - ((r * r) / (n * (n + 1))) * sum;
    else for (let n = 22; n > 0; n -= 2) sum = 1 - ((r * r) / (n * (n - 1))) * sum;
    const value = place % 2 === 0 ? r * sum : sum;
    return place < 2 ? value : -value;
  };

  const tanh = (x) => {
    if (Math.abs(x) > 20) return Math.sign(x);
    const t = expm1(2 * x);
    return t / (t + 2);
  };

  const enginePow = Math.pow;
  const pow = (x, y) => {
    if (Number.isInteger(y) && Math.abs(y) < 2 ** 31) {
      let result = 1;
      for (let n = Math.abs(y), square = x; n > 0; n = Math.floor(n / 2), square *= square) if (n % 2 === 1) result *= square;
      return y < 0 ? 1 / result : result;
    }
    return x > 0 && x < Infinity && Number.isFinite(y) ? exp(y * log(x)) : enginePow(x, y);
  };

  Object.assign(Math, {
    exp, log, expm1, log1p, tanh, pow,
    sin: (x) => wave(x, 0), cos: (x) => wave(x, 1), tan: (x) => wave(x, 0) / wave(x, 1),
    sinh: (x) => (expm1(x) - expm1(-x)) / 2, cosh: (x) => (exp(x) + exp(-x)) / 2,
    log2: (x) => log(x) / log(2), log10: (x) => log(x) / log(10),
  });
})();
