/** How a series looks: colour, marker and dash together, so that colour is never the only sign. */
export type Marker = 'circle' | 'diamond' | 'triangle' | 'square';

export interface SeriesStyle {
  /** Resolved CSS colour of --vscode-gdexp-series<n>. */
  readonly color: string;
  readonly marker: Marker;
  /** Canvas line dash in CSS pixels; empty for solid. */
  readonly dash: readonly number[];
}

const MARKERS: readonly Marker[] = ['circle', 'diamond', 'triangle', 'square'];
const DASHES: readonly (readonly number[])[] = [[2, 3], [8, 4], [], [8, 3, 2, 3]];
const FALLBACK = ['#6CB2FF', '#F5B734', '#F5779C', '#7CF0D4'];

/** The first four series differ in all three; later ones pair each colour with another marker and dash. */
export function seriesStyle(index: number, styles: CSSStyleDeclaration = getComputedStyle(document.documentElement)): SeriesStyle {
  const colour = index % 4;
  const shift = Math.floor(index / 4);
  return {
    color: styles.getPropertyValue(`--vscode-gdexp-series${colour + 1}`).trim() || FALLBACK[colour],
    marker: MARKERS[(colour + shift) % 4],
    dash: DASHES[(colour + shift + Math.floor(shift / 4)) % 4],
  };
}
