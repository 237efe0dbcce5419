import { html, render } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import './browserGaps';
import '../../webview/elements/explanation';
import type { Explanation } from '../../webview/elements/explanation';
import { term, termIcon, withinReach } from '../../webview/elements/term';
import { PageStore } from '../../webview/state/store';
import { RecordingPort } from './fixtures';

let port: RecordingPort;
let explanation: Explanation;
let place: HTMLElement;

beforeEach(() => {
  port = new RecordingPort();
  explanation = document.createElement('gdexp-explanation') as Explanation;
  explanation.store = new PageStore(port);
  place = document.createElement('div');
  document.body.append(place, explanation);
});
afterEach(() => {
  vi.useRealTimers();
  place.remove();
  explanation.remove();
});

const popup = () => explanation.querySelector<HTMLElement>('.explanation')!;
const isOpen = () => popup().matches(':popover-open');
const words = () => popup().textContent!.replace(/\s+/g, ' ').trim();
const settled = async () => {
  for (let i = 0; i < 8; i++) await Promise.resolve();
  await explanation.updateComplete;
};

async function put(...content: unknown[]): Promise<HTMLButtonElement[]> {
  render(html`${content}<button class="other">elsewhere</button>`, place);
  await Promise.all([...place.querySelectorAll('gdexp-term')].map((one) => (one as unknown as { updateComplete: Promise<unknown> }).updateComplete));
  return [...place.querySelectorAll<HTMLButtonElement>('gdexp-term button')];
}

/** The host's answer to the last question. */
async function answer(...known: { term: string; name?: string; text?: string; formula?: string; letters?: string }[]): Promise<void> {
  const { request } = port.of('explain').at(-1)!;
  port.say({ type: 'reply', request, explanations: known.map((one) => ({ name: '', text: 'A sentence.', formula: null, letters: '', ...one })) });
  await settled();
}

