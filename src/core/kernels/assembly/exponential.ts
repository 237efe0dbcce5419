import { Real } from './real';
import { madd, splat } from './vector';

// Functions of whole vectors. Infinities and NaN go through; series are Taylor's where no source is named.

// @ts-ignore: decorator
@inline const LOG2E: f64 = 1.4426950408889634;
/** ln 2 in two parts: the first has so few bits that its product with an exponent is exact. */
// @ts-ignore: decorator
@inline const LN2_HIGH: f64 = sizeof<Real>() == 4 ? 0.693359375 : 0.6931471803691238;
// @ts-ignore: decorator
@inline const LN2_LOW: f64 = sizeof<Real>() == 4 ? -0.00021219444005469058 : 1.9082149292705877e-10;
/** Added to a small whole number, it brings it to the last bits. */
// @ts-ignore: decorator
@inline const ROUND: f64 = sizeof<Real>() == 4 ? 12582912 : 6755399441055744;

/** 2ⁿ for whole n within the exponents of normal numbers. */
// @ts-ignore: decorator
@inline function power2(n: v128): v128 {
  const bits = v128.add<Real>(n, splat(ROUND));
  if (sizeof<Real>() == 4) return v128.shl<i32>(v128.add<i32>(bits, i32x4.splat(127)), 23);
  else return v128.shl<i64>(v128.add<i64>(bits, i64x2.splat(1023)), 52);
}

/** x − n·ln 2. */
// @ts-ignore: decorator
@inline function reduced(x: v128, n: v128): v128 {
  return v128.sub<Real>(v128.sub<Real>(x, v128.mul<Real>(n, splat(LN2_HIGH))), v128.mul<Real>(n, splat(LN2_LOW)));
}

/** eʳ − 1 for |r| ≤ ½ ln 2. */
// @ts-ignore: decorator
@inline function smallExpm1(r: v128): v128 {
  let p: v128;
  if (sizeof<Real>() == 4) {
    p = splat(0.0001984126984126984);
    p = madd(p, r, splat(0.001388888888888889));
    p = madd(p, r, splat(0.008333333333333333));
    p = madd(p, r, splat(0.041666666666666664));
    p = madd(p, r, splat(0.16666666666666666));
    p = madd(p, r, splat(0.5));
  } else {
    p = splat(1.6059043836821613e-10);
    p = madd(p, r, splat(2.08767569878681e-09));
    p = madd(p, r, splat(2.505210838544172e-08));
    p = madd(p, r, splat(2.755731922398589e-07));
    p = madd(p, r, splat(2.7557319223985893e-06));
    p = madd(p, r, splat(2.48015873015873e-05));
    p = madd(p, r, splat(0.0001984126984126984));
    p = madd(p, r, splat(0.001388888888888889));
    p = madd(p, r, splat(0.008333333333333333));
    p = madd(p, r, splat(0.041666666666666664));
    p = madd(p, r, splat(0.16666666666666666));
    p = madd(p, r, splat(0.5));
  }
  return madd(v128.mul<Real>(r, r), p, r);
}

// @ts-ignore: decorator
@inline export function exp(x: v128): v128 {
  // Beyond these bounds the result is infinity or zero.
  x = v128.min<Real>(v128.max<Real>(x, splat(sizeof<Real>() == 4 ? -105 : -746)), splat(sizeof<Real>() == 4 ? 89 : 710));
  const n = v128.nearest<Real>(v128.mul<Real>(x, splat(LOG2E)));
  const p = v128.add<Real>(smallExpm1(reduced(x, n)), splat(1));
  // In two steps: 2ⁿ itself may be out of range where the result is not.
  const half = v128.floor<Real>(v128.mul<Real>(n, splat(0.5)));
  return v128.mul<Real>(v128.mul<Real>(p, power2(half)), power2(v128.sub<Real>(n, half)));
}

/** eˣ − 1 for x ≤ 0. */
// @ts-ignore: decorator
@inline export function expm1OfNegative(x: v128): v128 {
  x = v128.max<Real>(x, splat(-40));
  const n = v128.nearest<Real>(v128.mul<Real>(x, splat(LOG2E)));
  const power = power2(n);
  return v128.add<Real>(v128.mul<Real>(power, smallExpm1(reduced(x, n))), v128.sub<Real>(power, splat(1)));
}

/** −e/(e + 2), e = exp(−2|x|) − 1, with the sign of x. */
// @ts-ignore: decorator
@inline export function tanh(x: v128): v128 {
  const size = v128.abs<Real>(x);
  const e = expm1OfNegative(v128.mul<Real>(size, splat(-2)));
  const y = v128.div<Real>(v128.neg<Real>(e), v128.add<Real>(e, splat(2)));
  return v128.or(y, v128.and(x, splat(-0.0)));
}

// @ts-ignore: decorator
@inline export function sigmoid(x: v128): v128 {
  return v128.div<Real>(splat(1), v128.add<Real>(splat(1), exp(v128.neg<Real>(x))));
}

