import { ackley, type Family, quadratic, quadraticEigenvalue, rastrigin, rosenbrock, sphere, styblinskiTang } from './families';
import type { KnownMinimum } from './objective';
import type { BuiltinSpec } from './spec';

type Interval = readonly [number, number];

/** What is known of a built-in test function. */
export interface BuiltinInfo {
  readonly name: string;
  /** The name it goes by in the literature. */
  readonly title: string;
  /** null: any dimension. */
  readonly dimension: number | null;
  /** The formula in the notation of the format, with the variables of `builtinVariables`. */
  expression(dimension: number, condition: number): string;
  /** The formula of any dimension as LaTeX and as plain text; null for a fixed dimension. */
  readonly series: { readonly latex: string; readonly text: string } | null;
  /** The loops of a function of any dimension; null where the expression is compiled. */
  readonly family: ((dimension: number, condition: number) => Family) | null;
  /** The box it is usually looked at in, per variable. */
  domain(dimension: number): readonly Interval[];
  /** Minima in double precision, global and local, the lowest first; of a function with very many of them the global ones. */
  minima(dimension: number): readonly KnownMinimum[];
  /** A start from which plain descent has a hard time. */
  start(dimension: number, condition: number): readonly number[];
}

/** Default of `condition`. */
export const DEFAULT_CONDITION = 100;

/** Variables of a built-in: x; x, y; or x1, x2, x3 … */
export function builtinVariables(dimension: number): string[] {
  if (dimension === 1) return ['x'];
  if (dimension === 2) return ['x', 'y'];
  return Array.from({ length: dimension }, (_, i) => `x${i + 1}`);
}

const repeat = <T>(dimension: number, of: (i: number) => T): T[] => Array.from({ length: dimension }, (_, i) => of(i));

interface FamilyShape {
  readonly make: (dimension: number, condition: number) => Family;
  readonly expression: (variables: readonly string[], condition: number) => string;
  readonly series: { readonly latex: string; readonly text: string };
  readonly interval: (i: number, dimension: number) => Interval;
  /** Coordinate and value per dimension of the global minimum. */
  readonly minimum: Interval;
  readonly start: (i: number, dimension: number, condition: number) => number;
}

function ofAnyDimension(name: string, title: string, shape: FamilyShape): BuiltinInfo {
  const [coordinate, value] = shape.minimum;
  return {
    name,
    title,
    dimension: null,
    expression: (dimension, condition) => shape.expression(builtinVariables(dimension), condition),
    series: shape.series,
    family: shape.make,
    domain: (dimension) => repeat(dimension, (i) => shape.interval(i, dimension)),
    minima: (dimension) => [{ at: repeat(dimension, () => coordinate), value: value === 0 ? 0 : value * dimension }],
    start: (dimension, condition) => repeat(dimension, (i) => shape.start(i, dimension, condition)),
  };
}

function fixed(name: string, title: string, expression: string, domain: readonly Interval[], minima: readonly (readonly [readonly number[], number])[], start: readonly number[]): BuiltinInfo {
  return {
    name,
    title,
    dimension: domain.length,
    expression: () => expression,
    series: null,
    family: null,
    domain: () => domain,
    minima: () => minima.map(([at, value]) => ({ at, value })),
    start: () => start,
  };
}

const square = (low: number, high: number): readonly Interval[] => [[low, high], [low, high]];

/** One line of the sum a family is, over the variables. */
const joined = (variables: readonly string[], term: (x: string, i: number) => string) => variables.map(term).join(' + ');

