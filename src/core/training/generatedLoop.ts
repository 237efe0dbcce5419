import { TURNED_BACK } from '../diagnostics/thresholds';
import type { InlineExpression } from '../expression/compile';
import type { FormulaObjective } from '../objectives/objective';
import type { InlineUpdate } from '../optimizers/optimizer';

/** First places in the chunk's buffer, for row 0, of the columns that the loop writes. */
export interface Places {
  readonly loss: number;
  readonly norm: number;
  readonly rate: number;
  readonly theta: number;
  readonly gradient: number;
  readonly stride: number;
}

/** What a loop hands back besides the rows it wrote. */
export interface Sums {
  loss: number;
  /** Rows whose gradient turned back. */
  back: number;
}

/**
 * Makes steps and writes rows from the one after `row` up to and with `to`, until something else is to be done.
 * @param theta shape P, changed in place.
 * @returns the last row written: below `to` where the loss passed `bound`, a parameter is infinite or the norm is at most `stopNorm`.
 */
export type GeneratedLoop = (
  theta: Float64Array, state: readonly Float64Array[], constants: readonly number[], rate: number,
  values: Float64Array, places: Places, row: number, to: number, bound: number, stopNorm: number, sums: Sums,
) => number;

const loops = new WeakMap<FormulaObjective, Map<string, GeneratedLoop>>();

/**
 * Objective and update rule as one loop, which is what an engine compiles best: it holds every number in a register, and it stays fast when other
 * objectives and optimizers run in the same thread, where calls through an interface would not. Its text is put together from generated
 * code and from this program's own, never from a file's.
 * @returns null where one of the two is no code; kept with the objective, so that its next run finds it compiled.
 */
export function generatedLoop(objective: FormulaObjective, update: InlineUpdate | undefined): GeneratedLoop | null {
  if (!objective.inline || !update) return null;
  let known = loops.get(objective);
  if (!known) loops.set(objective, (known = new Map()));
  let loop = known.get(update.name);
  if (!loop) known.set(update.name, (loop = generate(objective.inline, update, objective.dimension)));
  return loop;
}

function generate({ statements, value, gradient }: InlineExpression, update: InlineUpdate, dimension: number): GeneratedLoop {
  const each = (text: (i: number) => string): string => Array.from({ length: dimension }, (_, i) => text(i)).join('');
  const sum = (text: (i: number) => string): string => Array.from({ length: dimension }, (_, i) => text(i)).join('+');
  const state = update.state.flatMap((array, k) => Array.from(array, (_, j) => [`s${k}_${j}`, `state[${k}][${j}]`]));
  const code = `"use strict";
const losses=places.loss|0,norms=places.norm|0,rates=places.rate|0,stride=places.stride|0;
${each((i) => `const x${i}=places.theta+${i}*stride|0,y${i}=places.gradient+${i}*stride|0;let t${i}=theta[${i}],h${i}=values[y${i}+row];`)}
${update.constants.map((_, k) => `const c${k}=constants[${k}];`).join('')}
${state.map(([name, from]) => `let ${name}=${from};`).join('')}
let norm=values[norms+row],lossSum=0,back=0;
while(row<to){
${statements}const f=${value};
${each((i) => `const g${i}=${gradient[i]};`)}
const squared=${sum((i) => `g${i}*g${i}`)},weight=${sum((i) => `t${i}*t${i}`)},together=${sum((i) => `g${i}*h${i}`)};
const length=Math.sqrt(squared);
if(!(Math.abs(f)<=bound&&weight<=${Number.MAX_VALUE}&&length>stopNorm))break;
row=row+1|0;
values[losses+row|0]=f;values[norms+row|0]=length;values[rates+row|0]=rate;
${each((i) => `values[x${i}+row|0]=t${i};values[y${i}+row|0]=g${i};h${i}=g${i};`)}
lossSum+=f;
if(together<${TURNED_BACK}*length*norm)back=back+1|0;
norm=length;
${update.once}
${each(update.each)}
}
${each((i) => `theta[${i}]=t${i};`)}
${state.map(([name, from]) => `${from}=${name};`).join('')}
sums.loss=lossSum;sums.back=back;
return row;`;
  return new Function('theta', 'state', 'constants', 'rate', 'values', 'places', 'row', 'to', 'bound', 'stopNorm', 'sums', code) as GeneratedLoop;
}
