import { formatCount, formatNumber } from '../numbers';

export type ScaleKind = 'linear' | 'log' | 'symlog';

/** A place on an axis. With `exponent` it is written as a power of ten, `text` before it ("10", "−10"). */
export interface Tick {
  readonly value: number;
  readonly text: string;
  readonly exponent?: number;
}

/** 1, 2, 2.5 or 5 times a power of ten: the smallest that is at least `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  return (ratio <= 1.0001 ? 1 : ratio <= 2.0001 ? 2 : ratio <= 2.5001 ? 2.5 : ratio <= 5.0001 ? 5 : 10) * power;
}

function tickText(value: number, step: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 1e6 || step < 1e-4) return formatNumber(value);
  if (Math.abs(value) >= 1000 && step >= 1) return formatCount(value);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const text = value.toFixed(Math.min(digits + (Math.round((step * 10 ** digits) % 1 * 10) > 0 ? 1 : 0), 8));
  return (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace('-', '\u2212');
}

/** Round values in [min, max], about `count` of them. */
export function linearTicks(min: number, max: number, count: number): Tick[] {
  if (!(max > min) || !Number.isFinite(max - min)) return Number.isFinite(min) ? [{ value: min, text: formatNumber(min) }] : [];
  const step = niceStep((max - min) / Math.max(1, count));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) ticks.push({ value: i * step, text: tickText(i * step, step) });
  return ticks;
}

/** Powers of ten in [min, max], every second, third … where there are many; 1, 3 (or 1, 2, 5) times them where there are few. */
export function logTicks(min: number, max: number, count: number): Tick[] {
  const low = Math.log10(min);
  const high = Math.log10(max);
  if (!(high > low)) return [{ value: min, text: formatNumber(min) }];
  if (high - low < 0.9) return linearTicks(min, max, count).filter((tick) => tick.value > 0);
  if (high - low < 2.6) {
    const factors = high - low < 1.4 && count >= 4 ? [1, 2, 5] : [1, 3];
    const ticks: Tick[] = [];
    for (let e = Math.floor(low); e <= high; e++) {
      for (const factor of factors) {
        const value = factor * 10 ** e;
        if (value >= min * 0.999999 && value <= max * 1.000001) ticks.push(e < -3 || e > 3 ? { value, text: formatNumber(value) } : { value, text: tickText(value, Math.min(1, value)) });
      }
    }
    return ticks;
  }
  const stride = [1, 2, 3, 4, 5, 10, 20, 50, 100].find((s) => (high - low) / s <= count) ?? 100;
  const ticks: Tick[] = [];
  for (let e = Math.ceil(low / stride - 1e-9) * stride; e <= high + 1e-9; e += stride) ticks.push({ value: 10 ** e, text: '10', exponent: e });
  return ticks;
}

/** One axis: values ⇄ pixels. A symmetric logarithm is linear within ±threshold. */
export class Scale {
  private readonly low: number;
  private readonly high: number;

  constructor(readonly kind: ScaleKind, readonly min: number, readonly max: number, readonly start: number, readonly end: number, readonly threshold = 1) {
    this.low = this.forward(min);
    this.high = this.forward(max);
  }

  /** Where equal distances are equal on the screen: the value, its logarithm, or its symmetric logarithm. */
  forward(value: number): number {
    if (this.kind === 'log') return value >= 0 ? Math.log10(value) : NaN;
    if (this.kind === 'symlog') return Math.sign(value) * Math.log10(1 + Math.abs(value) / this.threshold);
    return value;
  }

  backward(value: number): number {
    if (this.kind === 'log') return 10 ** value;
    if (this.kind === 'symlog') return Math.sign(value) * this.threshold * (10 ** Math.abs(value) - 1);
    return value;
  }

  at(value: number): number {
    return this.start + ((this.forward(value) - this.low) / (this.high - this.low || 1)) * (this.end - this.start);
  }

  invert(pixel: number): number {
    return this.backward(this.low + ((pixel - this.start) / (this.end - this.start || 1)) * (this.high - this.low));
  }

  ticks(count: number): Tick[] {
    if (this.kind === 'log') return logTicks(this.min, this.max, count);
    if (this.kind === 'linear') return linearTicks(this.min, this.max, count);
    return this.symmetricTicks(count);
  }

  private symmetricTicks(count: number): Tick[] {
    const decades = Math.max(1, Math.ceil(Math.log10(Math.max(Math.abs(this.min), Math.abs(this.max), this.threshold) / this.threshold)));
    const stride = Math.max(1, Math.ceil(((this.min < 0 && this.max > 0 ? 2 : 1) * decades) / Math.max(1, count - 1)));
    const base = Math.round(Math.log10(this.threshold));
    const ticks: Tick[] = this.min <= 0 && this.max >= 0 ? [{ value: 0, text: '0' }] : [];
    for (let e = base + stride; e <= base + decades; e += stride) {
      for (const sign of [-1, 1]) {
        const value = sign * 10 ** e;
        if (value >= this.min && value <= this.max) ticks.push({ value, text: sign < 0 ? '\u221210' : '10', exponent: e });
      }
    }
    return ticks.sort((a, b) => a.value - b.value);
  }
}
