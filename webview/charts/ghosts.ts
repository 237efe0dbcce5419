/** Pinned runs in pictures: their names, how they look, and which of them a picture has a place for. */
import * as l10n from '@vscode/l10n';
import type { LabGhost, LabRun } from '../../src/protocol/lab';
import { formatNumber } from '../numbers';
import type { LabStore } from '../state/types';
import { withAlpha, type Palette } from './palette';
import type { SeriesStyle } from './series';

/** One a place in the list, so that two ghosts of one colour are told apart; none is a series' own. */
const DASHES: readonly (readonly number[])[] = [[7, 5], [3, 5], [12, 4, 3, 4], [12, 6], [5, 3, 1, 3], [9, 3, 2, 3, 2, 3], [4, 2], [16, 4]];
const OPACITY = 0.45;
/** Themes of high contrast have no faint lines. */
const CONTRAST_OPACITY = 0.75;

export function ghostDash(slot: number): readonly number[] {
  return DASHES[slot % DASHES.length];
}

/** A file's name as far as it tells files of this kind apart. */
export function fileStem(file: string): string {
  return file.replace(/\.gdexp$/, '');
}

/** What a ghost is called: its optimizer with its rate, and its file where that is another. */
export function ghostName({ run, rate, here, file }: LabGhost): string {
  const label = run.variant === null ? run.label : `${run.label} · ${run.variant}`;
  const named = rate === null ? label : l10n.t('{0}, lr {1}', label, formatNumber(rate));
  return here ? named : l10n.t('{0}, {1}', named, fileStem(file));
}

/** The colour and marker of the series that it was: of this file by its key, of another by its place there. */
export function ghostIndex(store: Pick<LabStore, 'series'>, { run, here }: LabGhost): number {
  const own = here ? store.series(run.seriesKey) : undefined;
  return own ? own.index : Number(run.seriesKey.split('/')[1]) || 0;
}

/** Its line: the series' colour, faint, with the dashes of the ghost. */
export function ghostStyle(palette: Palette, index: number, slot: number): SeriesStyle {
  const { color, marker } = palette.series(index);
  return { color: withAlpha(color, palette.contrast ? CONTRAST_OPACITY : OPACITY), marker, dash: ghostDash(slot) };
}

/** Whether a run of the page is the one that was pinned: runs of one label, seed and start that took the same time to the last digit are. */
export function isSameRun({ here, run }: LabGhost, other: LabRun): boolean {
  return here && !other.preview && run.label === other.label && run.variant === other.variant && run.seed === other.seed && run.startIndex === other.startIndex
    && run.steps === other.steps && run.seconds === other.seconds && run.loss === other.loss;
}

export function ghostOfRun(store: Pick<LabStore, 'ghosts'>, run: LabRun): LabGhost | undefined {
  return store.ghosts.find((ghost) => isSameRun(ghost, run));
}

export interface PlacedGhost {
  readonly ghost: LabGhost;
  /** Its place among all ghosts: decides its dashes. */
  readonly slot: number;
}

/** Ghosts that pictures draw: not hidden, and not there as a result itself, which would only thicken that line. */
export function drawnGhosts(store: LabStore): PlacedGhost[] {
  const hidden = store.hiddenGhosts;
  return store.ghosts.map((ghost, slot) => ({ ghost, slot })).filter(({ ghost }) => !hidden.has(ghost.id) && !store.visibleRuns.some((run) => isSameRun(ghost, run)));
}

/** Why a ghost has no curve among this document's; null where it has one. */
export function curveProblem(store: Pick<LabStore, 'document'>, ghost: LabGhost): string | null {
  if (store.document?.kind && ghost.kind !== store.document.kind) return ghost.kind === 'model' ? l10n.t('no curve: it trained a network') : l10n.t('no curve: it descended a function');
  return ghost.run.record ? null : l10n.t('no curve: it has no rows');
}

/** Why a ghost has no path on the map of a surface; null where it has one. */
export function pathProblem(ghost: LabGhost, surface: string | undefined): string | null {
  if (ghost.surface === null || surface === undefined) return l10n.t('no path: networks’ paths have no plane in common');
  if (ghost.surface !== surface) return l10n.t('no path: other objective');
  const { record } = ghost.run;
  return record && (record.columns['theta0'] || record.snapshots) ? null : l10n.t('no path: its points were not kept');
}
