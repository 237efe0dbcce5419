/**
 * Puts a real VS Code where tests and `npm start` can use it without downloading the desktop program: the VS Code server
 * and its web workbench as packaged by code-server on npm, run by the Node that it wants, shown by Chromium.
 * Everything lies in .vscode-test/ and is made once; a marker file says which version is complete.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';
/** Raise when the steps below change, so that an older installation is made anew. */
const RECIPE = 1;
const folder = path.join(root, '.vscode-test', 'code-server');
const marker = path.join(folder, 'installed.json');
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const nodeFolder = path.join(folder, 'node_modules', nodePackage);
const vscodeFolder = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
/** Native modules that the server loads at start; the others in its tree belong to features that are not used. */
const NATIVE = ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@parcel/watcher', '@vscode/fs-copyfile'];
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const VERSION = `${CODE_SERVER}, node ${NODE}, ${process.platform}-${process.arch}, recipe ${RECIPE}`;

function say(text) {
  process.stderr.write(`[vscode] ${text}\n`);
}

/** Full path of a program on the PATH, or null. */
export function which(name) {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    if (directory && existsSync(file)) return file;
  }
  return null;
}

/** Runs a program to its end, silently; its output is shown only if it fails. @throws Error with the last lines. */
function run(command, args, { cwd, env, timeout = 600_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (data) => { output = (output + data).slice(-8000); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    const fail = (why) => reject(new Error(`${command} ${args.join(' ')}: ${why}\n${output}`));
    child.on('error', (error) => { clearTimeout(timer); fail(error.message); });
    child.on('close', (code, signal) => { clearTimeout(timer); if (code === 0) resolve(output); else fail(signal ?? `exit code ${code}`); });
  });
}

/** Installs Debian packages. @throws Error where this is not Debian, or not permitted. */
async function aptInstall(packages) {
  if (!which('apt-get') || process.getuid?.() !== 0) throw new Error(`Please install ${packages.join(', ')} with the package manager of this system (apt-get as root would do it).`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say(`installing ${packages.join(', ')} with apt-get …`);
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
}

/** Path of a Chromium-like browser: CHROMIUM_PATH, one on the PATH, else Debian's, installed now. */
export async function ensureBrowser() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const find = () => BROWSERS.map(which).find(Boolean);
  if (!find()) await aptInstall(['chromium', 'fonts-dejavu-core', 'fonts-noto-cjk']);
  const found = find();
  if (!found) throw new Error('No Chromium found: install it, or name one in CHROMIUM_PATH.');
  return found;
}

async function ensureCompilers() {
  const missing = [['make', 'make'], ['g++', 'g++'], ['python3', 'python3']].filter(([program]) => !which(program)).map(([, name]) => name);
  if (missing.length) await aptInstall(missing);
}

/** Whether the server is complete in the version that this file names. */
export function isServerInstalled() {
  try {
    return JSON.parse(readFileSync(marker, 'utf8')).version === VERSION;
  } catch {
    return false;
  }
}

/** Installs the server if it is not there (about two minutes). @returns paths of its Node and of its entry. */
export async function ensureServer() {
  const paths = { node: path.join(nodeFolder, 'bin', 'node'), server: path.join(vscodeFolder, 'out', 'server-main.js'), builtin: path.join(vscodeFolder, 'extensions') };
  if (isServerInstalled()) return paths;
  if (process.platform === 'win32') throw new Error('On Windows please use the desktop VS Code: set VSCODE_DESKTOP=1 for tests.');
  const started = Date.now();
  say('a VS Code for tests is not here yet: installing it into .vscode-test/ (once, about two minutes, 800 MB)');
  await ensureCompilers();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, PATH: `${path.dirname(paths.node)}${path.delimiter}${process.env.PATH}`, npm_config_nodedir: nodeFolder };
  // npm exports the options of the outer `npm start` or `npm test`; the inner calls must not inherit its place.
  for (const name of ['npm_config_local_prefix', 'npm_config_prefix', 'npm_package_json', 'INIT_CWD', 'npm_config_omit', 'NODE_ENV']) delete env[name];
  say(`1/4 code-server ${CODE_SERVER} and Node ${NODE} …`);
  await run('npm', ['install', ...quiet, `${nodePackage}@${NODE}`, `code-server@${CODE_SERVER}`], { cwd: folder, env: { ...env, PATH: process.env.PATH } });
  say('2/4 the libraries of VS Code …');
  await run('npm', ['install', '--omit=dev', ...quiet], { cwd: vscodeFolder, env });
  say('3/4 the libraries of its built-in extensions …');
  await run('npm', ['install', '--omit=dev', ...quiet], { cwd: paths.builtin, env });
  say('4/4 compiling its native modules …');
  await run('npm', ['rebuild', '--loglevel=error', ...NATIVE], { cwd: vscodeFolder, env });
  const version = spawnSync(paths.node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (version !== `v${NODE}` || !existsSync(paths.server)) throw new Error(`The installation in ${folder} is not complete (Node ${version}).`);
  await writeFile(marker, `${JSON.stringify({ version: VERSION })}\n`);
  say(`done in ${Math.round((Date.now() - started) / 1000)} s`);
  return paths;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureServer();
  if (!process.argv.includes('--server-only')) await ensureBrowser();
}
