import type { LabDocument, LabRun, LabSeries } from '../../src/protocol/lab';

/** What a series is called in a picture, as short as it stays clear: of variants of one optimizer, the variant alone. */
export function seriesName(document: LabDocument | null, series: LabSeries): string {
  if (series.variant === null) return series.label;
  const one = (document?.series ?? []).every((other) => other.optimizerIndex === series.optimizerIndex);
  return one ? series.variant : `${series.label} · ${series.variant}`;
}

export function runName(document: LabDocument | null, run: LabRun): string {
  const series = document?.series.find((other) => other.key === run.seriesKey);
  return series ? seriesName(document, series) : run.label;
}
