/**
 * Pictures of the lab:  node test/webview/harness/shoot.mjs <folder> [scenario:theme:WxH[:panel+panel[:step|end]] …]
 * WAIT=ms waits so long before the picture: networks train in the page.
 * Without a list: the usual scenario in dark and light, wide and narrow.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from './serve.mjs';

const [folder = 'shots', ...wanted] = process.argv.slice(2);
const shots = wanted.length > 0 ? wanted : ['rosenbrock:dark:1400x900', 'rosenbrock:light:1400x900', 'rosenbrock:dark:480x900', 'rosenbrock:light:480x900'];
await mkdir(folder, { recursive: true });
const { port, close } = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'] });
try {
  for (const shot of shots) {
    const [scenario, theme, size, panels, step = '120'] = shot.split(':');
    const [width, height] = size.split('x').map(Number);
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 });
    const page = await context.newPage();
    const said = new Set();
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && said.add(message.text().slice(0, 300)));
    page.on('pageerror', (error) => said.add(error.stack ?? error.message));
    await page.addInitScript(({ name, state }) => sessionStorage.getItem(name) ?? sessionStorage.setItem(name, state), {
      name: `lab-${scenario}`,
      state: JSON.stringify({ panels: panels ? panels.split('+') : undefined, split: panels ? panels.includes('+') : true, selected: '0/2', step: step === 'end' ? null : Number(step) }),
    });
    await page.goto(`http://localhost:${port}/?theme=${theme}&scenario=${scenario}`);
    await page.waitForTimeout(Number(process.env.WAIT ?? 1200));
    await page.screenshot({ path: path.join(folder, `${scenario}-${theme}-${size}${panels ? `-${panels}` : ''}.png`) });
    for (const text of said) console.log(`${shot}: ${text}`);
    await context.close();
  }
} finally {
  await browser.close();
  await close();
}
