/**
 * The lab in a plain browser, with a fake host:  node test/webview/harness/serve.mjs [port]
 * then http://localhost:<port>/?theme=dark|light|hc|hcl&scenario=rosenbrock|norun|running|empty|broken|… (fakeHost.ts)
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { grammars, kernelBinaries, labTarget } from '../../../esbuild.config.mjs';
import { themes } from './themes.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf', '.woff2': 'font/woff2', '.map': 'application/json' };

/** A picture whose source is missing leaves its place empty: the rest of the page can be looked at without it. */
const withoutPictures = {
  name: 'without-pictures',
  setup(api) {
    api.onResolve({ filter: /^\.\/panels\// }, ({ path: name, resolveDir }) => (existsSync(path.join(resolveDir, `${name}.ts`)) ? undefined : { path: name, namespace: 'missing' }));
    api.onLoad({ filter: /.*/, namespace: 'missing' }, () => ({ contents: '' }));
  },
};

/** The page as a host would send it: the same content security policy, the theme's variables on the root. */
export function pageHtml(themeName) {
  const theme = themes[themeName] ?? themes.dark;
  const variables = Object.entries(theme.colors).map(([name, value]) => `--vscode-${name}: ${value};`).join(' ');
  const csp = "default-src 'none'; script-src 'self' 'nonce-lab' 'wasm-unsafe-eval'; style-src 'self' 'nonce-theme'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self'";
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${csp}">
<style nonce="theme">:root { ${variables} } body { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); font: var(--vscode-font-weight) var(--vscode-font-size) var(--vscode-font-family); margin: 0; padding: 0 20px; }</style>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="/lab.css"><title>lab</title></head>
<body class="${theme.className}" data-vscode-theme-kind="${theme.kind}"><script src="/page.js"></script><script src="/lab.js"></script></body></html>`;
}

/** Builds the page and serves it. @returns the port and a function that ends it. */
export async function serve(port = 0) {
  const out = await mkdtemp(path.join(tmpdir(), 'gdexp-lab-'));
  const rebuild = () => Promise.all([
    build({ ...labTarget, outdir: out, logLevel: 'warning', plugins: [...labTarget.plugins, withoutPictures] }),
    build({ entryPoints: [path.join(here, 'page.ts')], bundle: true, format: 'iife', outdir: out, logLevel: 'warning', plugins: [grammars, kernelBinaries] }),
  ]);
  await rebuild();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    try {
      if (url.pathname === '/') {
        if (url.searchParams.has('rebuild')) await rebuild();
        response.setHeader('content-type', 'text/html');
        response.end(pageHtml(url.searchParams.get('theme') ?? 'dark'));
      } else {
        const file = path.join(out, path.normalize(url.pathname));
        const body = await readFile(file);
        response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
        response.end(body);
      }
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(port, 'localhost', resolve));
  return { port: server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { port } = await serve(Number(process.argv[2] ?? 5199));
  console.log(`http://localhost:${port}/?theme=dark&scenario=rosenbrock`);
}
