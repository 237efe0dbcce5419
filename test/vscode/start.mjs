/**
 * `npm start`: a VS Code with the extension, opened on examples/. The desktop program where there is a display and a `code` command;
 * else the same VS Code in a browser, at the address that is printed, until Ctrl+C.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureServer, root, which } from './install.mjs';
import { address, startServer } from './server.mjs';

const examples = path.join(root, 'examples');
const hasDisplay = process.platform === 'darwin' || process.platform === 'win32' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const code = which(process.platform === 'win32' ? 'code.cmd' : 'code');

if (!existsSync(path.join(root, 'dist', 'extension.js'))) throw new Error('The extension is not built: npm run build');
if (hasDisplay && code && !process.argv.includes('--browser')) {
  console.log('Opening VS Code on examples/ …');
  const child = spawn(code, [`--extensionDevelopmentPath=${root}`, '--new-window', examples], { stdio: 'inherit', shell: process.platform === 'win32' });
  child.on('error', (error) => { console.error(error.message); process.exit(1); });
  child.on('close', (status) => process.exit(status ?? 1));
} else {
  if (hasDisplay) console.log('No `code` command on the PATH: VS Code will open in the browser.');
  await ensureServer();
  const server = await startServer({ port: process.env.PORT ? Number(process.env.PORT) : undefined, profile: path.join(root, '.vscode-test', 'start') });
  console.log('\nGDExp runs in a real VS Code in your browser. Open this address:\n');
  console.log(`  ${address(server.port, { folder: examples, extension: root })}\n`);
  console.log('Click a .gdexp file in the Explorer to see its lab. Ctrl+C ends it.');
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  server.child.on('exit', (status) => { if (!stopping) { console.error(`VS Code ended (${status}).\n${server.output().slice(-2000)}`); process.exit(1); } });
}
