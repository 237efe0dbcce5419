/**
 * How fast a loader reads and how much memory it needs beside its result: node --expose-gc test/bench/loaders.mjs [FILE.csv]
 * Without a file it reads a table of 100 MB that it writes to the temporary folder.
 */
import { appendFileSync, createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gdexp-bench-'));

/** Ten whole numbers, ten decimals and a name a row. */
function table(file, megabytes) {
  let written = 0;
  let text = `${Array.from({ length: 20 }, (_, i) => `c${i}`).join(',')},label\n`;
  while (written < megabytes * 1e6) {
    for (let i = 0; i < 1000; i++) text += `${Array.from({ length: 20 }, (_, j) => (j < 10 ? Math.floor(16 * Math.random()) : (10 * Math.random() - 5).toFixed(4))).join(',')},${'abc'[Math.floor(3 * Math.random())]}\n`;
    appendFileSync(file, text);
    written += text.length;
    text = '';
  }
}

try {
  let [file] = process.argv.slice(2);
  if (!file) table((file = path.join(folder, 'table.csv')), 100);
  const bundle = path.join(folder, 'loaders.mjs');
  await build({ entryPoints: [path.resolve(import.meta.dirname, '../../src/loaders/csv.ts')], bundle: true, format: 'esm', platform: 'node', outfile: bundle, logLevel: 'error' });
  const { loadCsv } = await import(bundle);
  globalThis.gc?.();
  const held = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const before = held();
  let peak = 0;
  const source = { name: file, size: statSync(file).size, chunks: () => createReadStream(file, { highWaterMark: 1 << 20 }) };
  const start = performance.now();
  const loaded = await loadCsv(source, { progress: () => { peak = Math.max(peak, held()); } });
  const seconds = (performance.now() - start) / 1000;
  const arrays = loaded.columns.reduce((sum, column) => sum + (column.values ?? column.codes).byteLength, 0);
  console.log(`${(source.size / 1e6).toFixed(1)} MB, ${loaded.rows} rows: ${seconds.toFixed(2)} s, ${(source.size / 1e6 / seconds).toFixed(0)} MB/s; arrays ${(arrays / 1e6).toFixed(0)} MB, at most ${((peak - before) / 1e6).toFixed(0)} MB held while reading, whole process ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
