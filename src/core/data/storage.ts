import { slices, type Work } from './work';

type Numbers = Float64Array | Float32Array | Uint8Array | Int32Array;
export type DenseValues = Float64Array | Float32Array | Uint8Array;

/** How wide a number must be stored to stay exactly what it is. */
export type Width = 'byte' | 'single' | 'double';

/** The width that values and their powers up to `powers` need, at least `least`. What is no number decides nothing: it is refused later. */
export function widthOf(values: Float64Array | Int32Array, powers = 1, least: Width = 'byte'): Width {
  if (least === 'double') return least;
  let bytes = least === 'byte';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let power = value;
    for (let k = 0; k < powers; k++, power *= value) {
      bytes &&= power >= 0 && power <= 255 && Math.floor(power) === power && !Object.is(power, -0);
      if (!bytes && Math.fround(power) !== power && !Number.isNaN(power)) return 'double';
    }
  }
  return bytes ? 'byte' : 'single';
}

export function zeros(width: Width, length: number, shared: boolean): DenseValues {
  const bytes = length * (width === 'byte' ? 1 : width === 'single' ? 4 : 8);
  const buffer = memory(bytes, shared);
  return width === 'byte' ? new Uint8Array(buffer) : width === 'single' ? new Float32Array(buffer) : new Float64Array(buffer);
}

function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer !== 'undefined';
}

/** Memory of so many bytes; with `shared`, where the host has it, such that workers see the same. */
export function memory(bytes: number, shared: boolean): ArrayBuffer {
  // Views of both are alike; the two types differ only in what nothing here asks of them.
  return (shared && hasSharedMemory() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as ArrayBuffer;
}

/** The numbers in the narrowest of the three types that holds every one exactly: less memory to stream through in each epoch. */
export function* narrowest(values: Float64Array | Int32Array, shared: boolean): Work<DenseValues> {
  let width: Width = 'byte';
  yield* slices(values.length, 1, (from, to) => {
    width = widthOf(values.subarray(from, to), 1, width);
  });
  if ((width as Width) === 'double' && values instanceof Float64Array) return yield* stored(values, shared);
  const out = zeros(width, values.length, shared);
  yield* slices(values.length, 1, (from, to) => out.set(values.subarray(from, to), from));
  return out;
}

/** The array itself, or with `shared`, where the host has shared memory, a copy there. */
export function* stored<T extends Numbers>(values: T, shared: boolean): Work<T> {
  if (!shared || !hasSharedMemory() || values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => T)(new SharedArrayBuffer(values.byteLength));
  yield* slices(values.length, 1, (from, to) => copy.set(values.subarray(from, to) as never, from));
  return copy;
}
