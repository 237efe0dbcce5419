import { LIMITS } from '../core/expression/expression';
import { BUILTIN_CONSTANTS, FUNCTION_NAMES } from '../core/expression/functions';
import { BUILTINS, DEFAULT_CONDITION, builtinVariables, type BuiltinInfo } from '../core/objectives/builtins';
import { describeObjective } from '../core/objectives/formula';
import type { KnownMinimum } from '../core/objectives/objective';
import { pageTitle } from '../wording/reference';
import { FUNCTION_WORDS } from './expressionWords';
import { code, type Writer } from './markdown';

/** The notation of formulas and every built-in test function. */
export function writeFunctionsPage(w: Writer): void {
  w.heading(1, pageTitle('functions'));
  w.block(w.say('An `objective` is a formula of your own, `"expression": "…"`, or one of the built-in test functions, `"function": "…"`.', '`objective`는 직접 적은 식 `"expression": "…"`이거나 내장 시험 함수 `"function": "…"`입니다.'));
  w.heading(2, w.say('Expressions', '식'));
  w.list([
    w.say('`+ - * / ^` and parentheses, as in school: `^` binds closest and from the right, `2^3^2` is 2⁹; `-x^2` is −(x²).', '`+ - * / ^`와 괄호를 보통처럼 씁니다. `^`가 가장 먼저, 오른쪽부터 묶입니다. `2^3^2`은 2⁹, `-x^2`은 −(x²)입니다.'),
    w.say('After a number or a closing parenthesis the product need not be written: `2x`, `3(x+1)`, `(x-1)(x+1)`. It counts like a written one: `1/2x` is (1/2)·x.', '수나 닫는 괄호 뒤에서는 곱셈 기호를 생략할 수 있습니다: `2x`, `3(x+1)`, `(x-1)(x+1)`. 적은 것과 같이 셈합니다: `1/2x`는 (1/2)·x입니다.'),
    w.say('`xy` is one name. A product of two variables is `x*y`.', '`xy`는 이름 하나입니다. 두 변수의 곱은 `x*y`로 적습니다.'),
    w.say(`Every name that is no function, no constant and not in \`constants\` is a variable, in the order of first appearance; ${LIMITS.variables} at most.`, `함수도 상수도 아니고 \`constants\`에도 없는 이름은 모두 변수이며, 처음 나온 순서를 따릅니다. 최대 ${LIMITS.variables}개입니다.`),
    w.say(`Constants that are always there: ${[...BUILTIN_CONSTANTS.keys()].map(code).join(', ')}.`, `언제나 쓸 수 있는 상수: ${[...BUILTIN_CONSTANTS.keys()].map(code).join(', ')}.`),
    w.say('The gradient is found by the rules of differentiation, and so are products with the Hessian; nothing is approximated by differences. At kinks the derivatives are PyTorch’s.', '그래디언트와 헤세 행렬의 곱은 미분 법칙으로 구하며, 차분으로 어림하지 않습니다. 꺾인 점의 도함수는 PyTorch와 같습니다.'),
  ]);
  w.table([w.say('function', '함수'), w.say('is', '뜻'), w.say('note', '참고')], FUNCTION_NAMES.map((name) => {
    const { latex, note } = FUNCTION_WORDS[name];
    return [code(name === 'min' || name === 'max' ? `${name}(a, b, …)` : `${name}(x)`), `$${latex}$`, w.say(...note)];
  }));

  const all = [...BUILTINS.values()];
  w.heading(2, w.say('Built-in functions', '내장 함수'));
  w.block(w.say(
    'Each has its usual domain, which the landscape shows; its minima, by which a verdict tells a local one; and a start from which plain descent has a hard time. `start`, `view` and `minimum` may be given all the same.',
    '내장 함수에는 지형에 보일 흔한 정의역, 진단이 지역 최솟값을 가려내는 데 쓸 최솟점, 기본 경사하강법이 애를 먹는 출발점이 딸려 있습니다. `start`, `view`, `minimum`을 따로 적어도 됩니다.',
  ));
  w.block(all.map(({ name }) => w.link(name, null, name)).join(' · '));
  for (const info of all) writeBuiltin(info, w);
}

function writeBuiltin(info: BuiltinInfo, w: Writer): void {
  const dimension = info.dimension ?? 2;
  const described = describeObjective({ function: { kind: 'function', name: info.name, dimension }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 });
  w.heading(3, info.name);
  w.block(`**${info.title}.**`);
  w.formula(`f = ${info.series?.latex ?? described.latex}`);
  if (info.name === 'quadratic') {
    w.block(w.say(
      `The λᵢ go from 1 to \`condition\` (default ${DEFAULT_CONDITION}), equally spaced in the logarithm.`,
      `λᵢ는 1부터 \`condition\`(기본값 ${DEFAULT_CONDITION})까지 로그 눈금에서 같은 간격으로 놓입니다.`,
    ));
  }
  const variables = builtinVariables(dimension);
  const domain = info.domain(dimension).map(([low, high], i) => `${variables[i]} ∈ [${decimal(low)}, ${decimal(high)}]`).join(', ');
  const any = info.dimension === null;
  w.list([
    any
      ? w.say(`Variables: any number, \`"dimension": n\`, by default 2: ${variables.join(', ')}. What follows is for two.`, `변수: \`"dimension": n\`으로 몇 개든 고를 수 있으며 기본값은 2(${variables.join(', ')})입니다. 아래는 둘일 때입니다.`)
      : w.say(`Variables: ${variables.join(', ')}`, `변수: ${variables.join(', ')}`),
    w.say(`As an expression: \`${info.expression(dimension, DEFAULT_CONDITION)}\``, `식으로 적으면: \`${info.expression(dimension, DEFAULT_CONDITION)}\``),
    w.say(`Domain: ${domain}`, `정의역: ${domain}`),
    minimaWords(info.minima(dimension), w),
    w.say(`Start: ${point(info.start(dimension, DEFAULT_CONDITION))}`, `출발점: ${point(info.start(dimension, DEFAULT_CONDITION))}`),
  ]);
}

function minimaWords(minima: readonly KnownMinimum[], w: Writer): string {
  if (minima.length === 0) return w.say('Minimum: none; the function falls without a floor.', '최솟점: 없음. 함수가 바닥 없이 내려갑니다.');
  const known = minima.map(({ at, value }) => w.say(`${decimal(value)} at ${point(at)}`, `${point(at)}에서 ${decimal(value)}`));
  return minima.length === 1 ? w.say(`Minimum: ${known[0]}`, `최솟점: ${known[0]}`) : w.say(`Minima: ${known.join('; ')}`, `최솟점: ${known.join(', ')}`);
}

/** Seven significant digits, as the literature gives them, with a true minus. */
const decimal = (value: number): string => String(Number(value.toPrecision(7))).replace('-', '−');
const point = (at: readonly number[]): string => (at.length === 1 ? decimal(at[0]) : `(${at.map(decimal).join(', ')})`);
