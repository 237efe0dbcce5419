import * as z from 'zod';
import { BUILTIN_NAMES, DEFAULT_CONDITION } from '../../core/objectives/builtins';
import { field, integer, nonNegative, number, text } from './common';
import { DEFAULTS, MAX_DIMENSION } from './defaults';

const named = () => z.record(z.string(), number());
const listed = () => z.array(number());
/** A point by the names of its variables or in their order. */
const point = () => z.union([named(), listed()]);
const range = () => z.tuple([number(), number()]);

const minimum = () => z.strictObject({
  at: field('objective.minimum.at', point(), { examples: [{ x: 1, y: 1 }, [1, 1]] }),
  value: field('objective.minimum.value', number(), { examples: [0] }).optional(),
});

export const objectiveSchema = () => z.strictObject({
  expression: field('objective.expression', text(), { examples: ['(a - x)^2 + b*(y - x^2)^2', 'x^2 - 4x + 5'] }).optional(),
  function: field('objective.function', z.enum(BUILTIN_NAMES as readonly [string, ...string[]])).optional(),
  dimension: field('objective.dimension', integer(1, MAX_DIMENSION), { examples: [2, 10] }).optional(),
  condition: field('objective.condition', z.number().min(1), { default: DEFAULT_CONDITION }).optional(),
  constants: field('objective.constants', named(), { examples: [{ a: 1, b: 100 }] }).optional(),
  start: field('objective.start', z.union([named(), listed(), z.array(point()).min(1)]), { examples: [{ x: -1.2, y: 1 }, [-1.2, 1], [[-1, 1], [2, 0]]] }).optional(),
  goal: field('objective.goal', z.enum(['minimize', 'maximize']), { default: DEFAULTS.goal }).optional(),
  view: field('objective.view', z.union([z.record(z.string(), range()), z.array(range())]), { examples: [{ x: [-2, 2], y: [-1, 3] }] }).optional(),
  minimum: field('objective.minimum', z.union([minimum(), z.array(minimum())]), { examples: [{ at: { x: 1, y: 1 }, value: 0 }] }).optional(),
  gradientNoise: field('objective.gradientNoise', nonNegative(), { default: DEFAULTS.gradientNoise, examples: [0.1, 1] }).optional(),
});
export type ObjectiveInput = z.infer<ReturnType<typeof objectiveSchema>>;
