import * as T from '../../core/diagnostics/thresholds';
import type { CriticalPointKind, RunStatus, VerdictKind } from '../../core/training/trial';
import { numberInFile } from '../numbers';
import type { Pair } from './term';

/** When a verdict is given and what helps first, in English and Korean. */
interface VerdictWords {
  readonly when: Pair;
  readonly remedy?: Pair;
  /** The test in LaTeX, where it is one; `letters` as of a Term. */
  readonly formula?: string;
  readonly letters?: string;
}

/** 1e-3 as a power of ten. */
function latexNumber(value: number): string {
  const exponent = Math.round(Math.log10(value));
  return 10 ** exponent === value || Math.abs(value / 10 ** exponent - 1) < 1e-12 ? `10^{${exponent}}` : String(value);
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

export const VERDICT_WORDS: Readonly<Record<VerdictKind, VerdictWords>> = {
  failed: { when: ['The run could not go on; its reason says why.', '실행을 이어 갈 수 없었습니다. 까닭은 종료 이유에 있습니다.'] },
  cancelled: { when: ['You stopped it. What was recorded stays.', '사용자가 멈췄습니다. 기록된 것은 남습니다.'] },
  diverged: {
    formula: '\\lvert L_t\\rvert > 10^{12}\\max(1, \\lvert L_0\\rvert)', letters: 'L',
    when: ['The loss or a parameter is no finite number any more, or the loss is beyond 10¹² times the first. The evidence holds the step, the rate there and, where curvature explains it, the largest rate that it allows.',
      '손실이나 매개변수가 더는 유한한 수가 아니거나, 손실이 처음의 10¹²배를 넘었습니다. 증거에는 그 스텝과 학습률, 곡률로 설명되면 허용되는 가장 큰 학습률이 있습니다.'],
    remedy: ['Half of the rate that the curvature allows; smaller ones where that does not hold either.', '곡률이 허용하는 학습률의 절반. 그래도 안 되면 더 작은 값.'],
  },
  unbounded: {
    formula: `\\lvert L_t\\rvert \\ge ${latexNumber(T.UNBOUNDED_GROWTH)}\\,\\max(1, \\lvert L_0\\rvert),\\quad \\lambda_{\\min}(H) < 0`, letters: 'L H',
    when: [`The loss has grown ${numberInFile(T.UNBOUNDED_GROWTH)}-fold downwards and there is negative curvature where the run ended: it falls without a floor. No rate would have held it, so this is asked before *diverged*.`,
      `손실이 아래로 ${numberInFile(T.UNBOUNDED_GROWTH)}배 커졌고 끝난 곳에 음의 곡률이 있습니다. 바닥 없이 내려가는 것입니다. 어떤 학습률로도 막을 수 없으므로 *발산*보다 먼저 따집니다.`],
    remedy: ['Another objective, or a term that bounds it.', '다른 목적 함수, 또는 한계를 주는 항.'],
  },
  explodingGradients: {
    formula: `\\operatorname{median}\\frac{\\lVert g_{\\text{first}}\\rVert}{\\lVert g_{\\text{last}}\\rVert} > ${latexNumber(T.EXPLODING_RATIO)}`, letters: 'g',
    when: [`Of a network: the gradient’s norm in the first layer with weights is over ${T.EXPLODING_RATIO} times that in the last, as the median over the epochs.`, `신경망: 가중치가 있는 첫 층의 그래디언트 노름이 마지막 층의 ${T.EXPLODING_RATIO}배를 넘습니다(에포크들의 중앙값).`],
    remedy: ['First weights by glorotUniform; then relu in place of sigmoid or tanh.', '첫 가중치를 glorotUniform으로. 그다음은 sigmoid나 tanh 대신 relu.'],
  },
  vanishingGradients: {
    formula: `\\operatorname{median}\\frac{\\lVert g_{\\text{first}}\\rVert}{\\lVert g_{\\text{last}}\\rVert} < ${latexNumber(T.VANISHING_RATIO)}`, letters: 'g',
    when: [`Of a network: the gradient’s norm in the first layer with weights is below ${T.VANISHING_RATIO} of that in the last, as the median over the epochs.`, `신경망: 가중치가 있는 첫 층의 그래디언트 노름이 마지막 층의 ${T.VANISHING_RATIO}배에 못 미칩니다(에포크들의 중앙값).`],
    remedy: ['relu in place of sigmoid or tanh, which saturate; then first weights by glorotUniform.', '포화되는 sigmoid나 tanh 대신 relu. 그다음은 첫 가중치를 glorotUniform으로.'],
  },
  deadUnits: {
    when: [`Of a network: at the end over ${percent(T.DEAD_SHARE)} of a layer’s relu units give 0 on every row, and the run gets better where they do not.`, `신경망: 끝났을 때 한 층의 relu 유닛 가운데 ${percent(T.DEAD_SHARE)} 넘게 모든 행에서 0을 내며, 그렇지 않게 하면 실행이 나아집니다.`],
    remedy: ['A smaller rate, leakyRelu, or other first weights.', '더 작은 학습률, leakyRelu, 또는 다른 첫 가중치.'],
  },
  plateau: {
    formula: `\\lVert g\\rVert \\le \\varepsilon,\\quad \\max_i\\lvert\\lambda_i\\rvert \\le ${latexNumber(T.FLAT_CURVATURE)}`, letters: 'g λᵢ',
    when: [`The gradient is within the tolerance, every curvature is at most ${numberInFile(T.FLAT_CURVATURE)}, the ground stays as flat ${T.FLAT_DISTANCE} lengths away, and no minimum is known there.`,
      `그래디언트가 허용 오차 안이고 모든 곡률이 ${numberInFile(T.FLAT_CURVATURE)} 이하이며, 길이의 ${T.FLAT_DISTANCE}배 떨어져도 평평하고, 그곳에 알려진 최솟점이 없습니다.`],
    remedy: ['Another start; of a network other first weights, or relu in place of what saturates.', '다른 출발점. 신경망에서는 다른 첫 가중치, 또는 포화되는 함수 대신 relu.'],
  },
  saddle: {
    formula: '\\lVert g\\rVert \\le \\varepsilon,\\quad \\lambda_{\\min}(H) < 0', letters: 'g H',
    when: [`The gradient is within the tolerance (or below ${numberInFile(T.NEARLY_VANISHED)} of the first, where Newton’s step leads onto a critical point), but the Hessian has a negative eigenvalue: the way down is still open. Of a network it is negative by at least ${percent(T.SADDLE_SHARE)} of the largest: a little negative curvature nearly always stays.`,
      `그래디언트가 허용 오차 안이거나(또는 처음의 ${numberInFile(T.NEARLY_VANISHED)}배 아래이고 뉴턴 걸음이 임계점에 닿지만), 헤세 행렬에 음의 고윳값이 있습니다. 내려갈 길이 아직 열려 있습니다. 신경망에는 작은 음의 곡률이 거의 늘 남으므로, 가장 큰 고윳값의 ${percent(T.SADDLE_SHARE)} 이상으로 음수여야 합니다.`],
    remedy: ['A start a little to the side: from an exact ridge momentum alone cannot leave. Then momentum.', '조금 옆에서 출발합니다. 정확한 능선에서는 모멘텀만으로 벗어날 수 없습니다. 그다음이 모멘텀입니다.'],
  },
  degenerate: { formula: `\\lVert g\\rVert \\le \\varepsilon,\\quad \\min_i\\lvert\\lambda_i\\rvert \\le ${latexNumber(T.ZERO_EIGENVALUE)}\\,\\max_i\\lvert\\lambda_i\\rvert`, letters: 'g λᵢ', when: ['The gradient is within the tolerance and an eigenvalue of the Hessian counts as zero: second derivatives cannot tell what the point is.', '그래디언트가 허용 오차 안이고 헤세 행렬의 고윳값 하나가 0으로 여겨집니다. 이계도함수로는 어떤 점인지 알 수 없습니다.'] },
  localMinimum: {
    formula: '\\lVert g\\rVert \\le \\varepsilon,\\quad \\lambda_{\\min}(H) > 0,\\quad L(\\theta) > L^{*}', letters: 'g H L θ',
    when: ['At a minimum, but a lower one is known: of a built-in function, or by `objective.minimum`.', '최솟점에 있지만 더 낮은 곳이 알려져 있습니다. 내장 함수의 것이거나 `objective.minimum`에 적은 것입니다.'],
    remedy: ['Another start; then gradient noise, or a larger rate.', '다른 출발점. 그다음은 그래디언트 잡음, 또는 더 큰 학습률.'],
  },
  converged: { formula: '\\lVert g\\rVert \\le \\varepsilon,\\quad \\lambda_{\\min}(H) > 0', letters: 'g H', when: ['A tolerance of `stop` was met, and at a minimum (maximizing: a maximum).', '`stop`의 허용 오차에 이르렀고 그곳이 최솟점입니다(최대화이면 최댓점).'] },
  noiseDominated: {
    when: [`The gradients are noisy, and the mean losses of the last two quarters agree within ${T.NOISE_ERRORS} standard errors while the rate is still above ${percent(T.RESTING_RATE)} of its largest: the run wanders.`,
      `그래디언트에 잡음이 있고, 마지막 두 4분의 1 구간의 평균 손실이 표준오차 ${T.NOISE_ERRORS}배 안에서 같으며, 학습률이 아직 최댓값의 ${percent(T.RESTING_RATE)}를 넘습니다. 제자리를 맴도는 것입니다.`],
    remedy: ['A schedule that decays, such as cosine; of a network a larger batch.', 'cosine처럼 줄어드는 스케줄. 신경망에서는 더 큰 배치.'],
  },
  edgeOfStability: {
    formula: `\\Big\\lvert\\frac{\\lambda_{\\max}(H)}{\\text{limit}} - 1\\Big\\rvert \\le ${T.EDGE_NEAR}`, letters: 'H',
    when: [`In over ${percent(T.EDGE_SHARE)} of the probes of the last quarter the sharpness was within ${percent(T.EDGE_NEAR)} of its limit, having risen there from below ${percent(T.EDGE_ROSE_FROM)}, while the loss fell. This is normal.`,
      `마지막 4분의 1에서 잰 첨예도의 ${percent(T.EDGE_SHARE)} 넘게가 한계의 ${percent(T.EDGE_NEAR)} 안에 있고, 한계의 ${percent(T.EDGE_ROSE_FROM)} 아래에서 올라왔으며, 그동안 손실은 줄었습니다. 정상입니다.`],
  },
  zigzag: {
    formula: `\\cos(g_t, g_{t-1}) < ${T.TURNED_BACK}`, letters: 'gₜ',
    when: [`Over ${percent(T.ZIGZAG_SHARE)} of the last half of the steps turned back: the cosine between neighbouring gradients is below ${String(T.TURNED_BACK).replace('-', '−')}.`,
      `뒤쪽 절반의 스텝 가운데 ${percent(T.ZIGZAG_SHARE)} 넘게 되돌아갔습니다. 이웃한 그래디언트 사이의 코사인이 ${String(T.TURNED_BACK).replace('-', '−')}보다 작습니다.`],
    remedy: ['Momentum 0.9; then a smaller rate, or one that decays.', '모멘텀 0.9. 그다음은 더 작거나 줄어드는 학습률.'],
  },
  overfitting: {
    formula: `L_{\\text{validation}} \\ge ${1 + T.RISEN_BY}\\,\\min_t L_{\\text{validation}}`, letters: 'L',
    when: [`Of a network: the best validation loss came before ${percent(T.BEST_BEFORE)} of the epochs and the last is at least ${percent(T.RISEN_BY)} above it, while the training loss fell.`, `신경망: 가장 좋은 검증 손실이 에포크의 ${percent(T.BEST_BEFORE)} 전에 나왔고 마지막 값이 그보다 ${percent(T.RISEN_BY)} 이상 높으며, 그동안 훈련 손실은 줄었습니다.`],
    remedy: ['Early stopping at the best epoch; then a penalty on the weights.', '가장 좋은 에포크에서 조기 종료. 그다음은 가중치에 대한 벌점.'],
  },
  underfitting: {
    formula: `L_{\\text{training}} > ${T.CONSTANT_SHARE}\\,\\min_c L(f = c)`, letters: 'L f',
    when: [`Of a network: the training loss is above ${percent(T.CONSTANT_SHARE)} of what the best constant prediction has, and over the last third of the epochs it fell by less than ${percent(T.FLAT_THIRD)} of itself.`, `신경망: 훈련 손실이 가장 좋은 상수 예측의 ${percent(T.CONSTANT_SHARE)}를 넘고, 에포크의 마지막 3분의 1 동안 제 값의 ${percent(T.FLAT_THIRD)}만큼도 줄지 않았습니다.`],
    remedy: ['More units; then a larger rate.', '더 많은 유닛. 그다음은 더 큰 학습률.'],
  },
  tooSlow: {
    formula: `\\operatorname{median}_t\\,(1+\\alpha_t) < ${T.SHORT_STEP}`, letters: 'α',
    when: [`The steps were used up, and the median step goes less than ${percent(T.SHORT_STEP)} of the way to the bottom of its parabola, so that the rate could be at least ${T.WORTHWHILE_FACTOR} times larger.`,
      `스텝을 다 썼고, 걸음의 중앙값이 포물선 바닥까지 거리의 ${percent(T.SHORT_STEP)}에 못 미칩니다. 학습률이 적어도 ${T.WORTHWHILE_FACTOR}배는 커도 됩니다.`],
    remedy: [`The rate that the curvature allows, at most ${T.LARGEST_FACTOR} times the present one; or the initial rate kept, where a schedule lowered it too soon.`, `곡률이 허용하는 학습률(지금의 최대 ${T.LARGEST_FACTOR}배). 스케줄이 너무 일찍 줄였다면 처음 학습률을 유지합니다.`],
  },
  stillDescending: {
    when: [`The steps were used up, and the last tenth of them still brought over ${percent(T.LATE_FALL)} of the whole fall, or over ${percent(T.LATE_GAP)} of what was left above the minimum.`,
      `스텝을 다 썼는데, 마지막 10분의 1이 아직 전체 감소의 ${percent(T.LATE_FALL)}, 또는 최솟값까지 남은 양의 ${percent(T.LATE_GAP)}를 넘게 줄였습니다.`],
    remedy: ['Twice the steps.', '스텝을 두 배로.'],
  },
  completed: { when: ['The steps were used up, and none of the above holds.', '스텝을 다 썼고, 위의 어느 것도 아닙니다.'] },
};

export const STATUS_WORDS: Readonly<Record<Exclude<RunStatus, 'running'>, Pair>> = {
  converged: ['A tolerance of `stop` was met: gradientNorm, loss or change; or the optimizer can get no further.', '`stop`의 허용 오차 gradientNorm, loss, change 가운데 하나에 이르렀거나, 최적화기가 더 나아갈 수 없습니다.'],
  completed: ['The steps, the epochs or the time were used up.', '스텝, 에포크, 시간을 다 썼습니다.'],
  stoppedEarly: ['`stop.patience` ran out: the monitored number improved no more.', '`stop.patience`가 다했습니다. 지켜보던 수가 더 나아지지 않았습니다.'],
  diverged: ['Loss or a parameter is not finite, or the loss is beyond 10¹² times the first. The record is kept up to that step.', '손실이나 매개변수가 유한하지 않거나, 손실이 처음의 10¹²배를 넘었습니다. 그 스텝까지의 기록은 남습니다.'],
  cancelled: ['Stopped by you.', '사용자가 멈췄습니다.'],
  failed: ['It could not go on, with the reason.', '이어 갈 수 없었습니다. 까닭이 함께 있습니다.'],
};

export const CRITICAL_POINT_WORDS: Readonly<Record<CriticalPointKind, Pair>> = {
  minimum: ['every eigenvalue of the Hessian is positive', '헤세 행렬의 고윳값이 모두 양수'],
  maximum: ['every eigenvalue is negative', '고윳값이 모두 음수'],
  saddle: ['eigenvalues of both signs', '두 부호의 고윳값이 모두 있음'],
  degenerate: ['an eigenvalue counts as zero', '0으로 여겨지는 고윳값이 있음'],
  none: ['the gradient is not near zero there', '그곳에서 그래디언트가 0에 가깝지 않음'],
};
