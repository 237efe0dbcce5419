import { html, svg, type TemplateResult } from 'lit';
import { ghostDash } from '../charts/ghosts';
import { styled } from './styled';
import { seriesStyle, type Marker } from '../charts/series';

/** A marker's outline around (0, 0), about 2·radius wide. */
export function markerPath(marker: Marker, radius: number): string {
  const r = radius;
  switch (marker) {
    case 'circle': return `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`;
    case 'diamond': return `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`;
    case 'triangle': return `M0 ${-r * 1.1}L${r * 1.15} ${r * 0.9}L${-r * 1.15} ${r * 0.9}Z`;
    case 'square': return `M${-r} ${-r}H${r}V${r}H${-r}Z`;
  }
}

/** The line and marker of a series, 28 × 12 px, as in the charts. */
export function swatch(index: number): TemplateResult {
  const style = seriesStyle(index);
  const color = styled({ stroke: style.color, fill: style.color });
  return html`<svg class="swatch" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" ${color}>
    ${svg`<path d="M1 7H27" fill="none" stroke-width="2" stroke-dasharray=${style.dash.length > 0 ? style.dash.map((length) => length * 0.8).join(' ') : 'none'} />
    <path d=${markerPath(style.marker, 4.5)} transform="translate(14 7)" stroke="none" />`}
  </svg>`;
}

/** The line of a pinned run: faint, with its dashes. */
export function ghostSwatch(index: number, slot: number): TemplateResult {
  const style = seriesStyle(index);
  return html`<svg class="swatch" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" ${styled({ stroke: style.color, fill: 'none' })}>
    ${svg`<path d="M1 7H27" fill="none" stroke-width="2" stroke-opacity="0.6" stroke-dasharray=${ghostDash(slot).map((length) => length * 0.7).join(' ')} />`}
  </svg>`;
}

/** The marker alone, as on the timeline. */
export function markerMark(index: number): TemplateResult {
  const style = seriesStyle(index);
  return html`<svg width="10" height="10" viewBox="-5 -5 10 10" aria-hidden="true" ${styled({ fill: style.color })}>${svg`<path d=${markerPath(style.marker, 3.4)} />`}</svg>`;
}

/** The marker's outline: rows of validation, predictions. */
export function hollowMark(index: number): TemplateResult {
  const style = seriesStyle(index);
  return html`<svg class="hollow-mark" width="11" height="11" viewBox="-5.5 -5.5 11 11" aria-hidden="true" ${styled({ stroke: style.color, fill: 'none' })}>${svg`<path d=${markerPath(style.marker, 3.4)} stroke-width="1.5" />`}</svg>`;
}
