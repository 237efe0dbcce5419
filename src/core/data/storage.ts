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
  const buffer = shared && hasSharedMemory() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  return width === 'byte' ? new Uint8Array(buffer) : width === 'single' ? new Float32Array(buffer) : new Float64Array(buffer);
}

function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer !== 'undefined';
}

/** The numbers in the narrowest of the three types that holds every one exactly: less memory to stream through in each epoch. */
export function narrowest(values: Float64Array | Int32Array, shared: boolean): DenseValues {
  const width = widthOf(values);
  if (width === 'double' && values instanceof Float64Array) return stored(values, shared);
  const out = zeros(width, values.length, shared);
  out.set(values);
  return out;
}

/** The array itself, or with `shared`, where the host has shared memory, a copy there. */
export function stored<T extends Numbers>(values: T, shared: boolean): T {
  if (!shared || !hasSharedMemory() || values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => T)(new SharedArrayBuffer(values.byteLength));
  copy.set(values as never);
  return copy;
}
