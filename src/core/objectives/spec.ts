/** What a trial minimizes, as plain data: it crosses to the worker and is compiled there. */
export interface ExpressionSpec {
  readonly kind: 'expression';
  readonly expression: string;
  readonly constants: Readonly<Record<string, number>>;
}

export interface BuiltinSpec {
  readonly kind: 'function';
  /** One of BUILTIN_NAMES. */
  readonly name: string;
  readonly dimension: number;
  /** Only for `quadratic`: λ_max/λ_min. */
  readonly condition?: number;
}

export interface DeclaredMinimum {
  readonly at: readonly number[];
  /** Absent: the objective's own value there. */
  readonly value?: number;
}

export interface ObjectiveSpec {
  readonly function: ExpressionSpec | BuiltinSpec;
  readonly goal: 'minimize' | 'maximize';
  /** Per variable [low, high], or null. */
  readonly view: readonly (readonly [number, number])[] | null;
  /** Declared in the file; a built-in's own minima are known besides. */
  readonly minima: readonly DeclaredMinimum[];
  /** Standard deviation of N(0, s²) added to each partial derivative that the optimizer sees. */
  readonly gradientNoise: number;
}
