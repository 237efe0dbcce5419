import { build } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { grammars, kernelBinaries } from '../../esbuild.config.mjs';
import { root } from './install.mjs';

/**
 * Bundles the tests of a folder for the extension host: index.ts and every *.test.ts, each a CommonJS file.
 * @returns the folder of the bundles, in .vscode-test/ so that they find node_modules
 */
export async function bundleTests(folder, name) {
  const outdir = path.join(root, '.vscode-test', name);
  await rm(outdir, { recursive: true, force: true });
  const files = (await readdir(path.join(root, folder))).filter((file) => file === 'index.ts' || file.endsWith('.test.ts'));
  await build({
    absWorkingDir: root, entryPoints: files.map((file) => path.join(folder, file)), outdir, bundle: true, platform: 'node', target: 'node20', format: 'cjs',
    external: ['vscode', 'mocha'], mainFields: ['module', 'main'], plugins: [grammars, kernelBinaries], sourcemap: 'inline', logLevel: 'warning',
  });
  return outdir;
}
