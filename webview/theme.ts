import type { Theme } from '../src/protocol/lab';

/** The kind of colour theme, from the classes that VS Code keeps on the page's body. */
export function themeKind(body: Element = document.body): Theme {
  const classes = body.classList;
  if (classes.contains('vscode-high-contrast-light')) return 'highContrastLight';
  if (classes.contains('vscode-high-contrast')) return 'highContrast';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}

export function isLight(theme: Theme = themeKind()): boolean {
  return theme === 'light' || theme === 'highContrastLight';
}

/** A theme colour by its id ("editor.background", "gdexp.series1"); the fallback where the theme has none. */
export function themeColor(id: string, fallback: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--vscode-${id.replace(/\./g, '-')}`).trim() || fallback;
}

export interface ContourColors {
  /** The valley. */
  readonly low: string;
  /** The hill. */
  readonly high: string;
}

const CONTOURS: Readonly<Record<Theme, ContourColors>> = {
  dark: { low: '#0A141C', high: '#40596E' },
  light: { low: '#FFFFFF', high: '#B4C8D9' },
  highContrast: { low: '#000000', high: '#2B3F50' },
  highContrastLight: { low: '#FFFFFF', high: '#C4D3E0' },
};

/** The ends of the map's ramp, from valley to hill. */
export function contourColors(): ContourColors {
  const usual = CONTOURS[themeKind()];
  return { low: themeColor('gdexp.contourLow', usual.low), high: themeColor('gdexp.contourHigh', usual.high) };
}

export function editorBackground(): string {
  return themeColor('editor.background', isLight() ? '#FFFFFF' : '#1F1F1F');
}

export function editorForeground(): string {
  return themeColor('editor.foreground', isLight() ? '#3B3B3B' : '#CCCCCC');
}

/**
 * Calls the listener once a frame at most after VS Code switched the theme (body class) or its colours (style of the root).
 * @returns ends the watch.
 */
export function onThemeChange(listener: () => void): () => void {
  let frame: number | null = null;
  const observer = new MutationObserver(() => {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      listener();
    });
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => {
    observer.disconnect();
    if (frame !== null) cancelAnimationFrame(frame);
  };
}