const ALL: readonly BuiltinInfo[] = [
  ofAnyDimension('sphere', 'Sphere', {
    make: sphere,
    expression: (x) => joined(x, (v) => `${v}^2`),
    series: { latex: '\\sum_{i=1}^{n} x_{i}^{2}', text: 'Σ xᵢ²' },
    interval: () => [-5.12, 5.12],
    minimum: [0, 0],
    start: (i) => (i % 2 === 0 ? 4 : -3),
  }),
  ofAnyDimension('quadratic', 'Quadratic', {
    make: quadratic,
    expression: (x, condition) => {
      const coefficient = (i: number) => (i === 0 || condition === 1 ? '' : quadraticEigenvalue(i, x.length, condition));
      return `(${joined(x, (v, i) => `${coefficient(i)}${v}^2`)})/2`;
    },
    series: { latex: '\\frac{1}{2} \\sum_{i=1}^{n} \\lambda_{i} x_{i}^{2}', text: '½ Σ λᵢxᵢ²' },
    interval: () => [-10, 10],
    minimum: [0, 0],
    // Every direction holds the same share of the loss, so none hides that another is slow.
    start: (i, dimension, condition) => 10 / Math.sqrt(quadraticEigenvalue(i, dimension, condition)),
  }),
  ofAnyDimension('rosenbrock', 'Rosenbrock', {
    make: rosenbrock,
    expression: (x) => (x.length === 1 ? `(1 - ${x[0]})^2` : joined(x.slice(1), (next, i) => `(1 - ${x[i]})^2 + 100(${next} - ${x[i]}^2)^2`)),
    series: { latex: '\\sum_{i=1}^{n-1} \\left(1 - x_{i}\\right)^{2} + 100 \\left(x_{i+1} - x_{i}^{2}\\right)^{2}', text: 'Σ (1 − xᵢ)² + 100(xᵢ₊₁ − xᵢ²)²' },
    interval: (i, dimension) => (i === 1 && dimension === 2 ? [-1, 3] : [-2, 2]),
    minimum: [1, 0],
    start: (i) => (i % 2 === 0 ? -1.2 : 1),
  }),
  ofAnyDimension('rastrigin', 'Rastrigin', {
    make: rastrigin,
    expression: (x) => `${10 * x.length} + ${joined(x, (v) => `${v}^2 - 10cos(2pi*${v})`)}`,
    series: { latex: '10 n + \\sum_{i=1}^{n} \\left(x_{i}^{2} - 10 \\cos(2 \\pi x_{i})\\right)', text: '10n + Σ (xᵢ² − 10 cos(2πxᵢ))' },
    interval: () => [-5.12, 5.12],
    minimum: [0, 0],
    start: (i) => (i % 2 === 0 ? 3.3 : -2.6),
  }),
  ofAnyDimension('ackley', 'Ackley', {
    make: ackley,
    expression: (x) => `20 - 20exp(-0.2sqrt((${joined(x, (v) => `${v}^2`)})/${x.length})) + e - exp((${joined(x, (v) => `cos(2pi*${v})`)})/${x.length})`,
    series: {
      latex: '20 - 20 \\exp\\left(-0.2 \\sqrt{\\frac{1}{n} \\sum_{i=1}^{n} x_{i}^{2}}\\right) + e - \\exp\\left(\\frac{1}{n} \\sum_{i=1}^{n} \\cos(2 \\pi x_{i})\\right)',
      text: '20 − 20 exp(−0.2 √(Σ xᵢ² / n)) + e − exp(Σ cos(2πxᵢ) / n)',
    },
    interval: () => [-5, 5],
    minimum: [0, 0],
    start: (i) => (i % 2 === 0 ? 3.4 : -2.3),
  }),
  ofAnyDimension('styblinskiTang', 'Styblinski–Tang', {
    make: styblinskiTang,
    expression: (x) => `(${joined(x, (v) => `${v}^4 - 16${v}^2 + 5${v}`)})/2`,
    series: { latex: '\\frac{1}{2} \\sum_{i=1}^{n} \\left(x_{i}^{4} - 16 x_{i}^{2} + 5 x_{i}\\right)', text: '½ Σ (xᵢ⁴ − 16xᵢ² + 5xᵢ)' },
    interval: () => [-5, 5],
    minimum: [-2.903534027771177, -39.16616570377141],
    start: (i) => (i % 2 === 0 ? 4.5 : 0.5),
  }),

  fixed('beale', 'Beale', '(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2', square(-4.5, 4.5), [[[3, 0.5], 0]], [1, 1.5]),
  fixed('himmelblau', 'Himmelblau', '(x^2 + y - 11)^2 + (x + y^2 - 7)^2', square(-5, 5), [
    [[3, 2], 0],
    [[-2.805118086952745, 3.131312518250573], 0],
    [[-3.779310253377747, -3.2831859912861696], 0],
    [[3.5844283403304917, -1.8481265269644036], 0],
  ], [0, 0]),
  fixed('booth', 'Booth', '(x + 2y - 7)^2 + (2x + y - 5)^2', square(-10, 10), [[[1, 3], 0]], [-8, 9]),
  fixed('matyas', 'Matyas', '0.26(x^2 + y^2) - 0.48x*y', square(-10, 10), [[[0, 0], 0]], [9, 7]),
  fixed('goldsteinPrice', 'Goldstein–Price',
    '(1 + (x + y + 1)^2(19 - 14x + 3x^2 - 14y + 6x*y + 3y^2))(30 + (2x - 3y)^2(18 - 32x + 12x^2 + 48y - 36x*y + 27y^2))', square(-2, 2), [
      [[0, -1], 3],
      [[-0.6, -0.4], 30],
      [[1.8, 0.2], 84],
      [[1.2, 0.8], 840],
    ], [1.5, 1.2]),
  fixed('sixHumpCamel', 'Six-hump camel', '(4 - 2.1x^2 + x^4/3)x^2 + x*y + (-4 + 4y^2)y^2', [[-2, 2], [-1.1, 1.1]], [
    [[0.08984201310031806, -0.7126564030207396], -1.0316284534898774],
    [[-0.08984201310031806, 0.7126564030207396], -1.0316284534898774],
    [[1.703606714969981, -0.7960835686726251], -0.21546382438371764],
    [[-1.703606714969981, 0.7960835686726251], -0.21546382438371764],
    [[1.6071047529201972, 0.5686514548841314], 2.1042503103112584],
    [[-1.6071047529201972, -0.5686514548841314], 2.1042503103112584],
  ], [-1.9, -0.9]),
  fixed('threeHumpCamel', 'Three-hump camel', '2x^2 - 1.05x^4 + x^6/6 + x*y + y^2', [[-2.5, 2.5], [-2.5, 2.5]], [
    [[0, 0], 0],
    [[1.7475523458302888, -0.8737761729151444], 0.2986384422368598],
    [[-1.7475523458302888, 0.8737761729151444], 0.2986384422368598],
  ], [-2, -1]),
  fixed('mcCormick', 'McCormick', 'sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1', [[-1.5, 4], [-3, 4]], [
    [[-0.5471975511965977, -1.5471975511965979], -1.9132229549810364],
    [[2.5943951023931957, 1.5943951023931955], 1.2283696986087569],
  ], [3.5, 3]),
  fixed('branin', 'Branin', '10(1 - 1/(8pi))cos(x) + (y - 5.1/(4pi^2)*x^2 + 5/pi*x - 6)^2 + 10', [[-5, 10], [0, 15]], [
    [[-Math.PI, 12.275], 0.3978873577297383],
    [[Math.PI, 2.275], 0.3978873577297383],
    [[9.42477796076938, 2.475], 0.3978873577297383],
  ], [6, 14]),
  fixed('levi13', 'Lévi no. 13', 'sin(3pi*x)^2 + (x - 1)^2(1 + sin(3pi*y)^2) + (y - 1)^2(1 + sin(2pi*y)^2)', square(-10, 10), [[[1, 1], 0]], [-4, 5]),
  fixed('easom', 'Easom', '-cos(x)cos(y)exp(-((x - pi)^2 + (y - pi)^2))', square(-2, 8), [[[Math.PI, Math.PI], -1]], [0, 0.5]),
  fixed('saddle', 'Saddle', 'x^2 - y^2', square(-2, 2), [], [1.5, 0.001]),
  fixed('monkeySaddle', 'Monkey saddle', 'x^3 - 3x*y^2', square(-2, 2), [], [1.5, 0.001]),
  fixed('gaussianBowls', 'Gaussian bowls', 'x^2 + y^2 - 2exp(-((x - 1)^2 + y^2)/0.2) - 3exp(-((x + 1)^2 + y^2)/0.2)', square(-2, 2), [
    [[-0.9363006340109187, 0], -2.063090251768194],
    [[0.905317899160115, 0], -1.092731999201741],
  ], [1.3, 0.4]),
  fixed('doubleWell', 'Double well', 'x^4 - 2x^2 + x/4', [[-2, 2]], [
    [[-1.0298959850506604], -1.253791237220469],
    [[0.96714893788303], -0.7540366421952049],
  ], [1.8]),
  fixed('cubicPlateau', 'Cubic plateau', 'x^4 - 3x^3 + 2', [[-1.5, 3.5]], [[[2.25], -6.54296875]], [-1]),
];

export const BUILTINS: ReadonlyMap<string, BuiltinInfo> = new Map(ALL.map((info) => [info.name, info]));

export const BUILTIN_NAMES: readonly string[] = ALL.map((info) => info.name);

/** @throws Error for a name that is not built in. */
export function builtinInfo(name: string): BuiltinInfo {
  const info = BUILTINS.get(name);
  if (!info) throw new Error(`there is no built-in objective ${name}`);
  return info;
}

/** The formula of a built-in in the notation of the format. */
export function builtinExpression({ name, dimension, condition = DEFAULT_CONDITION }: BuiltinSpec): string {
  return builtinInfo(name).expression(dimension, condition);
}
