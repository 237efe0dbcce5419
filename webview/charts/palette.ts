import { contourColors, editorBackground, editorForeground, isLight, themeColor, themeKind } from '../theme';
import { seriesStyle, type SeriesStyle } from './series';

/** The theme as the canvases need it: resolved once a theme, not once a frame. */
export interface Palette {
  readonly light: boolean;
  readonly contrast: boolean;
  readonly background: string;
  readonly foreground: string;
  readonly strong: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly warning: string;
  readonly error: string;
  readonly widget: string;
  readonly widgetBorder: string;
  readonly low: string;
  readonly high: string;
  readonly family: string;
  series(index: number): SeriesStyle;
}

type Rgb = readonly [number, number, number];

/** Red, green, blue from 0 to 255 of a hexadecimal or rgb() colour; null for anything else. */
export function parseColor(color: string): Rgb | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(color.trim())?.[1];
  if (hex && (hex.length === 3 || hex.length === 4)) return [0, 1, 2].map((i) => Number.parseInt(hex[i] + hex[i], 16)) as unknown as Rgb;
  if (hex && (hex.length === 6 || hex.length === 8)) return [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;
  const parts = /^rgba?\(([^)]+)\)$/i.exec(color.trim())?.[1].split(/[\s,/]+/).map(Number);
  return parts && parts.length >= 3 && parts.slice(0, 3).every(Number.isFinite) ? [parts[0], parts[1], parts[2]] : null;
}

/** The colour at this opacity; unchanged where it can't be read. */
export function withAlpha(color: string, alpha: number): string {
  const rgb = parseColor(color);
  return rgb ? `rgba(${rgb.map(Math.round).join(', ')}, ${alpha})` : color;
}

/** Between two colours, `share` 0 the first, 1 the second. */
export function mix(first: string, second: string, share: number): string {
  const a = parseColor(first);
  const b = parseColor(second);
  if (!a || !b) return share < 0.5 ? first : second;
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(', ')})`;
}

export function readPalette(): Palette {
  const light = isLight();
  const theme = themeKind();
  const contrast = theme === 'highContrast' || theme === 'highContrastLight';
  const background = editorBackground();
  const foreground = editorForeground();
  const { low, high } = contourColors();
  const styles = getComputedStyle(document.documentElement);
  const known = new Map<number, SeriesStyle>();
  return {
    light, contrast, background, foreground, low, high,
    strong: light ? '#000000' : '#FFFFFF',
    muted: themeColor('descriptionForeground', foreground),
    grid: withAlpha(foreground, contrast ? 0.3 : light ? 0.13 : 0.11),
    axis: withAlpha(foreground, contrast ? 0.9 : 0.4),
    accent: contrast ? themeColor('contrastActiveBorder', themeColor('focusBorder', '#0078D4')) : themeColor('focusBorder', '#0078D4'),
    onAccent: contrast ? background : themeColor('button-foreground', '#FFFFFF'),
    warning: themeColor('editorWarning-foreground', '#CCA700'),
    error: themeColor('editorError-foreground', '#F14C4C'),
    widget: themeColor('editorWidget-background', background),
    widgetBorder: themeColor('contrastBorder', themeColor('widget-border', withAlpha(foreground, 0.2))),
    family: getComputedStyle(document.body).fontFamily || 'sans-serif',
    series(index) {
      let style = known.get(index);
      if (!style) known.set(index, (style = seriesStyle(index, styles)));
      return style;
    },
  };
}
