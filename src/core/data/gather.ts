import type { Arena, SparseRows, Vector } from '../kernels/kernels';
import { randomStream, type RandomStream } from '../training/random';
import { beta } from './beta';
import { DataError, type Dataset, type Part, type Scale, type SparseData, type Split } from './dataset';
import { below, shuffle } from './permutation';
import type { AugmentSpec, TargetEncoding } from './spec';

/** What batches are filled into: a network. */
export interface BatchReceiver {
  /** Rows at most. */
  readonly rows: number;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly input: Vector;
  readonly target: Vector;
  readonly kernels: Arena;
  setSparse(rows: SparseRows): void;
}

/** Numbers of one row. */
function widthOf(data: Dataset): number {
  return data.shape.reduce((product, size) => product * size, 1);
}

/** Who has filled a network last, and in which unchanging order. */
const FILLED = new WeakMap<BatchReceiver, { readonly by: Gatherer; readonly order: Int32Array | null }>();

/** To be told where rows are written into a network by another hand than a Gatherer's. */
export function forget(receiver: BatchReceiver): void {
  FILLED.delete(receiver);
}

/** Room for any batch of `rows` rows of a part, in the memory that kernels read; null where rows are dense. */
export function allocateSparse({ data, rows: part }: Part, rows: number, arena: Arena): SparseRows | null {
  const { x } = data;
  if (x.kind !== 'sparse') return null;
  const sizes = Int32Array.from(part, (row) => x.offsets[row + 1] - x.offsets[row]).sort();
  const entries = sizes.subarray(-rows).reduce((sum, size) => sum + size, 0);
  return { offsets: arena.allocInts(rows + 1), columns: arena.allocInts(entries), values: arena.alloc(entries) };
}

/**
 * Fills the rows of batches into a network, scaled, with their targets, and for training augmented. Nothing is allocated but the random
 * stream of an augmented batch, which depends on the seed, the epoch and the batch alone.
 */
export class Gatherer {
  private readonly data: Dataset;
  private readonly width: number;
  private readonly sparse: SparseRows | null;
  private readonly picture: Picture | null;
  private readonly mixed: { readonly x: Vector; readonly y: Vector; readonly order: Int32Array } | null;
  private epoch = 0;

  /** @param augment null for validation, test and prediction. @throws DataError where rows cannot be augmented so. */
  constructor(private readonly receiver: BatchReceiver, part: Part, private readonly scales: Pick<Split, 'input' | 'target'>, private readonly encoding: TargetEncoding, private readonly augment: AugmentSpec | null, private readonly seed: number) {
    this.data = part.data;
    this.width = widthOf(part.data);
    this.sparse = allocateSparse(part, receiver.rows, receiver.kernels);
    if (augment && this.sparse) throw new DataError({ code: 'sparseAugment' });
    this.picture = augment && (augment.shift > 0 || augment.flip !== 'none') ? pictureOf(part.data, augment) : null;
    this.mixed = augment && augment.mixup > 0 ? { x: receiver.input.slice(), y: receiver.target.slice(), order: new Int32Array(receiver.rows) } : null;
  }

  startEpoch(epoch: number): void {
    this.epoch = epoch;
  }

  /** Fills order[from … from+count) into the first rows of the network. @param batch of this epoch, which keys its augmentation. */
  fill(order: Int32Array, from: number, count: number, batch = 0): void {
    // Every row in an order that never changes (a full batch) stands there already, unless somebody else has filled since.
    const whole = !this.augment && from === 0 && count === order.length;
    const filled = FILLED.get(this.receiver);
    if (whole && filled?.by === this && filled.order === order) return;
    FILLED.set(this.receiver, { by: this, order: whole ? order : null });
    this.fillTargets(order, from, count);
    const { x } = this.data;
    if (x.kind === 'sparse') {
      gatherSparse(x, order, from, count, this.scales.input, this.sparse!);
      this.receiver.setSparse(this.sparse!);
      return;
    }
    const { receiver: { input }, width, augment, scales } = this;
    if (!augment) {
      gatherDense(x.values, width, order, from, count, scales.input, input);
      return;
    }
    const random = randomStream(this.seed, 'augment', `${this.epoch}/${batch}`);
    if (this.picture) this.picture.gather(x.values, order, from, count, scales.input, input, random);
    else gatherDense(x.values, width, order, from, count, scales.input, input);
    if (augment.noise > 0) for (let i = 0; i < count * width; i++) input[i] += augment.noise * random.normal();
    if (this.mixed) this.mixup(count, augment.mixup, random);
  }

  private fillTargets(order: Int32Array, from: number, count: number): void {
    const { encoding: { kind, outputs }, data: { y }, receiver: { target } } = this;
    if (kind === 'oneHot') {
      target.fill(0, 0, count * outputs);
      for (let i = 0; i < count; i++) target[i * outputs + y[order[from + i]]] = 1;
    } else if (kind === 'sign') {
      for (let i = 0; i < count; i++) target[i] = 2 * y[order[from + i]] - 1;
    } else if (kind === 'binary') gatherDense(y, outputs, order, from, count, UNSCALED, target);
    else gatherDense(y, outputs, order, from, count, this.scales.target, target);
  }

