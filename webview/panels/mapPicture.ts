import type { PropertyValues } from 'lit';
import { query } from 'lit/decorators.js';
import { panBox, zoomBox, type Box, type MapTransform } from '../charts/mapView';
import { Picture } from '../charts/picture';
import { formatNumber } from '../numbers';
import { remembered } from '../state/remembered';

export const ZOOM_STEP = 1.5;

/** A picture that is moved about in: by wheel, by keys, by dragging; with a tip at the pointer. */
export abstract class MapPicture extends Picture {
  @query('.map') protected map!: HTMLElement;
  @query('.map-tip') protected tip!: HTMLElement;
  /** Numbers in place of the picture. */
  @remembered<boolean>('landscape.asTable', false, (value) => typeof value === 'boolean') protected asTable!: boolean;
  /** The part that a person chose; null: all. */
  protected view: Box | null = null;

  /** Where places stand in the picture now; null before there is anything to show. */
  protected abstract transform(): MapTransform | null;

  /** Shows all again. */
  protected abstract fit(): void;

  /** Whether numbers still tell the places of this part apart. */
  protected abstract showable(box: Box): boolean;

  protected override firstUpdated(_changed: PropertyValues): void {
    this.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  protected setView(box: Box | null): void {
    if (box && !this.showable(box)) return;
    this.view = box;
    this.requestUpdate();
    this.invalidate('size');
  }

  /** Around a place, else around the middle. */
  protected zoomBy(factor: number, a?: number, b?: number): void {
    const box = this.transform()?.box;
    if (box) this.setView(zoomBox(box, factor, a ?? (box.a[0] + box.a[1]) / 2, b ?? (box.b[0] + box.b[1]) / 2));
  }

  /** @param from the part that was shown when the drag began, and where the pointer was then */
  protected pan(from: { readonly view: Box; readonly x: number; readonly y: number }, at: { readonly x: number; readonly y: number }, { area }: MapTransform): void {
    const { a, b } = from.view;
    this.map.classList.add('is-panning');
    this.setView(panBox(from.view, (-(at.x - from.x) * (a[1] - a[0])) / area.width, ((at.y - from.y) * (b[1] - b[0])) / area.height));
  }

  private wheel(event: WheelEvent): void {
    if (!(event.target instanceof Element) || !event.target.closest('.map')) return;
    // On a narrow page the wheel scrolls the page; with Ctrl it zooms there too.
    if (!event.ctrlKey && !event.metaKey && this.closest('.is-narrow')) return;
    const transform = this.transform();
    if (!transform) return;
    event.preventDefault();
    const at = this.place(event);
    const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
    this.zoomBy(Math.exp(-Math.max(-200, Math.min(200, delta)) * 0.002), transform.a(at.x), transform.b(at.y));
  }

  protected key(event: KeyboardEvent): void {
    const box = this.transform()?.box;
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    const da = (box.a[1] - box.a[0]) * 0.1;
    const db = (box.b[1] - box.b[0]) * 0.1;
    switch (event.key) {
      case 'ArrowLeft': this.setView(panBox(box, -da, 0)); break;
      case 'ArrowRight': this.setView(panBox(box, da, 0)); break;
      case 'ArrowUp': this.setView(panBox(box, 0, db)); break;
      case 'ArrowDown': this.setView(panBox(box, 0, -db)); break;
      case '+': case '=': this.zoomBy(ZOOM_STEP); break;
      case '-': this.zoomBy(1 / ZOOM_STEP); break;
      case '0': this.fit(); break;
      default: return;
    }
    event.preventDefault();
  }

  /** Where the pointer is in the picture, in CSS pixels. */
  protected place(event: MouseEvent): { x: number; y: number } {
    const frame = this.map.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  /** Beside the pointer, within the picture; an empty text takes it away. */
  protected showTip(text: string, at?: { x: number; y: number }): void {
    if (!this.tip) return;
    this.tip.hidden = text === '';
    if (text === '' || !at) return;
    this.tip.textContent = text;
    const { offsetWidth, offsetHeight } = this.tip;
    const x = at.x + 14 + offsetWidth > this.map.clientWidth ? at.x - offsetWidth - 10 : at.x + 14;
    const y = at.y + 18 + offsetHeight > this.map.clientHeight ? at.y - offsetHeight - 10 : at.y + 18;
    this.tip.style.transform = `translate(${Math.max(0, Math.round(x))}px, ${Math.max(0, Math.round(y))}px)`;
  }
}

/** A share of the variance as a percentage that is not rounded up to the whole. */
export function percent(share: number): string {
  return share > 0.99 && share < 0.9995 ? (100 * share).toFixed(1) : formatNumber(100 * share, share > 0.1 ? 3 : 2);
}
