import { OPTIMIZERS, SCHEDULES, resolveOptimizer, type FieldInfo, type OptimizerInfo, type ScheduleInfo } from '../core/optimizers/catalog';
import { createOptimizer } from '../core/optimizers/create';
import type { Oracle } from '../core/optimizers/optimizer';
import type { Dialect, OptimizerSpec } from '../core/optimizers/spec';
import { spacedLines } from '../wording/glossary/formulaWords';
import { SYMBOLS } from '../wording/glossary/symbols';
import { formatNumber } from '../wording/numbers';
import { fieldHelp, optimizerSummary, optimizerTitle, scheduleFieldHelp, scheduleTitle } from '../wording/optimizers';
import { pageTitle } from '../wording/reference';
import { code, json, type Writer } from './markdown';
import { type Field, formatFields } from './fields';
import { scheduleExample } from './schedulePicture';
import { scheduleHeading, typeWords } from './typeWords';

const DIALECT_NAMES: Readonly<Record<Dialect, readonly [string, string]>> = { torch: ['PyTorch', 'PyTorch'], keras: ['Keras', 'Keras'], paper: ['The paper', '논문'] };

/** Every optimizer with its rule and fields per dialect, the limits of stability, and every schedule. */
export function writeOptimizersPage(w: Writer): void {
  w.heading(1, pageTitle('optimizers'));
  w.block(w.say(
    'In the rules g is the gradient, θ the parameters, γ the learning rate, t the number of the step from 1; everything is done parameter by parameter unless a rule says otherwise. Under `"goal": "maximize"` the sign of the gradient is turned first.',
    '규칙에서 g는 그래디언트, θ는 매개변수, γ는 학습률, t는 1부터 세는 스텝 번호입니다. 따로 말하지 않으면 매개변수마다 따로 계산합니다. `"goal": "maximize"`에서는 먼저 그래디언트의 부호를 뒤집습니다.',
  ));
  w.block(w.say(
    'PyTorch and Keras give the same names to different rules and defaults. `dialect`, of the file or of one optimizer, says whose are meant: `torch` (default), `keras`, or `paper` where only a paper defines the rule.',
    'PyTorch와 Keras는 같은 이름에 다른 규칙과 기본값을 씁니다. 파일이나 최적화기의 `dialect`가 어느 쪽인지 정합니다. `torch`(기본값), `keras`, 그리고 논문만이 규칙을 정한 경우의 `paper`입니다.',
  ));
  w.block(w.say(
    '**Weight decay** λ: in `torch` λθ is added to g (an L2 penalty), but for adamw and what a paper keeps apart; in `keras` it is always apart, θ ← (1 − γλ)θ.',
    '**가중치 감쇠** λ: `torch`는 g에 λθ를 더합니다(L2 벌점). adamw와 논문이 따로 두는 것은 예외입니다. `keras`에서는 언제나 따로, θ ← (1 − γλ)θ로 합니다.',
  ));
  w.block([...OPTIMIZERS.keys()].map((type) => w.link(type, null, type)).join(' · '));
  w.block(`${w.link(w.say('Stability limits', '안정 한계'), null, stabilityHeading(w))} · ${w.link(scheduleHeading(w), null, scheduleHeading(w))}: ${[...SCHEDULES.keys()].map((name) => w.link(name, null, name)).join(' · ')}`);

  const fields = formatFields();
  for (const info of OPTIMIZERS.values()) writeOptimizer(info, fields.filter(({ owner }) => owner === info.type), w);
  writeStability(w);
  writeSchedules(fields, w);
}

function writeOptimizer(info: OptimizerInfo, fields: readonly Field[], w: Writer): void {
  w.heading(2, info.type);
  w.block(`**${optimizerTitle(info.type)}.** ${w.need(`optimizer ${info.type}`, optimizerSummary(info.type))}`);
  for (const [dialects, latex] of rulesOf(info)) {
    if (info.dialects.length > 1) w.block(`${dialects.map((dialect) => `${w.say(...DIALECT_NAMES[dialect])} (${code(dialect)})`).join(', ')}:`);
    w.formula(spacedLines(latex));
  }
  w.table(
    [w.say('field', '필드'), w.say('symbol', '기호'), ...info.dialects.map((dialect) => w.say(`default (${dialect})`, `기본값 (${dialect})`)), w.say('may be', '값'), w.say('meaning', '뜻')],
    info.fields.map((field) => [
      code(field.name),
      // Where a rule has a decay of its own, λ is that.
      field.name === 'weightDecay' && info.fields.some(({ name }) => name === 'lambda') ? '' : (SYMBOLS[field.name] ?? ''),
      ...info.dialects.map((dialect) => (field.defaults[dialect] === undefined ? '–' : code(json(field.defaults[dialect])))),
      schemaOf(field, fields) === undefined ? '' : typeWords(schemaOf(field, fields)!.schema, w),
      `${w.need(`${info.type}.${field.name}`, fieldHelp(info.type, field.name))}${conditions(field, w)}`,
    ]),
  );
  const notes = [
    ...(info.dialects.includes('torch') ? [] : [info.fallsBackToPaper && !info.unsettledIn.includes('torch')
      ? w.say('PyTorch has none of this name; there the paper’s is taken.', 'PyTorch에는 이 이름이 없으며, 그때는 논문의 것을 씁니다.')
      : w.say('Not in the dialect `torch`.', '`torch` 방식에는 없습니다.')]),
    ...(info.needsHessian ? [w.say('Uses exact products of the Hessian with a vector.', '헤세 행렬과 벡터의 곱을 정확히 구해 씁니다.')] : []),
    ...(info.needsMatrices ? [w.say('Works on the weight matrices of a network.', '신경망의 가중치 행렬에 작용합니다.')] : []),
    ...(info.needsFullBatch ? [w.say('Needs the whole gradient: on a network, `"batchSize": "full"`.', '전체 그래디언트가 필요합니다. 신경망에서는 `"batchSize": "full"`이어야 합니다.')] : []),
    stability(info, w),
    w.say(`Source: ${info.source}.`, `출처: ${info.source}.`),
  ];
  w.list(notes.filter((note) => note !== ''));
}

