/**
 * Seeded random numbers in named streams: the same key gives the same numbers in every host, with any number of workers.
 * Generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), 32-bit integer
 * arithmetic only, so its bits do not depend on the engine. `normal` also uses Math.log and Math.sqrt: bit-identical within one
 * JavaScript engine.
 */
export interface RandomStream {
  /** Uniform on [0, 1), 53 random bits. */
  uniform(): number;
  /** N(0, 1). */
  normal(): number;
  /** Uniform on the 2³² unsigned integers. */
  bits(): number;
  /** As many calls of `bits` as `out` has places, several times faster. */
  fillBits(out: Uint32Array): void;
}

/**
 * The stream of one purpose. Streams of different (seed, purpose, name) are independent; equal ones are equal.
 * @param purpose what the numbers are for: "gradientNoise", "optimizer", "lanczos".
 * @param name a layer's name or an optimizer's label where streams of one purpose must differ; empty where runs share the stream.
 */
export function randomStream(seed: number, purpose: string, name = ''): RandomStream {
  return new Xoshiro128(`${seed}\u0000${purpose}\u0000${name}`);
}

/** MurmurHash3's finalizer: every input bit reaches every output bit. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

class Xoshiro128 implements RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare = NaN;

  constructor(key: string) {
    // FNV-1a over the UTF-16 units in four lanes of different offset, each finished by `mix`.
    const lanes = [0x811c9dc5, 0x9e3779b9, 0x7f4a7c15, 0x94d049bb].map((lane) => {
      let h = lane;
      for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
      return mix(h);
    });
    [this.a, this.b, this.c, this.d] = lanes;
    if ((this.a | this.b | this.c | this.d) === 0) this.a = 1; // the all-zero state is the generator's fixed point
    for (let i = 0; i < 8; i++) this.bits();
  }

  bits(): number {
    const s = Math.imul(this.b, 5);
    const result = Math.imul((s << 7) | (s >>> 25), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  fillBits(out: Uint32Array): void {
    let { a, b, c, d } = this;
    for (let i = 0; i < out.length; i++) {
      const s = Math.imul(b, 5);
      out[i] = Math.imul((s << 7) | (s >>> 25), 9);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  uniform(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /** Marsaglia's polar method; the second number of a pair is kept for the next call. */
  normal(): number {
    const spare = this.spare;
    if (spare === spare) {
      this.spare = NaN;
      return spare;
    }
    let u: number;
    let v: number;
    let s: number;
    do {
      u = 2 * this.uniform() - 1;
      v = 2 * this.uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    this.spare = v * factor;
    return u * factor;
  }
}
