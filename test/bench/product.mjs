/** The product's parts as the benches run them, built as they are shipped, from the sources as they are now. */
import { build } from 'esbuild';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { grammars, kernelBinaries } from '../../esbuild.config.mjs';
import { root } from '../vscode/install.mjs';

const folder = path.join(root, '.vscode-test', 'bench');
const common = { absWorkingDir: root, bundle: true, minify: true, platform: 'node', target: 'node20', mainFields: ['module', 'main'], logLevel: 'warning', plugins: [grammars, kernelBinaries] };

/** @returns the exports of ours.ts, and `workerFile`; `networksFile`: where those of oursNetworks.ts are */
export async function product() {
  const outfile = path.join(folder, 'ours.mjs');
  const networksFile = path.join(folder, 'oursNetworks.mjs');
  const workerFile = path.join(folder, 'worker.cjs');
  await Promise.all([
    ...[['ours', outfile], ['oursNetworks', networksFile]].map(([name, file]) => build({ ...common, entryPoints: [`test/bench/${name}.ts`], outfile: file, format: 'esm', banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } })),
    build({ ...common, entryPoints: ['src/worker/node.ts'], outfile: workerFile, format: 'cjs' }),
  ]);
  return { ...(await import(`${pathToFileURL(outfile).href}?${Date.now()}`)), workerFile, networksFile };
}

/** The experiment of a file's text. @throws Error with what is wrong in it */
export function parsed({ parseExperiment }, text) {
  const { experiment, problems } = parseExperiment(text);
  if (!experiment) throw new Error(problems.map(({ message }) => message).join(' | '));
  return experiment;
}