/** Formulas with the dialects that share them. */
function rulesOf(info: OptimizerInfo): readonly (readonly [Dialect[], string])[] {
  const rules: [Dialect[], string][] = [];
  for (const dialect of info.dialects) {
    const latex = info.rule[dialect]?.latex;
    const same = rules.find(([, known]) => known === latex);
    if (same) same[0].push(dialect);
    else if (latex !== undefined) rules.push([[dialect], latex]);
  }
  return rules;
}

function schemaOf({ name }: FieldInfo, fields: readonly Field[]): Field | undefined {
  return fields.find(({ key }) => key === `optimizers.${name}`);
}

function conditions(field: FieldInfo, w: Writer): string {
  const { when, defaultWhen } = field;
  const written = (name: string, value: unknown): string => code(`"${name}": ${json(value)}`);
  const needed = when?.oneOf.map((value) => written(when.field, value)).join(', ');
  const only = needed ? ` ${w.say(`Only with ${needed}.`, `${needed}일 때만 쓰입니다.`)}` : '';
  if (!defaultWhen) return only;
  const value = code(json(defaultWhen.value));
  const where = written(defaultWhen.field, defaultWhen.equals);
  return `${only} ${w.say(`Default ${value} with ${where}.`, `${where}이면 기본값은 ${value}입니다.`)}`;
}

const stabilityHeading = (w: Writer): string => w.say('Stability limits', '안정 한계');

/** The largest curvature at which the rule is stable, with its defaults, as a multiple of 1/γ: asked of the rule itself. */
export function limitOf(info: OptimizerInfo, dialect: Dialect): { readonly timesRate: number; readonly preconditioned: boolean } | null {
  // Rules over matrices have no such limit, and need a network to be made.
  if (info.needsMatrices) return null;
  const spec: OptimizerSpec = resolveOptimizer(info.type, dialect);
  const optimizer = createOptimizer(spec, 4, PARABOLA.segments);
  const first = optimizer.sharpnessLimit(RATE);
  if (first === null || !Number.isFinite(first)) return null;
  const theta = new Float64Array(4).fill(1);
  for (let t = 1; t <= 3; t++) optimizer.update(theta, Float64Array.from(theta), RATE, t, PARABOLA);
  const later = optimizer.sharpnessLimit(RATE);
  // A limit that moves with the steps is none that a page could state.
  if (later === null || Math.abs(later / first - 1) > 0.01) return null;
  return { timesRate: first * RATE, preconditioned: optimizer.preconditioner(new Float64Array(4).fill(1), 4) };
}

const RATE = 1e-3;

/** ½‖θ‖² in four variables. */
const PARABOLA: Oracle = {
  dimension: 4, segments: [{ name: 'w', offset: 0, shape: [2, 2] }], loss: 2, normal: () => 0.5,
  evaluate(theta, gradientOut) {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      value += theta[i] ** 2 / 2;
      if (gradientOut) gradientOut[i] = theta[i];
    }
    return value;
  },
  hessianVector(_theta, v, out) {
    for (let i = 0; i < 4; i++) out[i] = v[i];
  },
};

function stability(info: OptimizerInfo, w: Writer): string {
  const limit = limitOf(info, info.dialects[0]);
  if (!limit) return '';
  const value = `${formatNumber(limit.timesRate)}/γ`;
  return limit.preconditioned
    ? w.say(`With these defaults stable while the preconditioned curvature stays below ${value} (${w.link('limits', null, stabilityHeading(w))}).`, `이 기본값에서는 전처리된 곡률이 ${value} 아래일 때 안정합니다(${w.link('한계', null, stabilityHeading(w))}).`)
    : w.say(`With these defaults stable while the curvature stays below ${value} (${w.link('limits', null, stabilityHeading(w))}).`, `이 기본값에서는 곡률이 ${value} 아래일 때 안정합니다(${w.link('한계', null, stabilityHeading(w))}).`);
}

