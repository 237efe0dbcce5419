import { build, context } from 'esbuild';
import { parse } from 'jsonc-parser';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import peggy from 'peggy';
import { kernelBinaries } from './src/core/kernels/assembly/compile.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));

/** Grammar (.peggy) → ES module source. Shared by this build and by the test runner's configuration. */
export function compileGrammar(source, filename) {
  return peggy.generate(source, { output: 'source', format: 'es', grammarSource: filename });
}

export const grammars = {
  name: 'peggy',
  setup(api) {
    api.onLoad({ filter: /\.peggy$/ }, async ({ path: file }) => ({
      contents: compileGrammar(await readFile(file, 'utf8'), path.basename(file)),
      loader: 'js',
    }));
  },
};

export { kernelBinaries };

/** Modules that the Node host loads on first need: each its own file beside extension.js, so that activation stays small. */
const LAZY = {
  experiments: 'src/host/lazy/experiments.ts',
  language: 'src/host/language/service.ts',
  typeset: 'src/host/language/typeset.ts',
  results: 'src/host/lazy/results.ts',
  scripts: 'src/host/lazy/scripts.ts',
  testing: 'src/host/lazy/testing.ts',
  automation: 'src/host/lazy/automation.ts',
  templates: 'src/host/lazy/templates.ts',
  glossary: 'src/host/lazy/glossary.ts',
};

const lazyEntries = {
  name: 'lazy-entries',
  setup(api) {
    api.onResolve({ filter: /^\./ }, async (args) => {
      if (args.kind !== 'dynamic-import' && args.kind !== 'require-call') return undefined;
      const target = path.join(args.resolveDir, args.path) + '.ts';
      const name = Object.keys(LAZY).find((key) => path.join(root, LAZY[key]) === target);
      return name ? { path: `./${name}.js`, external: true } : undefined;
    });
  },
};

const production = process.argv.includes('--production');
const common = { bundle: true, minify: production, sourcemap: !production, logLevel: 'info', target: 'es2022', absWorkingDir: root, legalComments: 'linked' };
const node = { ...common, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'] };

/** KaTeX names each font three times; every engine that VS Code runs on reads woff2. */
const woff2Only = {
  name: 'woff2-only',
  setup(api) {
    api.onLoad({ filter: /KaTeX_[\w-]+\.ttf$/ }, () => ({ contents: '', loader: 'empty' }));
  },
};

/** The lab's page. The test harness builds it the same way into its own folder. */
export const labTarget = {
  ...common, platform: 'browser', format: 'iife', entryPoints: { lab: 'webview/lab.ts' }, outdir: 'dist/webview', plugins: [grammars, woff2Only],
  loader: { '.css': 'css', '.woff2': 'file', '.woff': 'empty', '.ttf': 'file' }, assetNames: 'fonts/[name]',
};

/** The page that compares runs. */
export const compareTarget = { ...labTarget, entryPoints: { compare: 'webview/compare/compare.ts' }, plugins: [woff2Only] };

const targets = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', external: ['vscode'], plugins: [grammars, lazyEntries] },
  { ...node, entryPoints: LAZY, outdir: 'dist', external: ['vscode'], plugins: [grammars, lazyEntries] },
  { ...node, entryPoints: { worker: 'src/worker/node.ts' }, outdir: 'dist', plugins: [grammars, kernelBinaries] },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, outdir: 'dist', plugins: [grammars, kernelBinaries], banner: { js: '#!/usr/bin/env node' } },
  { ...common, platform: 'browser', format: 'cjs', entryPoints: { extension: 'src/extension.web.ts' }, outdir: 'dist/web', external: ['vscode'], plugins: [grammars] },
  { ...common, platform: 'browser', format: 'iife', entryPoints: { worker: 'src/worker/web.ts', typeset: 'src/host/language/typesetWorker.ts' }, outdir: 'dist/web', plugins: [grammars, kernelBinaries] },
  labTarget,
  compareTarget,
];

/** Strings anywhere in a value. */
function strings(value) {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
}

/** What "Open an Example" offers: every experiment of examples/ with its title, its description and the files that it reads. */
export async function exampleIndex() {
  const folder = path.join(root, 'examples');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.gdexp')).sort();
  return Promise.all(files.map(async (file) => {
    const { title, description, ...rest } = parse(await readFile(path.join(folder, file), 'utf8'), [], { allowTrailingComma: true });
    const data = [...new Set(strings(rest))].filter((name) => /^[\w][\w./ -]*\.\w+$/.test(name) && !name.includes('..') && !name.endsWith('.gdexp') && existsSync(path.join(folder, name)));
    return { file, title, description, data };
  }));
}

/** Name, licence and licence text of every library of which something is in a bundle; of AssemblyScript its runtime is, in the kernels. */
async function licenses(inputs) {
  const names = new Set(['assemblyscript']);
  for (const input of inputs) {
    const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (name) names.add(name);
  }
  const texts = await Promise.all([...names].sort().map(async (name) => {
    const folder = path.join(root, 'node_modules', name);
    if (!existsSync(folder)) throw new Error(`${name} is bundled and is not at the top of node_modules: its licence cannot be told`);
    const { version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? (await readFile(path.join(folder, file), 'utf8')).trim() : 'Its package has no text of the licence.'}\n`;
  }));
  return `GDExp contains parts of these libraries.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

async function run() {
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
  await mkdir(path.join(root, 'dist', 'webview'), { recursive: true });
  await writeFile(path.join(root, 'dist', 'examples.json'), JSON.stringify(await exampleIndex()));
  await copyFile(path.join(root, 'src', 'host', 'api', 'api.d.ts'), path.join(root, 'dist', 'api.d.ts'));
  if (process.argv.includes('--watch')) {
    for (const target of targets) await (await context(target)).watch();
    return;
  }
  const built = await Promise.all(targets.map((target) => build({ ...target, metafile: true })));
  const inputs = built.flatMap(({ metafile }) => Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([name]) => name)));
  await writeFile(path.join(root, 'dist', 'licenses.txt'), await licenses(inputs));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await run();
