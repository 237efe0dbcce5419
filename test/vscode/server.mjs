/** Starts the VS Code server of install.mjs on a free local port, with a profile of its own, and stops its whole process group. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, symlinkSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureServer } from './install.mjs';

/** Quiet and quick: nothing asks for a sign-in, nothing goes out to the network. */
export const SETTINGS = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.layoutControl.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'github.gitAuthentication': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'window.commandCenter': false,
  'window.autoDetectColorScheme': false,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function waitForHttp(url, child, milliseconds) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`The VS Code server ended with exit code ${child.exitCode}.`);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      if (response.ok) return;
    } catch { /* not listening yet */ }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The VS Code server did not answer within ${milliseconds / 1000} s.`);
}

async function logFiles(folder, name) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && name.test(entry.name)).map((entry) => path.join(entry.parentPath, entry.name));
}

/**
 * @param options.settings added to SETTINGS
 * @param options.port a port to use; a free one by default
 * @param options.env added to the environment of server and extension host
 * @param options.installed folders of unpacked extensions to put among the installed ones
 * @param options.restricted workspaces begin untrusted, as VS Code has it; else it does not ask
 * @param options.profile folder for settings and installed extensions; a temporary one, deleted at the end, by default
 * @returns port, profile, node and server paths, extensionsDir, `logs()` (text of the extension host's log and of the output channels), `stop()`
 */
export async function startServer({ settings = {}, port, env = {}, installed = [], restricted = false, profile } = {}) {
  const paths = await ensureServer();
  const temporary = !profile;
  profile ??= await mkdtemp(path.join(tmpdir(), 'gdexp-vscode-'));
  const user = path.join(profile, 'user');
  const extensionsDir = path.join(profile, 'extensions');
  await mkdir(path.join(user, 'Machine'), { recursive: true });
  await mkdir(extensionsDir, { recursive: true });
  await writeFile(path.join(user, 'Machine', 'settings.json'), JSON.stringify({ ...SETTINGS, ...(restricted ? { 'security.workspace.trust.enabled': true } : {}), ...settings }, null, 2));
  for (const extension of installed) await cp(extension, path.join(extensionsDir, path.basename(extension)), { recursive: true });
  port ??= await freePort();
  // A VS Code that runs this program must not leak its own settings into the one that is started.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_)/.test(name) && name !== 'NODE_OPTIONS'));
  const child = spawn(paths.node, [
    paths.server, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--enable-smoke-test-driver', ...(restricted ? [] : ['--disable-workspace-trust']),
    '--disable-telemetry', '--accept-server-license-terms', '--server-data-dir', path.join(profile, 'server'), '--user-data-dir', user, '--extensions-dir', extensionsDir,
  ], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, EXTENSIONS_GALLERY: '{}', ...env } });
  let output = '';
  const keep = (data) => { output = (output + data).slice(-100_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const signalGroup = (signal) => {
    try { process.kill(-child.pid, signal); } catch { /* the group is gone */ }
  };
  const onExit = () => signalGroup('SIGKILL');
  process.once('exit', onExit);

  async function stop() {
    process.off('exit', onExit);
    signalGroup('SIGTERM');
    for (let k = 0; k < 30 && child.exitCode === null && child.signalCode === null; k++) await new Promise((resolve) => setTimeout(resolve, 100));
    signalGroup('SIGKILL');
    if (temporary) await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }).catch(() => {});
  }

  try {
    await waitForHttp(`http://127.0.0.1:${port}/version`, child, 60_000);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${output}`);
  }
  return {
    port, profile, extensionsDir, user, paths, child, stop,
    output: () => output,
    logs: async () => (await Promise.all((await logFiles(profile, /\.log$/)).map(async (file) => `== ${path.relative(profile, file)}\n${await readFile(file, 'utf8')}`))).join('\n'),
  };
}

/**
 * A VS Code that has an extension under development takes the first colour theme it finds below that folder. The one installed here is itself below
 * the project's folder, so the project goes by another path, which has no theme below it.
 */
function besideThemes(extension) {
  const link = path.join(tmpdir(), `gdexp-under-development-${createHash('sha1').update(extension).digest('hex').slice(0, 12)}`);
  if (!existsSync(link)) symlinkSync(extension, link, 'dir');
  return link;
}

/** The address that opens a folder with an extension under development: `localhost`, since webviews need a secure context and the authority must match. */
export function address(port, { folder, extension, tests, files = [] }) {
  const remote = (file) => `vscode-remote://localhost:${port}${file}`;
  const payload = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true']];
  if (extension) payload.push(['extensionDevelopmentPath', remote(besideThemes(extension))]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  for (const file of files) payload.push(['openFile', remote(file)]);
  const query = new URLSearchParams({ ...(folder ? { folder } : { ew: 'true' }), payload: JSON.stringify(payload) });
  return `http://localhost:${port}/?${query}`;
}
