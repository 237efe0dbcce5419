import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../vscode/install.mjs';

/** What the extension consists of in a browser; the rest of dist/ is for a Node host. */
const PARTS = ['media', 'l10n', 'docs', 'examples', path.join('dist', 'examples.json'), 'syntaxes', 'language-configuration.json', path.join('dist', 'web'), path.join('dist', 'webview')];

/**
 * A copy of the built extension that says nothing of Node: with no `main` in its package.json, VS Code runs it in the browser's worker
 * host even where a Node host stands ready, as it does where there is none.
 * @param folder made anew
 * @returns folder, for `installed` of launch()
 */
export async function makeWebExtension(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'dist'), { recursive: true });
  const texts = (await readdir(root)).filter((name) => /^package\.nls.*\.json$/.test(name));
  for (const part of [...PARTS, ...texts]) await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  const { main: _main, bin: _bin, ...manifest } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}