  /**
   * x ← λx + (1 − λ)x′ and likewise y, x′ the rows of the same batch in another order, one λ ~ Beta(α, α) for the batch (H. Zhang,
   * M. Cisse, Y. Dauphin, D. Lopez-Paz, "mixup: Beyond Empirical Risk Minimization", 2018, and its authors' code).
   */
  private mixup(count: number, alpha: number, random: RandomStream): void {
    const { receiver: { input, target }, width, encoding: { outputs } } = this;
    const { x, y, order } = this.mixed!;
    const share = beta(alpha, random);
    for (let i = 0; i < count; i++) order[i] = i;
    shuffleFirst(order, count, random);
    mix(input, x, width, count, order, share);
    mix(target, y, outputs, count, order, share);
  }
}

const UNSCALED: Scale = { shift: new Float64Array(0), factor: new Float64Array(0) };

function shuffleFirst(order: Int32Array, count: number, random: RandomStream): void {
  shuffle(count === order.length ? order : order.subarray(0, count), random);
}

function mix(values: Vector, scratch: Vector, width: number, count: number, order: Int32Array, share: number): void {
  const length = count * width;
  for (let i = 0; i < length; i++) scratch[i] = values[i];
  for (let row = 0; row < count; row++) {
    const other = order[row] * width;
    const at = row * width;
    for (let j = 0; j < width; j++) values[at + j] = share * scratch[at + j] + (1 - share) * scratch[other + j];
  }
}

type Source = Float64Array | Float32Array | Uint8Array;

/** Numbers from which on a row is copied whole: a view of a shorter one costs more than its numbers. */
const LONG = 32;

function gatherDense(values: Source, width: number, order: Int32Array, from: number, count: number, { shift, factor }: Scale, out: Vector): void {
  let at = 0;
  if (factor.length === 0 && width >= LONG) {
    for (let i = 0; i < count; i++, at += width) {
      const row = order[from + i] * width;
      out.set(values.subarray(row, row + width), at);
    }
  } else if (factor.length === 0) {
    for (let i = 0; i < count; i++) {
      const row = order[from + i] * width;
      for (let j = 0; j < width; j++) out[at++] = values[row + j];
    }
  } else if (factor.length === 1) {
    const [offset] = shift;
    const [scale] = factor;
    for (let i = 0; i < count; i++) {
      const row = order[from + i] * width;
      for (let j = 0; j < width; j++) out[at++] = (values[row + j] - offset) * scale;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const row = order[from + i] * width;
      for (let j = 0; j < width; j++) out[at++] = (values[row + j] - shift[j]) * factor[j];
    }
  }
}

function gatherSparse(x: SparseData, order: Int32Array, from: number, count: number, { factor }: Scale, out: SparseRows): void {
  const { offsets, indices, values } = x;
  const scale = factor.length === 0 ? 1 : factor[0];
  let at = 0;
  out.offsets[0] = 0;
  for (let i = 0; i < count; i++) {
    const row = order[from + i];
    const end = offsets[row + 1];
    for (let entry = offsets[row]; entry < end; entry++, at++) {
      out.columns[at] = indices[entry];
      out.values[at] = scale * values[entry];
    }
    out.offsets[i + 1] = at;
  }
}

function pictureOf({ shape }: Dataset, augment: AugmentSpec): Picture {
  if (shape.length < 2) throw new DataError({ code: 'augmentShape', field: augment.shift > 0 ? 'shift' : 'flip' });
  const [height, width, channels] = shape.length === 2 ? [1, ...shape] : shape;
  return new Picture(height, width, channels, augment);
}

/** Pictures moved by whole pixels and mirrored; what comes in from outside is 0 before scaling: black, as padding of a file would be. */
class Picture {
  private readonly flipX: boolean;
  private readonly flipY: boolean;

  constructor(private readonly height: number, private readonly width: number, private readonly channels: number, private readonly augment: AugmentSpec) {
    this.flipX = augment.flip === 'horizontal' || augment.flip === 'both';
    this.flipY = augment.flip === 'vertical' || augment.flip === 'both';
  }

  gather(values: Source, order: Int32Array, from: number, count: number, { shift, factor }: Scale, out: Vector, random: RandomStream): void {
    const { height, width, channels, augment } = this;
    const size = height * width * channels;
    const mode = factor.length;
    let at = 0;
    for (let i = 0; i < count; i++) {
      const row = order[from + i] * size;
      const down = augment.shift > 0 && height > 1 ? below(random, 2 * augment.shift + 1) - augment.shift : 0;
      const right = augment.shift > 0 ? below(random, 2 * augment.shift + 1) - augment.shift : 0;
      const mirrorX = this.flipX && random.uniform() < 0.5;
      const mirrorY = this.flipY && random.uniform() < 0.5;
      for (let r = 0, feature = 0; r < height; r++) {
        const sourceRow = (mirrorY ? height - 1 - r : r) - down;
        const inside = sourceRow >= 0 && sourceRow < height;
        for (let c = 0; c < width; c++) {
          const sourceColumn = (mirrorX ? width - 1 - c : c) - right;
          const pixel = inside && sourceColumn >= 0 && sourceColumn < width ? row + (sourceRow * width + sourceColumn) * channels : -1;
          for (let k = 0; k < channels; k++, feature++) {
            const value = pixel < 0 ? 0 : values[pixel + k];
            out[at++] = mode === 0 ? value : mode === 1 ? (value - shift[0]) * factor[0] : (value - shift[feature]) * factor[feature];
          }
        }
      }
    }
  }
}
