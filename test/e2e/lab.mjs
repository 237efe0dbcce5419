/** What a person sees and does in the lab, in one place: the tests speak of it, not of its markup. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../vscode/install.mjs';
import { launch, openFile, runCommand, waitForExtension, waitForFrame } from '../vscode/launch.mjs';

export const screens = path.join(root, 'test-results', 'screens');

/** Starts VS Code on a copy of the examples. @returns what launch() gives, with `folder` and a close() that deletes the copy. */
export async function openExamples({ lessons = /./, ...options } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gdexp-e2e-'));
  await cp(path.join(root, 'examples'), folder, { recursive: true, filter: (source) => !source.endsWith('.gdexp') || lessons.test(path.basename(source)) });
  try {
    const instance = await launch({ folder, extension: root, ...options });
    await waitForExtension(instance.page);
    return { ...instance, folder, close: async () => { await instance.close(); await rm(folder, { recursive: true, force: true }); } };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Repeats a question until the answer is not false, null or undefined. @throws Error with `what`. */
export async function eventually(what, ask, timeout = 20_000) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`Not within ${timeout / 1000} s: ${what}${last ? ` (${last.message})` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The lab that is shown now, when it has drawn its toolbar. */
export class Lab {
  constructor(page, frame) {
    this.page = page;
    this.frame = frame;
  }

  static async shown(page, title = '') {
    return new Lab(page, await waitForFrame(page, `.toolbar .title:has-text(${JSON.stringify(title)})`));
  }

  /** Opens a file by Quick Open and waits for its lab, with results. */
  static async open(page, file, title) {
    await openFile(page, file);
    const lab = await Lab.shown(page, title);
    await lab.settled();
    return lab;
  }

  /** Each row of the results: { label, status, steps, loss, verdict }. */
  async results() {
    return this.frame.locator('table.results tbody tr').evaluateAll((rows) => rows.map((row) => {
      const number = (text) => Number(text.replace(/−/g, '-').replace(/[\s,]/g, ''));
      const cells = [...row.children].map((cell) => cell.textContent.trim());
      return { label: row.querySelector('.row-name')?.textContent.trim() ?? cells[0], status: cells[1], steps: number(cells[2]), loss: number(cells[3]), verdict: row.querySelector('.column-verdict b')?.textContent.trim() ?? '' };
    }));
  }

  /** Waits until there are results and none of them is still running. */
  settled(count = 1) {
    return eventually('finished results', async () => {
      if (await this.frame.locator('.progress.is-running').count()) return false;
      const rows = await this.results();
      return rows.length >= count && rows.every(({ verdict }) => verdict !== '' && verdict !== 'Running') && rows;
    });
  }

  button(name) {
    return this.frame.getByRole('button', { name }).first();
  }

  tab(name) {
    return this.frame.getByRole('tab', { name }).first();
  }

  /** Opens a picture unless it is open (with two of them side by side, a click on an open one's tab closes it). @returns the picture */
  async show(name) {
    const tab = this.tab(name);
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    const picture = this.frame.getByRole('group', { name, exact: true });
    await picture.waitFor();
    return picture;
  }

  rate(label) {
    return this.frame.locator(`input[type=range][aria-label="Learning rate of ${label}"]`);
  }

  async step() {
    return Number((await this.frame.locator('.timeline-step b').textContent()).replace(/\D/g, ''));
  }

  /** Where a share of a slider's track lies on the screen. */
  async onTrack(slider, share) {
    const box = await slider.boundingBox();
    const thumb = 14;
    return [box.x + thumb / 2 + share * (box.width - thumb), box.y + box.height / 2];
  }

  /** Drags a slider to the left, in so many moves of so much of its track, and holds it there. */
  async drag(slider, moves, each) {
    await slider.scrollIntoViewIfNeeded();
    const share = await this.share(slider);
    await this.page.mouse.move(...await this.onTrack(slider, share));
    await this.page.mouse.down();
    for (let move = 1; move <= moves; move++) {
      await this.page.mouse.move(...await this.onTrack(slider, share - move * each));
      await this.page.waitForTimeout(40);
    }
  }

  /** Share of the track at which a slider stands. */
  share(slider) {
    return slider.evaluate((input) => (Number(input.value) - Number(input.min)) / (Number(input.max) - Number(input.min)));
  }

  /** The drawn pixels of a picture, as a digest: equal pictures, equal digests. */
  picture(name) {
    return this.frame.locator(`.picture[data-panel=${name}] canvas`).evaluateAll((canvases) => {
      let hash = 0;
      for (const canvas of canvases) {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width || 1, canvas.height || 1);
        for (let i = 0; i < data.length; i += 4) hash = (Math.imul(hash, 31) + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) | 0;
      }
      return `${canvases.length}:${hash}`;
    });
  }

  /** How many colours a picture shows: a blank one has one or two. */
  colours(name) {
    return this.frame.locator(`.picture[data-panel=${name}] canvas`).evaluateAll((canvases) => {
      const seen = new Set();
      for (const canvas of canvases) {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width || 1, canvas.height || 1);
        for (let i = 0; i < data.length; i += 4 * 17) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      }
      return seen.size;
    });
  }
}

/** Whether the tab of a file shows the mark of unsaved changes. */
export function isDirty(page, file) {
  return page.locator(`.tabs-container .tab.dirty[data-resource-name=${JSON.stringify(file)}]`).count().then((count) => count > 0);
}

/** Closes every tab and throws unsaved changes away. */
export async function closeEditors(page) {
  await runCommand(page, 'View: Close All Editors').catch(() => {});
  const discard = page.getByRole('button', { name: /Don't Save/ });
  await eventually('no editor', async () => {
    if (await discard.first().isVisible()) await discard.first().click();
    return (await page.locator('.editor-group-container .tab').count()) === 0;
  });
}

export async function screenshot(page, name) {
  await mkdir(screens, { recursive: true });
  await page.screenshot({ path: path.join(screens, `${name}.png`) });
}

/** A picture of the window beside the message of a test that failed. */
export function pictureOfFailures(getPage) {
  return async function afterTest() {
    if (this.currentTest?.state !== 'failed') return;
    const page = getPage();
    if (page) await screenshot(page, `failed-${this.currentTest.title.replace(/\W+/g, '-').slice(0, 60)}`).catch(() => {});
  };
}
