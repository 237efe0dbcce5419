/**
 * How fast loaders read and what memory they need beside their result; how fast rows are encoded and gathered into batches.
 * node --expose-gc test/bench/loaders.mjs [FILE.csv]: without a file, files of up to 100 MB are written to the temporary folder.
 */
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'gdexp-bench-'));
const place = (name) => path.join(folder, name);
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** Writes `line` over and over, until there are so many megabytes. */
function write(file, megabytes, header, line) {
  const block = Array.from({ length: 5000 }, line).join('');
  writeFileSync(file, header + block.repeat(Math.ceil((megabytes * 1e6) / block.length)));
}

const source = (file) => ({ name: file, size: statSync(file).size, chunks: () => createReadStream(file, { highWaterMark: 1 << 20 }) });
/** Seconds of the processor, which other programs do not lengthen. */
const worked = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
const arraysOf = (value) => (ArrayBuffer.isView(value) ? value.byteLength : value && typeof value === 'object' ? Object.values(value).reduce((sum, each) => sum + arraysOf(each), 0) : 0);

async function measure(name, size, load) {
  globalThis.gc?.();
  const held = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const before = held();
  let peak = 0;
  const start = worked();
  const loaded = await load({ progress: () => (peak = Math.max(peak, held())) });
  const seconds = worked() - start;
  peak = Math.max(peak, held());
  const bytes = arraysOf(loaded);
  console.log(`${name.padEnd(14)} ${mb(size).padStart(7)} in ${seconds.toFixed(2)} s: ${(size / 1e6 / seconds).toFixed(0).padStart(4)} MB/s; result ${mb(bytes)}, at most ${mb(peak - before)} held (${((peak - before) / bytes).toFixed(2)}×)`);
  return loaded;
}

try {
  const bundle = place('loaders.mjs');
  const entry = ['loaders/csv', 'loaders/idx', 'loaders/libsvm', 'loaders/npz', 'loaders/pieces', 'core/data/encode', 'core/data/gather', 'core/data/permutation'].map((file) => `export * from ${JSON.stringify(path.join(root, 'src', file))};`).join('\n');
  await build({ stdin: { contents: entry, resolveDir: root }, bundle: true, format: 'esm', platform: 'browser', outfile: bundle, logLevel: 'error' });
  const { loadCsv, loadIdxArray, loadLibsvm, loadNpzArrays, writeNpz, inSlices, encode, Gatherer, identity } = await import(bundle);
  const integer = (limit) => Math.floor(limit * Math.random());

  const [given] = process.argv.slice(2);
  const csv = given ?? place('table.csv');
  if (!given) write(csv, 100, `${Array.from({ length: 20 }, (_, i) => `c${i}`).join(',')},label\n`, () => `${Array.from({ length: 20 }, (_, j) => (j < 10 ? integer(16) : (10 * Math.random() - 5).toFixed(4))).join(',')},${'abc'[integer(3)]}\n`);
  const table = await measure('CSV', statSync(csv).size, (options) => loadCsv(source(csv), options));

  const spec = { source: { kind: 'csv', path: csv }, features: null, target: table.columns.at(-1).name, imageShape: null };
  const start = worked();
  const data = await inSlices(encode(table, spec, { classification: false, shared: false }), Infinity);
  console.log(`encoding       ${(worked() - start).toFixed(2)} s for ${data.rows} × ${data.shape} (${data.x.values.constructor.name})`);
  const [width] = data.shape;
  const receiver = { rows: 128, inputSize: width, outputSize: 1, input: new Float32Array(128 * width), target: new Float32Array(128), kernels: null, setSparse: () => undefined };
  const order = identity(data.rows);
  const scale = { shift: new Float64Array(width).fill(1), factor: new Float64Array(width).fill(2) };
  const gatherer = new Gatherer(receiver, { data, rows: order }, { input: scale, target: { shift: [], factor: [] } }, { kind: 'numbers', outputs: 1 }, null, 0);
  const gatherAll = () => { for (let from = 0; from + 128 <= data.rows; from += 128) gatherer.fill(order, from, 128); };
  gatherAll();
  const gatherStart = worked();
  gatherAll();
  const nanoseconds = (1e9 * (worked() - gatherStart)) / (data.rows * width);
  console.log(`gathering      ${nanoseconds.toFixed(2)} ns a number, standardized, batches of 128`);

  const svm = place('rows.svm');
  write(svm, 60, '', () => {
    const indices = [...new Set(Array.from({ length: 40 }, () => 1 + integer(10_000)))].sort((a, b) => a - b);
    return `${integer(2)} ${indices.map((index) => `${index}:${Math.random().toFixed(3)}`).join(' ')}\n`;
  });
  await measure('LIBSVM', statSync(svm).size, (options) => loadLibsvm(source(svm), 10_000, options));

  const pictures = new Uint8Array(16 + 60_000 * 784);
  new DataView(pictures.buffer).setUint32(0, 0x803);
  [60_000, 28, 28].forEach((size, i) => new DataView(pictures.buffer).setUint32(4 + 4 * i, size));
  for (let i = 16; i < pictures.length; i++) pictures[i] = Math.random() < 0.2 ? integer(256) : 0;
  const zipped = place('images.gz');
  writeFileSync(zipped, gzipSync(pictures, { level: 1 }));
  await measure('IDX, gzip', pictures.length, (options) => loadIdxArray(source(zipped), options));
  const numbers = Float32Array.from({ length: 10e6 }, () => integer(100) / 100);
  for (const compress of [false, true]) {
    const npz = place('arrays.npz');
    writeFileSync(npz, writeNpz(new Map([['x', { shape: [numbers.length], values: numbers }]]), compress));
    await measure(compress ? 'NPZ, deflated' : 'NPZ, stored', numbers.byteLength, (options) => loadNpzArrays(source(npz), null, options).then((arrays) => arrays.get('x')));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