function writeStability(w: Writer): void {
  w.heading(2, stabilityHeading(w));
  w.block(w.say(
    `On a parabola ½hθ² a rule with a constant rate shrinks the distance to the bottom while h is below a limit, and throws the point out above it. The instruments compare the ${w.link('sharpness', 'quantities', 'sharpness')} with this limit. For adaptive rules it holds for the Hessian divided by what the rule divides the gradient by: $D^{-1/2}HD^{-1/2}$, D being the diagonal $\\sqrt{\\hat v}+\\varepsilon$ or its like.`,
    `포물선 ½hθ²에서 학습률이 일정한 규칙은 h가 한계보다 작으면 바닥까지의 거리를 줄이고, 크면 점을 밖으로 던집니다. 계기는 ${w.link('sharpness', 'quantities', 'sharpness')}(뾰족함)를 이 한계와 견줍니다. 적응형 규칙에서는 그래디언트를 나누는 값으로 나눈 헤세 행렬 $D^{-1/2}HD^{-1/2}$에 대한 한계입니다. D는 $\\sqrt{\\hat v}+\\varepsilon$ 같은 대각 행렬입니다.`,
  ));
  w.table([w.say('rule', '규칙'), w.say('stable while h is below', '안정한 h의 한계')], [
    [w.say('plain gradient descent', '기본 경사하강법'), '$\\dfrac{2}{\\gamma}$'],
    [w.say('momentum (heavy ball)', '모멘텀(무거운 공)'), '$\\dfrac{2(1+\\mu)}{\\gamma(1-\\tau)}$'],
    [w.say('Nesterov momentum', '네스테로프 모멘텀'), '$\\dfrac{2(1+\\mu)}{\\gamma(1+2\\mu)}$'],
    [w.say('Adam and its like (preconditioned)', 'Adam류 (전처리된 것)'), '$\\dfrac{2(1+\\beta_1)}{\\gamma(1-\\beta_1)}$'],
    [w.say('RMSprop, Adagrad, Adadelta (preconditioned; momentum as above)', 'RMSprop, Adagrad, Adadelta (전처리된 것, 모멘텀은 위와 같음)'), '$\\dfrac{2(1+\\mu)}{\\gamma}$'],
  ]);
  w.block(w.say(
    'Weight decay apart from the gradient puts 2 − γλ in place of 2. Sources: Polyak 1964; Cohen et al. 2021, appendix B; Cohen et al. 2022 for Adam. Rules that are not named have no known limit, or search for their step.',
    '그래디언트와 따로 하는 가중치 감쇠가 있으면 2 대신 2 − γλ입니다. 출처: Polyak 1964; Cohen et al. 2021, 부록 B; Adam은 Cohen et al. 2022. 여기 없는 규칙은 알려진 한계가 없거나 걸음을 스스로 찾습니다.',
  ));
}

function writeSchedules(fields: readonly Field[], w: Writer): void {
  w.heading(2, scheduleHeading(w));
  w.block(w.say(
    'In place of a number, `learningRate` may be an object that changes the rate over time. t counts steps from 0, or epochs with `"unit": "epoch"`.',
    '`learningRate`에는 수 대신, 시간에 따라 학습률을 바꾸는 객체를 쓸 수 있습니다. t는 0부터 세는 스텝이며, `"unit": "epoch"`이면 에포크입니다.',
  ));
  for (const info of SCHEDULES.values()) writeSchedule(info, fields.filter(({ owner }) => owner === info.schedule), w);
}

function writeSchedule(info: ScheduleInfo, fields: readonly Field[], w: Writer): void {
  w.heading(3, info.schedule);
  w.block(`**${w.need(`schedule ${info.schedule}`, scheduleTitle(info.schedule))}.**`);
  w.formula(info.rule.latex);
  if (info.schedule === 'plateau') {
    w.block(w.say(
      'In `torch` the rate is cut after more than `patience` counts without improvement, measured relatively; in `keras` at `patience` of them, measured absolutely. The picture’s loss falls for 42 steps and then stands still.',
      '`torch`에서는 개선이 없는 횟수가 `patience`를 넘으면(상대 기준), `keras`에서는 `patience`에 이르면(절대 기준) 학습률을 줄입니다. 그림의 손실은 42스텝 동안 줄다가 멈춥니다.',
    ));
  }
  w.code(`"learningRate": ${json(scheduleExample(info))}`);
  w.block(`![${scheduleTitle(info.schedule)}](schedules/${info.schedule}.svg)`);
  w.table(
    [w.say('field', '필드'), w.say('default', '기본값'), w.say('may be', '값'), w.say('meaning', '뜻')],
    info.fields.map((field) => {
      const schema = fields.find(({ key }) => key === `schedule.field.${field.name}`)?.schema;
      return [
        code(field.name),
        field.default === undefined ? w.say('required', '필수') : code(json(typeof field.default === 'number' ? Number(field.default.toPrecision(4)) : field.default)),
        schema ? typeWords(schema, w) : '',
        w.need(`schedule ${info.schedule}.${field.name}`, scheduleFieldHelp(info.schedule, field.name)),
      ];
    }),
  );
}
