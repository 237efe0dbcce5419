/** `npm run docs`: writes the pages of docs/ that are made from the program itself. */
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { grammars, kernelBinaries } from '../../esbuild.config.mjs';

const root = path.resolve(import.meta.dirname, '..', '..');
const bundled = path.join(root, 'dist', 'reference.cjs');
await build({
  absWorkingDir: root, entryPoints: ['src/reference/pages.ts'], outfile: bundled, bundle: true, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'], plugins: [grammars, kernelBinaries],
});
const { makeReference } = createRequire(import.meta.url)(bundled);
const { files, missing } = makeReference(JSON.parse(await readFile(path.join(root, 'l10n', 'bundle.l10n.ko.json'), 'utf8')));
for (const [name, text] of files) {
  const file = path.join(root, 'docs', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
console.log(`${files.size} files in docs/`);
if (missing.length > 0) console.error(`Without words:\n${missing.join('\n')}`);
