/**
 * The kernels' AssemblyScript → WebAssembly, as virtual modules `kernels.wasm?float32`, `?float32-relaxed` and `?float64`, each of which
 * exports the binary in base64. Shared by the build and by the test runner; a compiled binary is kept as long as its sources stay.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(folder, '..', '..', '..', '..');
const cache = path.join(root, 'node_modules', '.cache', 'gdexp-kernels');

/** Only float32 has relaxed operations: float64 is the same in every set. */
export const BINARIES = {
  float32: { real: 'f32', features: ['simd', 'bulk-memory'] },
  'float32-relaxed': { real: 'f32', features: ['simd', 'bulk-memory', 'relaxed-simd'] },
  float64: { real: 'f64', features: ['simd', 'bulk-memory'] },
};

async function sources(real) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return new Map(names.map((name, k) => [name, name === 'real.ts' ? texts[k].replace('type Real = f32', `type Real = ${real}`) : texts[k]]));
}

/** @throws Error with the compiler's messages. @returns the binary */
export async function compileKernels(name) {
  const { real, features } = BINARIES[name];
  const files = await sources(real);
  const options = ['index.ts', '-o', 'kernels.wasm', '-O3', '--runtime', 'stub', '--noAssert', '--importMemory', '--initialMemory', '0', '--use', 'abort=', ...features.flatMap((feature) => ['--enable', feature])];
  const { version } = JSON.parse(await readFile(path.join(root, 'node_modules', 'assemblyscript', 'package.json'), 'utf8'));
  const key = createHash('sha256').update(JSON.stringify([version, options, [...files]])).digest('hex').slice(0, 32);
  const kept = path.join(cache, `${name}-${key}.wasm`);
  try {
    return await readFile(kept);
  } catch { /* not compiled yet */ }
  const { default: asc } = await import('assemblyscript/asc');
  let binary = null;
  const { error, stderr } = await asc.main(options, {
    readFile: (file) => files.get(path.basename(file)) ?? null,
    writeFile: (_, contents) => { binary = contents; },
    listFiles: () => [],
  });
  if (error || binary === null) throw new Error(`The kernels (${name}) do not compile: ${error?.message ?? ''}\n${stderr.toString()}`);
  await mkdir(cache, { recursive: true });
  const partial = `${kept}.${randomUUID()}`;
  await writeFile(partial, binary);
  await rename(partial, kept);
  return Buffer.from(binary);
}

const FILTER = /\/kernels\.wasm\?([\w-]+)$/;

async function moduleText(name) {
  if (!(name in BINARIES)) throw new Error(`There are no kernels called ${name}`);
  return `export default '${(await compileKernels(name)).toString('base64')}';`;
}

/** For esbuild. */
export const kernelBinaries = {
  name: 'kernels',
  setup(api) {
    api.onResolve({ filter: FILTER }, ({ path: asked }) => ({ path: FILTER.exec(asked)[1], namespace: 'kernels' }));
    api.onLoad({ filter: /.*/, namespace: 'kernels' }, async ({ path: name }) => ({ contents: await moduleText(name), loader: 'js', watchDirs: [folder] }));
  },
};

/** For Vite. */
export const kernelBinariesOfVite = {
  name: 'kernels',
  enforce: 'pre',
  resolveId: (id) => (FILTER.test(id) ? `\0kernels:${FILTER.exec(id)[1]}` : null),
  load: async (id) => (id.startsWith('\0kernels:') ? moduleText(id.slice('\0kernels:'.length)) : null),
};
