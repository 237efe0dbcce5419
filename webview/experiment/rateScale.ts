/** The slider's scale: log10 of the rate, five decades from 1e-5 to 1, wider where the rate lies outside. */
export interface RateScale {
  readonly low: number;
  readonly high: number;
}

export function rateScale(value: number): RateScale {
  const exponent = value > 0 ? Math.log10(value) : 0;
  return { low: Math.min(-5, Math.floor(exponent)), high: Math.max(0, Math.ceil(exponent)) };
}

/** The rate at a position of the slider, cut to two significant digits: what a person would have typed. */
export function rateAt(position: number): number {
  return Number((10 ** position).toPrecision(2));
}

/** One press of an arrow key: the next of two significant digits about a twentieth of a decade away. */
export function rateStep(value: number, direction: 1 | -1, decades = 0.05): number {
  const position = Math.log10(value);
  const next = rateAt(position + direction * decades);
  return next === value ? rateAt(position + direction * decades * 1.5) : next;
}
