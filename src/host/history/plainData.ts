/**
 * Plain data (what a structured clone would carry between threads) as bytes and back, whatever its fields: text as JSON, typed arrays
 * as their bytes, numbers that JSON lacks by name. Fields that this program does not know survive.
 *
 * Layout: Uint32 length of the JSON, the JSON in UTF-8, padding to 8 bytes, the arrays one after the other, each padded to 8 bytes.
 * Numbers are little-endian, as on every machine that VS Code runs on.
 */
const ARRAYS = { Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array } as const;
type ArrayName = keyof typeof ARRAYS;
type AnyArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** Begins a text that stands for something else; a text of the data that begins so has it twice. */
const MARK = '\u0000';
const aligned = (length: number): number => Math.ceil(length / 8) * 8;

export function encodeData(value: unknown): Uint8Array {
  const arrays: AnyArray[] = [];
  let bytes = 0;
  const json = JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'string') return each.startsWith(MARK) ? MARK + each : each;
    if (typeof each === 'number') return Number.isFinite(each) && !Object.is(each, -0) ? each : `${MARK}n${Object.is(each, -0) ? '-0' : String(each)}`;
    const name = arrayName(each);
    if (!name) return each;
    const array = each as AnyArray;
    arrays.push(array);
    const at = bytes;
    bytes += aligned(array.byteLength);
    return `${MARK}a${name}:${at}:${array.length}`;
  }) ?? 'null';
  const text = new TextEncoder().encode(json);
  const start = aligned(4 + text.length);
  const out = new Uint8Array(start + bytes);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  let at = start;
  for (const array of arrays) {
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return out;
}

/** @throws Error where the bytes are not what `encodeData` made. */
export function decodeData(bytes: Uint8Array): unknown {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const start = aligned(4 + length);
  const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length));
  return JSON.parse(json, (_key, each: unknown) => {
    if (typeof each !== 'string' || !each.startsWith(MARK)) return each;
    switch (each[1]) {
      case MARK: return each.slice(1);
      case 'n': return Number(each.slice(2));
      case 'a': return readArray(bytes, start, each.slice(2));
      default: throw new Error('unknown mark');
    }
  });
}

function arrayName(value: unknown): ArrayName | null {
  if (!ArrayBuffer.isView(value)) return null;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return name in ARRAYS ? (name as ArrayName) : null;
}

/** A copy in a buffer of its own: a view would need its place to be a multiple of the element's size in the whole file. */
function readArray(bytes: Uint8Array, start: number, mark: string): AnyArray {
  const [name, at, length] = mark.split(':');
  if (!(name in ARRAYS)) throw new Error(`unknown array ${name}`);
  const Kind = ARRAYS[name as ArrayName];
  const from = start + Number(at);
  const size = Number(length) * Kind.BYTES_PER_ELEMENT;
  if (!(from + size <= bytes.length)) throw new Error('the data is cut short');
  return new Kind(bytes.slice(from, from + size).buffer);
}
