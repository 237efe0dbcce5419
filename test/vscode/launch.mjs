/** A real VS Code in a real browser, driven by playwright: server, page, and everything that either of them says. */
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './install.mjs';
import { address, startServer } from './server.mjs';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** Without the last, Chromium now and then takes this page for one of a public network and keeps it from its own server. */
const PERMISSIONS = ['clipboard-read', 'clipboard-write', 'local-network-access'];

export const THEMES = { dark: 'Dark Modern', light: 'Light Modern', hc: 'Default High Contrast', hcLight: 'Default High Contrast Light' };

/**
 * @param options.folder workspace to open (absolute)
 * @param options.extension folder of the extension under development; none where `installed` brings it
 * @param options.installed folders of unpacked extensions to install
 * @param options.tests a module whose run() the extension host calls; `exit` then resolves with its exit code
 * @param options.files files to open at start
 * @param options.theme one of THEMES
 * @param options.settings more settings; options.env environment of the extension host
 * @param options.restricted the folder is not trusted, and VS Code asks whether it is
 * @param options.size [width, height] of the window in CSS pixels; options.scale device pixels a CSS pixel
 * @param options.locale language of the extension's texts ("ko"); VS Code's own stay English
 * @returns page, context, port, server, console (lines), exit, close()
 */
export async function launch({ folder, extension, installed, tests, files, theme = 'dark', settings = {}, env, restricted, size = [1400, 900], scale = 1, locale, echo = false } = {}) {
  const executablePath = await ensureBrowser();
  const server = await startServer({ settings: { 'workbench.colorTheme': THEMES[theme] ?? theme, ...settings }, env, installed, restricted });
  let browser;
  const close = async () => {
    await Promise.race([browser?.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 5000))]);
    await server.stop();
  };
  try {
    browser = await chromium.launch({ executablePath, args: FLAGS, headless: true, timeout: 60_000 });
    const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, deviceScaleFactor: scale, permissions: PERMISSIONS });
    const page = await context.newPage();
    const lines = [];
    /** The workbench speaks through the same channel as the tests: theirs begin with [test]. */
    const add = (line) => { lines.push(line); if (echo && (line.startsWith('[test] ') || process.env.VSCODE_TEST_VERBOSE)) console.log(line.replace(/^\[test\] /, '')); };
    page.on('console', (message) => lines.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => lines.push(`[pageerror] ${error.message}`));
    let ended;
    const exit = new Promise((resolve) => { ended = resolve; });
    await page.exposeFunction('codeAutomationLog', (type, args) => add(args.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')));
    await page.exposeFunction('codeAutomationExit', (code) => ended(code));
    page.on('crash', () => ended(70));
    if (locale) await page.addInitScript((language) => { globalThis._VSCODE_NLS_LANGUAGE = language; }, locale);
    await page.goto(address(server.port, { folder: folder && path.resolve(folder), extension, tests, files }), { timeout: 60_000 });
    if (!tests) await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
    return { page, context, browser, server, port: server.port, console: lines, exit, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The frame, among the nested ones of webviews, that shows an element. @throws Error where there is none in time. */
export async function waitForFrame(page, selector, { timeout = 30_000 } = {}) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      if (frame === page.mainFrame()) continue;
      const found = await frame.locator(selector).first().isVisible().catch(() => false);
      if (found) return frame;
    }
    await page.waitForTimeout(50);
  }
  throw new Error(`No webview with a visible "${selector}" within ${timeout / 1000} s.`);
}

const QUICK_INPUT = '.quick-input-widget:visible input';

/** The palette (or, with a text that does not begin with ">", quick open) with this text; returns its rows. */
async function quickInput(page, text) {
  await closeQuickInput(page);
  const input = page.locator(QUICK_INPUT).first();
  for (let attempt = 0; attempt < 10; attempt++) {
    await page.keyboard.press('F1');
    const filled = await input.fill(text, { timeout: 2000 }).then(() => true, () => false);
    if (filled) return page.locator('.quick-input-list .monaco-list-row');
  }
  throw new Error('The palette does not open.');
}

async function closeQuickInput(page) {
  for (let attempt = 0; attempt < 10 && (await page.locator(QUICK_INPUT).count()) > 0; attempt++) {
    await page.keyboard.press('Escape');
    await page.locator(QUICK_INPUT).first().waitFor({ state: 'hidden', timeout: 1000 }).catch(() => {});
  }
}

/** Waits until the commands of the extension can be found in the palette: from then on a file opens in its own editor. */
export async function waitForExtension(page, prefix = 'GDExp:', { timeout = 60_000 } = {}) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    const rows = await quickInput(page, `>${prefix}`);
    const found = await rows.filter({ hasText: prefix }).first().waitFor({ timeout: 1500 }).then(() => true, () => false);
    await closeQuickInput(page);
    if (found) return;
  }
  throw new Error(`No command "${prefix}…" in the palette within ${timeout / 1000} s.`);
}

/** Runs a command by its title in the palette. @throws Error where there is none. */
export async function runCommand(page, title) {
  const rows = await quickInput(page, `>${title}`);
  await rows.filter({ hasText: title.replace(/^.*?: /, '') }).first().click({ timeout: 10_000 });
  await page.locator(QUICK_INPUT).first().waitFor({ state: 'hidden', timeout: 1000 }).catch(() => {});
}

/** Opens a file of the workspace by its name, as Ctrl+P does. */
export async function openFile(page, name) {
  const rows = await quickInput(page, name);
  await rows.filter({ hasText: path.basename(name) }).first().click({ timeout: 20_000 });
}
