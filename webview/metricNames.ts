import * as l10n from '@vscode/l10n';

/** The name without its part: "validationLoss" is "loss" of the validation rows. */
export function partOf(column: string): { readonly metric: string; readonly part: 'training' | 'validation' | 'test' } {
  const match = /^(validation|test)([A-Z].*)$/.exec(column);
  if (!match) return { metric: column, part: 'training' };
  return { metric: match[2][0].toLowerCase() + match[2].slice(1), part: match[1] as 'validation' | 'test' };
}

/** What a column of the epochs is called: "accuracy", "predict 1" … */
export function metricName(column: string): string {
  return metricWord(column) ?? column;
}

/** The same; null where there is no word for it. */
export function metricWord(column: string): string | null {
  switch (column) {
    case 'loss': return l10n.t('loss');
    case 'accuracy': return l10n.t('accuracy');
    case 'precision': return l10n.t('precision');
    case 'recall': return l10n.t('recall');
    case 'f1': return 'F1';
    case 'r2': return 'R²';
    case 'meanAbsoluteError': return l10n.t('mean absolute error');
    case 'gradientNorm': return l10n.t('gradient norm');
    case 'learningRate': return l10n.t('learning rate');
    case 'turn': return l10n.t('turn');
    case 'distance': return l10n.t('distance from the start');
    case 'updateNorm': return l10n.t('update norm');
    case 'weightNorm': return l10n.t('weight norm');
    case 'directionalDerivative': return l10n.t('directional derivative');
    case 'layerRatio': return l10n.t('layer ratio');
    case 'curvature': return l10n.t('curvature along the step');
    case 'alpha': return l10n.t('step position α');
    case 'predictedChange': return l10n.t('predicted change');
    case 'actualChange': return l10n.t('actual change');
    case 'changeRatio': return l10n.t('actual : predicted change');
    case 'sharpness': return l10n.t('sharpness');
    case 'sharpnessLimit': return l10n.t('limit of the sharpness');
    case 'noiseScale': return l10n.t('noise scale');
  }
  const output = /^predict(\d+)$/.exec(column)?.[1];
  return output === undefined ? null : l10n.t('prediction {0}', Number(output) + 1);
}

/** Scores that the format calls metrics; every other column is a word of the glossary itself. */
const SCORES: readonly string[] = ['accuracy', 'precision', 'recall', 'f1', 'r2', 'meanAbsoluteError'];

/** The names by which the host knows what a column of the epochs means. */
export function metricTerms(column: string): string {
  if (column === 'validationLoss' || column === 'testLoss') return column;
  const { metric, part } = partOf(column);
  const own = SCORES.includes(metric) ? `metric.${metric}` : /^predict\d+$/.test(metric) ? 'prediction' : metric;
  return part === 'training' ? own : `${own} split`;
}

/** Quantities that fall by orders of magnitude: a logarithm shows them, where it can. Scores between 0 and 1 are shown as they are. */
export function isLogarithmic(metric: string): boolean {
  return ['loss', 'meanAbsoluteError', 'gradientNorm', 'learningRate', 'updateNorm', 'curvature', 'sharpness', 'sharpnessLimit', 'noiseScale', 'layerRatio'].includes(metric);
}

/** Columns that say where a row is, not what was measured there. */
export const PLACES: readonly string[] = ['epoch', 'step'];

/** In the order in which people ask for them: the loss, the scores, predictions, what was measured of the steps. */
export function orderMetrics(metrics: Iterable<string>): string[] {
  const rank = (metric: string): number => {
    if (metric === 'loss') return 0;
    if (['accuracy', 'precision', 'recall', 'f1', 'r2', 'meanAbsoluteError'].includes(metric)) return 1;
    return /^predict\d+$/.test(metric) ? 2 : 3;
  };
  return [...metrics].map((metric, index) => ({ metric, index })).sort((p, q) => rank(p.metric) - rank(q.metric) || p.index - q.index).map(({ metric }) => metric);
}