function key(name: string, target: Element, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

describe('a word that is explained', () => {
  it('says that it opens a dialog, and keeps its label as its name', async () => {
    const [word, sign] = await put(term('loss', 'Loss'), termIcon('sharpness', 'Sharpness'));
    expect(word.textContent).toBe('Loss');
    expect(word.getAttribute('aria-haspopup')).toBe('dialog');
    expect(word.getAttribute('aria-expanded')).toBe('false');
    expect(sign.getAttribute('aria-label')).toContain('Sharpness');
  });

  it('is looked up when it is pressed first and never again', async () => {
    const [word] = await put(term('loss', 'Loss'));
    expect(port.of('explain')).toEqual([]);
    word.click();
    await settled();
    expect(port.of('explain').map(({ terms }) => terms)).toEqual([['loss']]);
    expect(word.getAttribute('aria-expanded')).toBe('true');
    await answer({ term: 'loss', name: 'Loss', text: 'What is made small, see `stop`.', formula: 'L(\\theta)', letters: 'L: loss' });
    expect(words()).toContain('What is made small, see stop.');
    expect(popup().querySelector('code')!.textContent).toBe('stop');
    expect(popup().querySelector('.explanation-formula .katex')).not.toBeNull();
    expect(words()).toContain('L: loss');
    expect(popup().getAttribute('role')).toBe('dialog');
    expect(popup().querySelector(`#${popup().getAttribute('aria-labelledby')}`)!.textContent).toBe('Loss');
    expect(popup().querySelector(`#${popup().getAttribute('aria-describedby')}`)!.textContent).toContain('What is made small');
    word.click();
    word.click();
    await settled();
    expect(isOpen()).toBe(true);
    expect(port.of('explain')).toHaveLength(1);
  });

  it('moves the focus to its explanation, and Escape brings it back', async () => {
    const [word] = await put(term('loss', 'Loss'));
    word.focus();
    word.click();
    await settled();
    await answer({ term: 'loss' });
    await vi.waitFor(() => expect(document.activeElement).toBe(popup()));
    const event = key('Escape', popup());
    expect(event.defaultPrevented).toBe(true);
    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(word);
    await (word.closest('gdexp-term') as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    expect(word.getAttribute('aria-expanded')).toBe('false');
  });

  it('leads to the reference', async () => {
    const [word] = await put(term('verdict.saddle', 'Saddle point'));
    word.click();
    await settled();
    await answer({ term: 'verdict.saddle' });
    [...popup().querySelectorAll('button')].find((one) => one.textContent!.includes('More in the reference'))!.click();
    expect(port.of('openTerm')).toEqual([{ type: 'openTerm', term: 'verdict.saddle' }]);
    expect(isOpen()).toBe(false);
  });

  it('of a form is a stop of the Tab key only while the focus is in its row', async () => {
    const [word] = await put(html`<div class="row" @focusin=${withinReach} @focusout=${withinReach}>${term('field.stop.steps', 'Steps', 'Updates at most.', true)}<input></div>`);
    const control = place.querySelector('input')!;
    const drawn = () => (word.closest('gdexp-term') as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    expect(word.tabIndex).toBe(-1);
    control.focus();
    await drawn();
    expect(word.tabIndex).toBe(0);
    word.focus();
    await drawn();
    expect(word.tabIndex).toBe(0);
    place.querySelector<HTMLElement>('.other')!.focus();
    await drawn();
    expect(word.tabIndex).toBe(-1);
  });

  it('does not press what it stands in', async () => {
    const pressed = vi.fn();
    const [word] = await put(html`<div @click=${pressed}>${term('status.diverged', 'Diverged')}</div>`);
    word.click();
    expect(pressed).not.toHaveBeenCalled();
  });

  it('takes its explanation along when it goes', async () => {
    const [word] = await put(term('loss', 'Loss'));
    word.click();
    await settled();
    expect(isOpen()).toBe(true);
    render(html``, place);
    expect(isOpen()).toBe(false);
  });
});

describe('the explanation', () => {
  it('goes on a press elsewhere, and a second press on its word', async () => {
    const [word] = await put(term('loss', 'Loss'));
    word.click();
    await settled();
    place.querySelector('.other')!.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true }));
    expect(isOpen()).toBe(false);
    word.click();
    await settled();
    expect(isOpen()).toBe(true);
    word.click();
    expect(isOpen()).toBe(false);
  });

  it('is left by Tab after its last stop', async () => {
    const [word] = await put(term('loss', 'Loss'));
    word.focus();
    word.click();
    await settled();
    await answer({ term: 'loss', formula: 'x' });
    const stops = [...popup().querySelectorAll<HTMLElement>('[tabindex="0"], button')];
    expect(stops).toHaveLength(2);
    stops[0].focus();
    expect(key('Tab', stops[0]).defaultPrevented).toBe(false);
    expect(isOpen()).toBe(true);
    stops[1].focus();
    // Not prevented: the browser goes on from the word.
    expect(key('Tab', stops[1]).defaultPrevented).toBe(false);
    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(word);
  });

  it('opens under a resting mouse without taking the focus, stays under the pointer and goes with it', async () => {
    vi.useFakeTimers();
    const [word] = await put(term('loss', 'Loss'));
    const pointer = (type: string, target: Element) => target.dispatchEvent(Object.assign(new MouseEvent(type), { pointerType: 'mouse' }));
    pointer('pointerenter', word);
    await vi.advanceTimersByTimeAsync(100);
    pointer('pointerleave', word);
    await vi.advanceTimersByTimeAsync(2000);
    expect(isOpen()).toBe(false);
    const before = document.activeElement;
    pointer('pointerenter', word);
    await vi.advanceTimersByTimeAsync(1000);
    expect(isOpen()).toBe(true);
    expect(document.activeElement).toBe(before);
    pointer('pointerleave', word);
    pointer('pointerenter', popup());
    await vi.advanceTimersByTimeAsync(2000);
    expect(isOpen()).toBe(true);
    pointer('pointerleave', popup());
    await vi.advanceTimersByTimeAsync(2000);
    expect(isOpen()).toBe(false);
    pointer('pointerenter', word);
    await vi.advanceTimersByTimeAsync(1000);
    key('Escape', document.body);
    expect(isOpen()).toBe(false);
  });

  it('has the words of a field before the host has answered, and those of its value after', async () => {
    const [word] = await put(term('layer.dense.activation activation.relu', 'Activation', 'The function applied to every output.'));
    word.click();
    await settled();
    expect(words()).toContain('The function applied to every output.');
    await answer({ term: 'layer.dense.activation', text: 'not this' }, { term: 'activation.relu', text: 'Cuts off what is negative.', formula: '\\max(0,x)' });
    expect(words()).not.toContain('not this');
    expect([...popup().querySelectorAll('h2')].map((one) => one.textContent)).toEqual(['Activation', 'relu']);
    expect(words()).toContain('Cuts off what is negative.');
  });

  it('folds many words to their names', async () => {
    const [word] = await put(termIcon('contours path projection', 'Words of this picture'));
    word.click();
    await settled();
    await answer({ term: 'contours', name: 'Contour lines' }, { term: 'path', name: 'Path' }, { term: 'projection', name: 'Projection' });
    expect([...popup().querySelectorAll('summary')].map((one) => one.textContent)).toEqual(['Contour lines', 'Path', 'Projection']);
    expect([...popup().querySelectorAll('details')].map((one) => one.open)).toEqual([true, false, false]);
  });

  it('says why there is no answer, and asks again', async () => {
    const [word] = await put(term('loss', 'Loss'));
    word.click();
    await settled();
    port.say({ type: 'reply', request: port.of('explain').at(-1)!.request, error: 'the file is gone' });
    await settled();
    expect(words()).toContain('It could not be looked up: the file is gone');
    word.click();
    word.click();
    await settled();
    await answer({ term: 'loss', text: 'What is made small.' });
    expect(words()).toContain('What is made small.');
  });

  it('says so where nothing is known', async () => {
    const [word] = await put(term('nonsense', 'Nonsense'));
    word.click();
    await settled();
    await answer();
    expect(words()).toContain('Nonsense');
    expect(words()).toContain('Nothing more is known of it.');
  });
});
