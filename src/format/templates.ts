import * as l10n from '@vscode/l10n';
import type { LocalizedText } from './experiment';

export interface Template {
  /** What `gdexp new --template` takes. */
  readonly id: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  /** A whole `.gdexp` file, with comments in the language of the moment. */
  text(): string;
}

type Bilingual = { readonly en: string; readonly ko: string };

/** Line by line, so that comments can stand where they belong. */
function template(id: string, title: Bilingual, description: Bilingual, body: () => readonly string[]): Template {
  const both = (text: Bilingual): string => `{ "en": ${JSON.stringify(text.en)}, "ko": ${JSON.stringify(text.ko)} }`;
  const head = [`  "gdexp": 1,`, `  "title": ${both(title)},`, `  "description": ${both(description)},`];
  return { id, title, description, text: () => `{\n${[...head, ...body().map((line) => (line === '' ? '' : `  ${line}`))].join('\n')}\n}\n` };
}

/** What New Experiment offers, the simplest first. */
export const TEMPLATES: readonly Template[] = [
  template('parabola', { en: 'A parabola', ko: '포물선' }, {
    en: 'Gradient descent in one dimension. Drag the learning rate: above 1 it diverges.', ko: '1차원 경사하강법입니다. 학습률을 끌어 보세요. 1을 넘으면 발산합니다.',
  }, () => [
    '"objective": {',
    `  // ${l10n.t('Every name that is no function or constant is a variable.')}`,
    '  "expression": "x^2 - 4x + 5",',
    '  "start": { "x": 6 },',
    '  "view": { "x": [-2, 7] }',
    '},',
    '"optimizers": [',
    '  { "type": "sgd", "label": "gradient descent", "learningRate": 0.1 }',
    '],',
    '"stop": { "steps": 100 }',
  ]),
  template('formula', { en: 'A formula of your own', ko: '나만의 수식' }, {
    en: 'Write any formula, name its constants and compare two optimizers on it.', ko: '수식을 쓰고 상수에 이름을 붙여 두 최적화기를 비교해 보세요.',
  }, () => [
    '"objective": {',
    `  // ${l10n.t('+ - * / ^, 2x, (x-1)(x+1), sqrt, exp, log, sin, cos, tanh, min, max … A constant is named below.')}`,
    '  "expression": "(x^2 + a*y^2)/2 + sin(x)",',
    '  "constants": { "a": 10 },',
    '  "start": { "x": -3, "y": 1 }',
    '},',
    '"optimizers": [',
    '  { "type": "sgd", "label": "plain", "learningRate": 0.05 },',
    '  { "type": "sgd", "label": "momentum", "learningRate": 0.05, "momentum": 0.8 }',
    '],',
    `// ${l10n.t('A run ends when the gradient is this small, or after so many steps.')}`,
    '"stop": { "steps": 500, "gradientNorm": 1e-6 }',
  ]),
  template('learningRates', { en: 'Learning rates compared', ko: '학습률 비교' }, {
    en: 'The same optimizer with four rates: too small, right, large and too large.', ko: '같은 최적화기를 네 가지 학습률로: 너무 작게, 알맞게, 크게, 너무 크게.',
  }, () => [
    '"objective": {',
    '  "expression": "(x^2 + 5y^2)/2",',
    '  "start": { "x": -4, "y": 2 },',
    '  "view": { "x": [-5, 5], "y": [-3, 3] }',
    '},',
    '"optimizers": [',
    '  { "type": "sgd", "label": "too small", "learningRate": 0.005 },',
    '  { "type": "sgd", "label": "right", "learningRate": 0.3 },',
    '  { "type": "sgd", "label": "large", "learningRate": 0.38 },',
    `  // ${l10n.t('The largest curvature is 5, so above 2/5 plain descent diverges.')}`,
    '  { "type": "sgd", "label": "too large", "learningRate": 0.41 }',
    '],',
    '"stop": { "steps": 200 }',
  ]),
  template('rosenbrock', { en: 'Crossing the Rosenbrock valley', ko: '로젠브록 골짜기 건너기' }, {
    en: 'A curved, narrow valley: hard for plain descent, easy for methods that learn the curvature.', ko: '좁고 굽은 골짜기입니다. 단순 경사하강법에는 어렵고 곡률을 배우는 방법에는 쉽습니다.',
  }, () => [
    `// ${l10n.t('A built-in function brings its usual start, domain and minimum along.')}`,
    '"objective": { "function": "rosenbrock", "dimension": 2 },',
    '"optimizers": [',
    '  { "type": "sgd", "label": "plain", "learningRate": 0.001 },',
    '  { "type": "sgd", "label": "Nesterov", "learningRate": 0.001, "momentum": 0.95, "nesterov": true },',
    '  { "type": "adam", "label": "Adam", "learningRate": 0.05 },',
    '  { "type": "lbfgs", "label": "L-BFGS" }',
    '],',
    '"stop": { "steps": 3000 }',
  ]),
  template('saddle', { en: 'Leaving a saddle point', ko: '안장점 벗어나기' }, {
    en: 'A point that is a minimum along one axis and a maximum along the other. From its ridge nothing leaves; from beside it momentum leaves first.', ko: '한 축으로는 최소, 다른 축으로는 최대인 점입니다. 능선 위에서는 아무도 벗어나지 못하고, 그 옆에서는 모멘텀이 먼저 벗어납니다.',
  }, () => [
    '"objective": {',
    '  "expression": "x^4/4 - x^2/2 + y^2/2",',
    `  // ${l10n.t('Several starts: a run from each. The first stands exactly on the ridge.')}`,
    '  "start": [{ "x": 0, "y": 1 }, { "x": 0.001, "y": 1 }],',
    '  "view": { "x": [-1.8, 1.8], "y": [-1.2, 1.2] },',
    '  "minimum": [{ "at": { "x": 1, "y": 0 }, "value": -0.25 }, { "at": { "x": -1, "y": 0 }, "value": -0.25 }]',
    '},',
    '"optimizers": [',
    '  { "type": "sgd", "label": "plain", "learningRate": 0.05 },',
    '  { "type": "sgd", "label": "momentum", "learningRate": 0.05, "momentum": 0.9 }',
    '],',
    '"stop": { "steps": 800 }',
  ]),
  template('noise', { en: 'Noisy gradients', ko: '잡음 섞인 그래디언트' }, {
    en: 'What mini-batches do: every gradient carries noise. Repeated over five seeds, charts show the median and the band.', ko: '미니배치처럼 그래디언트마다 잡음이 섞입니다. 시드 다섯 개로 반복하며 차트는 중앙값과 띠를 보여 줍니다.',
  }, () => [
    '"seed": 1,',
    '"seeds": 5,',
    '"objective": {',
    '  "function": "quadratic", "dimension": 2, "condition": 5,',
    '  "start": [4, -3],',
    `  // ${l10n.t('Standard deviation of the noise on each partial derivative.')}`,
    '  "gradientNoise": 1',
    '},',
    '"optimizers": [',
    '  { "type": "sgd", "label": "constant rate", "learningRate": 0.1 },',
    '  { "type": "sgd", "label": "falling rate", "learningRate": { "schedule": "inverseTime", "initial": 0.1, "decay": 0.02 } }',
    '],',
    '"stop": { "steps": 1000 }',
  ]),
  template('schedules', { en: 'Learning-rate schedules', ko: '학습률 스케줄' }, {
    en: 'A constant rate against rates that change as the run goes on.', ko: '일정한 학습률과 진행에 따라 바뀌는 학습률을 비교합니다.',
  }, () => [
    '"objective": { "function": "quadratic", "dimension": 2, "condition": 10, "start": [8, 4], "gradientNoise": 0.5 },',
    '"optimizers": [',
    '  { "type": "sgd", "label": "constant", "learningRate": 0.1 },',
    `  // ${l10n.t('A learning rate is a number or a schedule.')}`,
    '  { "type": "sgd", "label": "steps", "learningRate": { "schedule": "step", "initial": 0.1, "every": 300, "factor": 0.3 } },',
    '  { "type": "sgd", "label": "cosine", "learningRate": { "schedule": "cosine", "initial": 0.1, "steps": 1000 } },',
    '  { "type": "sgd", "label": "warmup", "learningRate": { "schedule": "warmup", "steps": 50, "then": { "schedule": "cosine", "initial": 0.1, "steps": 950 } } }',
    '],',
    '"stop": { "steps": 1000 }',
  ]),
  template('dialects', { en: 'PyTorch and Keras side by side', ko: 'PyTorch와 Keras 나란히' }, {
    en: 'The same optimizer by name, with each framework\'s defaults and formula.', ko: '이름이 같은 최적화기를 각 프레임워크의 기본값과 식으로 돌립니다.',
  }, () => [
    '"objective": { "function": "beale", "start": [1, 1.5] },',
    `// ${l10n.t('torch is the default; an optimizer may have a dialect of its own.')}`,
    '"dialect": "torch",',
    '"optimizers": [',
    '  { "type": "rmsprop", "label": "PyTorch" },',
    '  { "type": "rmsprop", "label": "Keras", "dialect": "keras" }',
    '],',
    '"stop": { "steps": 2000 },',
    `// ${l10n.t('What this experiment claims; "gdexp run" checks it.')}`,
    '"expect": [',
    '  { "optimizer": "PyTorch", "loss": "< 0.01" }',
    ']',
  ]),
];

/** The template of a name; undefined where there is none. */
export function findTemplate(id: string): Template | undefined {
  return TEMPLATES.find((candidate) => candidate.id === id);
}
