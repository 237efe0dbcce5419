import type { Shape } from '../nn/spec';

export type Generator = 'moons' | 'blobs' | 'circles' | 'spirals' | 'xor' | 'linear' | 'sine' | 'polynomial' | 'multiHot';

/** Where rows come from. Paths as written in the file; whoever reads them finds and contains them. */
export type SourceSpec =
  | { readonly kind: 'csv'; readonly path: string }
  | { readonly kind: 'inline'; readonly x: readonly (number | readonly (number | string)[])[]; readonly y: readonly (number | string | readonly number[])[] }
  | { readonly kind: 'generate'; readonly generator: Generator; readonly samples: number; readonly noise: number; readonly classes: number; readonly columns: number; readonly nonZeros: number }
  | { readonly kind: 'idx'; readonly images: string; readonly labels: string }
  | { readonly kind: 'npz'; readonly path: string; readonly x: string; readonly y: string }
  | { readonly kind: 'libsvm'; readonly path: string; readonly columns: number };

export type FeatureSpec = { readonly column: string; readonly powers: number };
export type ScaleSpec = 'none' | 'standardize' | 'minMax' | number;

export interface AugmentSpec {
  /** Standard deviation added to each feature, after scaling. */
  readonly noise: number;
  /** Pixels at most, each way. */
  readonly shift: number;
  readonly flip: 'none' | 'horizontal' | 'vertical' | 'both';
  /** α of Beta(α, α); 0: off. */
  readonly mixup: number;
}

/** Data, resolved: every default explicit. */
export interface DataSpec {
  readonly source: SourceSpec;
  /** null: every column but the target. */
  readonly features: readonly FeatureSpec[] | null;
  readonly target: string | null;
  readonly imageShape: Shape | null;
  readonly scale: ScaleSpec;
  readonly scaleTarget: ScaleSpec;
  /** A fraction below 1, a count of rows from 1, 0 for none, or rows of their own. */
  readonly validation: number | SourceSpec;
  readonly test: number | SourceSpec;
  readonly stratify: boolean;
  readonly shuffle: boolean;
  /** null where nothing is augmented. */
  readonly augment: AugmentSpec | null;
}

/** How targets stand in a batch, which the loss decides: one column a class; 0 and 1; −1 and 1; as they are (scaled). */
export type TargetEncoding = { readonly kind: 'oneHot'; readonly outputs: number } | { readonly kind: 'binary' | 'sign' | 'numbers'; readonly outputs: number };
