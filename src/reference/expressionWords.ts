import type { FunctionName } from '../core/expression/functions';

/** LaTeX of a function of x (min and max: of a and b), and what is to be known of it besides: English and Korean. */
export interface FunctionWords {
  readonly latex: string;
  readonly note: readonly [string, string];
}

const plain = (latex: string): FunctionWords => ({ latex, note: ['', ''] });

export const FUNCTION_WORDS: Readonly<Record<FunctionName, FunctionWords>> = {
  abs: { latex: '\\lvert x\\rvert', note: ['its derivative at 0 is 0', '0에서의 도함수는 0'] },
  sqrt: { latex: '\\sqrt{x}', note: ['not a number below 0', '0 아래에서는 수가 아님'] },
  cbrt: { latex: '\\sqrt[3]{x}', note: ['for negative numbers too', '음수에도 쓸 수 있음'] },
  exp: plain('e^{x}'),
  log: { latex: '\\ln x', note: ['the natural logarithm', '자연로그'] },
  log2: plain('\\log_2 x'),
  log10: plain('\\log_{10} x'),
  sin: { latex: '\\sin x', note: ['angles are in radians', '각은 라디안'] },
  cos: plain('\\cos x'),
  tan: plain('\\tan x'),
  asin: plain('\\arcsin x'),
  acos: plain('\\arccos x'),
  atan: plain('\\arctan x'),
  sinh: plain('\\sinh x'),
  cosh: plain('\\cosh x'),
  tanh: plain('\\tanh x'),
  min: { latex: '\\min(a, b, \\dots)', note: ['of two or more; where they tie, each has half of the derivative', '둘 이상. 같으면 도함수를 반씩 나눔'] },
  max: { latex: '\\max(a, b, \\dots)', note: ['of two or more; where they tie, each has half of the derivative', '둘 이상. 같으면 도함수를 반씩 나눔'] },
  sign: { latex: '\\operatorname{sign} x', note: ['−1, 0 or 1; its derivative is 0', '−1, 0, 1 중 하나. 도함수는 0'] },
  step: { latex: '\\mathbf 1_{x>0}', note: ['0 for x ≤ 0, else 1; its derivative is 0', 'x ≤ 0이면 0, 그 밖은 1. 도함수는 0'] },
  sigmoid: plain('\\dfrac{1}{1+e^{-x}}'),
  relu: { latex: '\\max(0, x)', note: ['its derivative at 0 is 0', '0에서의 도함수는 0'] },
  softplus: plain('\\ln(1+e^{x})'),
};