/** ln(1 + t) = 2·artanh(t/(2 + t)) for 0 ≤ t ≤ 1. */
// @ts-ignore: decorator
@inline export function smallLog1p(t: v128): v128 {
  const s = v128.div<Real>(t, v128.add<Real>(t, splat(2)));
  const square = v128.mul<Real>(s, s);
  let p: v128;
  if (sizeof<Real>() == 4) {
    p = splat(0.058823529411764705);
    p = madd(p, square, splat(0.06666666666666667));
    p = madd(p, square, splat(0.07692307692307693));
    p = madd(p, square, splat(0.09090909090909091));
    p = madd(p, square, splat(0.1111111111111111));
    p = madd(p, square, splat(0.14285714285714285));
    p = madd(p, square, splat(0.2));
    p = madd(p, square, splat(0.3333333333333333));
    p = madd(p, square, splat(1.0));
  } else {
    p = splat(0.02857142857142857);
    p = madd(p, square, splat(0.030303030303030304));
    p = madd(p, square, splat(0.03225806451612903));
    p = madd(p, square, splat(0.034482758620689655));
    p = madd(p, square, splat(0.037037037037037035));
    p = madd(p, square, splat(0.04));
    p = madd(p, square, splat(0.043478260869565216));
    p = madd(p, square, splat(0.047619047619047616));
    p = madd(p, square, splat(0.05263157894736842));
    p = madd(p, square, splat(0.058823529411764705));
    p = madd(p, square, splat(0.06666666666666667));
    p = madd(p, square, splat(0.07692307692307693));
    p = madd(p, square, splat(0.09090909090909091));
    p = madd(p, square, splat(0.1111111111111111));
    p = madd(p, square, splat(0.14285714285714285));
    p = madd(p, square, splat(0.2));
    p = madd(p, square, splat(0.3333333333333333));
    p = madd(p, square, splat(1.0));
  }
  return v128.mul<Real>(v128.add<Real>(s, s), p);
}

/** max(x, 0) + ln(1 + exp(−|x|)). */
// @ts-ignore: decorator
@inline export function softplus(x: v128): v128 {
  return v128.add<Real>(v128.max<Real>(x, splat(0)), smallLog1p(exp(v128.neg<Real>(v128.abs<Real>(x)))));
}

/** Φ(x) of the standard normal distribution: see normal.ts; in float32 of degree 10 in (u − 2)/(u + 2). */
// @ts-ignore: decorator
@inline export function normalProbability(x: v128): v128 {
  const u = v128.min<Real>(v128.mul<Real>(v128.abs<Real>(x), splat(0.7071067811865476)), splat(40));
  const centre: f64 = sizeof<Real>() == 4 ? 2 : 3;
  const t = v128.div<Real>(v128.sub<Real>(u, splat(centre)), v128.add<Real>(u, splat(centre)));
  let p: v128;
  if (sizeof<Real>() == 4) {
    p = splat(8.170865870618866e-05);
    p = madd(p, t, splat(-3.681689447505673e-05));
    p = madd(p, t, splat(-0.0006648241234245503));
    p = madd(p, t, splat(6.0601201583023655e-05));
    p = madd(p, t, splat(0.003915824659907257));
    p = madd(p, t, splat(-0.0004852726209542791));
    p = madd(p, t, splat(-0.025238403622539332));
    p = madd(p, t, splat(0.0425308335835277));
    p = madd(p, t, splat(0.03781345713096985));
    p = madd(p, t, splat(-0.2599745731567319));
    p = madd(p, t, splat(0.7661870350498466));
  } else {
    p = splat(-1.2711506689522682e-09);
    p = madd(p, t, splat(-3.862810971781306e-09));
    p = madd(p, t, splat(1.0423919369055346e-08));
    p = madd(p, t, splat(4.296818744329175e-08));
    p = madd(p, t, splat(-3.822498481380302e-08));
    p = madd(p, t, splat(-2.8200723383753283e-07));
    p = madd(p, t, splat(5.234210702739828e-08));
    p = madd(p, t, splat(1.578508237157305e-06));
    p = madd(p, t, splat(2.6603442503591374e-07));
    p = madd(p, t, splat(-8.98407049547742e-06));
    p = madd(p, t, splat(-1.5166647076921398e-06));
    p = madd(p, t, splat(5.611707151011229e-05));
    p = madd(p, t, splat(-2.0550971009164816e-05));
    p = madd(p, t, splat(-0.0003672879118783434));
    p = madd(p, t, splat(0.0006458140905479606));
    p = madd(p, t, splat(0.001618569041671043));
    p = madd(p, t, splat(-0.009750689280977927));
    p = madd(p, t, splat(0.021957764019778527));
    p = madd(p, t, splat(-0.02380391310930422));
    p = madd(p, t, splat(-0.010235388899281536));
    p = madd(p, t, splat(0.09902075367945344));
    p = madd(p, t, splat(-0.2309273330838061));
    p = madd(p, t, splat(0.7160046047255597));
  }
  const bell = v128.mul<Real>(splat(0.5), exp(v128.neg<Real>(v128.mul<Real>(u, u))));
  const tail = v128.div<Real>(v128.mul<Real>(bell, p), v128.add<Real>(u, splat(1)));
  return v128.bitselect(tail, v128.sub<Real>(splat(1), tail), v128.lt<Real>(x, splat(0)));
}

/** φ(x). */
// @ts-ignore: decorator
@inline export function normalDensity(x: v128): v128 {
  return v128.mul<Real>(exp(v128.mul<Real>(v128.mul<Real>(x, x), splat(-0.5))), splat(0.3989422804014327));
}

/** ln x of one normal number in float64, by the exponent and 2·artanh((m − 1)/(m + 1)); ∞ and NaN go through. */
export function log(x: f64): f64 {
  if (!(x < Infinity)) return x;
  const bits = reinterpret<u64>(x);
  let n = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    n++;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let p = 1.0 / 21;
  for (let odd = 19; odd > 0; odd -= 2) p = p * square + 1.0 / odd;
  return <f64>n * 0.6931471803691238 + (2 * s * p + <f64>n * 1.9082149292705877e-10);
}
