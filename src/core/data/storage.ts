type Numbers = Float64Array | Float32Array | Uint8Array | Int32Array;

/** The numbers in the narrowest of the three types that holds every one exactly: less memory to stream through in each epoch. */
export function narrowest(values: Float64Array | Int32Array): Float64Array | Float32Array | Uint8Array {
  let bytes = true;
  let singles = true;
  for (let i = 0; i < values.length && singles; i++) {
    const value = values[i];
    bytes &&= value >= 0 && value <= 255 && Math.floor(value) === value && !Object.is(value, -0);
    singles = Math.fround(value) === value;
  }
  if (singles) return bytes ? Uint8Array.from(values) : Float32Array.from(values);
  return values instanceof Int32Array ? Float64Array.from(values) : values;
}

/** The array itself, or with `shared`, where the host has shared memory, a copy there. */
export function stored<T extends Numbers>(values: T, shared: boolean): T {
  if (!shared || typeof SharedArrayBuffer === 'undefined' || values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => T)(new SharedArrayBuffer(values.byteLength));
  copy.set(values as never);
  return copy;
}
