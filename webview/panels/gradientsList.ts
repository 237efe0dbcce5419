/** The instruments by name: what each is called, what it tells, which columns it reads. */
import * as l10n from '@vscode/l10n';
import type { DiagnosticsTier } from '../../src/core/training/trial';
import type { LabSeries } from '../../src/protocol/lab';

export type InstrumentName = 'alpha' | 'decrease' | 'turn' | 'norm' | 'update' | 'updateLayers' | 'normLayers' | 'layerRatio' | 'sharpness' | 'best' | 'noise' | 'shape';

export interface Instrument {
  readonly name: InstrumentName;
  readonly title: string;
  readonly symbol: string;
  readonly about: string;
  /** Words of the glossary that its title is explained by. */
  readonly term: string;
  /** Columns that it needs, and the tier that measures them. */
  readonly columns: readonly string[];
  readonly tier: DiagnosticsTier;
  /** The columns are those of the layers. */
  readonly layers?: boolean;
}

/** Rules whose sharpness is that of the preconditioned Hessian. */
const PRECONDITIONED = /adam|rms|adagrad|adadelta|nadam|radam|lion|adamax|amsgrad/i;

export function stepInstruments(climbing: boolean): readonly Instrument[] {
  return [
    { name: 'alpha', title: l10n.t('Where the step landed'), symbol: '', about: climbing ? l10n.t('−1 not moved, 0 the top, above 1 falling.') : l10n.t('−1 not moved, 0 the bottom, above 1 climbing.'), term: 'alpha taylorParabola', columns: ['alpha'], tier: 'standard' },
    { name: 'decrease', title: climbing ? l10n.t('Predicted and actual increase') : l10n.t('Predicted and actual decrease'), symbol: '', about: l10n.t('Near 1, the parabola can be trusted.'), term: 'changeRatio taylorParabola', columns: ['predictedChange', 'actualChange'], tier: 'standard' },
  ];
}

function turn(): Instrument {
  return { name: 'turn', title: l10n.t('Turn'), symbol: 'cos(gₜ, gₜ₋₁)', about: l10n.t('−1 zig-zag, rate high; 1 straight, rate low.'), term: 'turn', columns: ['turn'], tier: 'basic' };
}

function noise(): Instrument {
  return { name: 'noise', title: l10n.t('Noise scale'), symbol: 'tr Σ / ‖G‖²', about: l10n.t('Far smaller batches are mostly noise, far larger ones waste rows.'), term: 'noiseScale', columns: ['noiseScale'], tier: 'full' };
}

/** @param noisy the gradients carry noise, and how much was measured. */
export function gradientInstruments(noisy: boolean): readonly Instrument[] {
  return [
    turn(),
    { name: 'norm', title: l10n.t('Gradient norm'), symbol: '‖∇f‖', about: l10n.t('Falls to zero at a minimum, stays where steps overshoot.'), term: 'gradientNorm', columns: ['gradientNorm'], tier: 'basic' },
    ...(noisy ? [{ ...noise(), about: l10n.t('Above 1 the noise is stronger than the gradient.') }] : []),
    { name: 'update', title: l10n.t('Update : weight'), symbol: '‖u‖ / ‖θ‖', about: l10n.t('The share of the point that one update changes.'), term: 'updateRatio', columns: ['updateNorm', 'weightNorm'], tier: 'basic' },
  ];
}

function sharpness(series: LabSeries): Instrument {
  return { name: 'sharpness', title: l10n.t('Sharpness'), symbol: PRECONDITIONED.test(series.type) ? l10n.t('λ max, preconditioned') : l10n.t('λ max'), about: l10n.t('Above its limit, steps overshoot and bounce.'), term: 'sharpness sharpnessLimit', columns: ['sharpness'], tier: 'full' };
}

function best(): Instrument {
  return { name: 'best', title: l10n.t('Best rate here'), symbol: 'lr / (1 + α)', about: l10n.t('The rate whose step ends at the parabola’s bottom.'), term: 'bestRate', columns: ['alpha', 'learningRate'], tier: 'standard' };
}

export function curvatureInstruments(series: LabSeries, plane: boolean): readonly Instrument[] {
  return [
    sharpness(series), best(),
    { name: 'shape', title: l10n.t('Shape here'), symbol: l10n.t('eigenvalues of H'), about: plane ? l10n.t('Round is easy, narrow is slow; not to scale.') : l10n.t('Far apart is slow, both signs is a saddle.'), term: 'eigenvalues criticalPoint', columns: [], tier: 'basic' },
  ];
}

export function networkSteps(): readonly Instrument[] {
  return [
    ...stepInstruments(false),
    { name: 'updateLayers', title: l10n.t('Update : weight by layer'), symbol: '‖uₗ‖ / ‖θₗ‖', about: l10n.t('About 10⁻³ is healthy: far less hardly learns, far more forgets.'), term: 'updateRatio', columns: ['updateRatio'], tier: 'basic', layers: true },
  ];
}

export function networkGradients(): readonly Instrument[] {
  return [
    turn(),
    { name: 'norm', title: l10n.t('Gradient norm'), symbol: '‖g‖', about: l10n.t('Of each batch; falls as the fit gets better, jumps where it breaks.'), term: 'gradientNorm', columns: ['gradientNorm'], tier: 'basic' },
    { name: 'normLayers', title: l10n.t('Gradient norm by layer'), symbol: '‖gₗ‖', about: l10n.t('From the input down to the output; even rows learn evenly.'), term: 'layerGradients', columns: ['gradientNorm'], tier: 'basic', layers: true },
    { name: 'layerRatio', title: l10n.t('Layer ratio'), symbol: '‖g₁‖ / ‖gₙ‖', about: l10n.t('First to last layer: tiny ones vanish, huge ones explode.'), term: 'layerRatio', columns: ['layerRatio'], tier: 'basic' },
  ];
}

export function networkCurvature(series: LabSeries): readonly Instrument[] {
  return [sharpness(series), best(), noise()];
}

/** Steps are written below the last plot of a column. */
export function isBottom(name: InstrumentName): boolean {
  return name === 'update' || name === 'best' || name === 'updateLayers' || name === 'layerRatio' || name === 'noise';
}
