import type { Activation, LossType, MetricName } from '../../core/nn/spec';
import type { Pair } from './term';

export interface FormulaWords {
  readonly latex: string;
  /** For people, where the name in the file is not it. */
  readonly name?: Pair;
  /** What it is for, in a sentence. A layer's own words stand in the format's help. */
  readonly about?: Pair;
  /** What is to be known of it besides. */
  readonly note?: Pair;
}

/** y from an input x; a layer's own words stand in help.ts. */
export const LAYER_WORDS: Readonly<Record<string, FormulaWords>> = {
  dense: { latex: 'y = \\varphi(Wx + b)', note: ['W has a row an output; units × (inputs + 1) parameters, without bias units × inputs. φ is the activation.', 'W의 행 하나가 출력 하나입니다. 매개변수는 units × (입력 수 + 1)개, 편향이 없으면 units × 입력 수입니다. φ는 활성화 함수입니다.'] },
  conv2d: { latex: 'y_{i,j,f} = \\varphi\\Big(b_f + \\sum_{u,v,c} W_{f,c,u,v}\\; x_{i s_1+u,\\; j s_2+v,\\; c}\\Big)', note: ['As in every framework a cross-correlation: the kernel is not turned. Size of the output: ⌊(n − k)/s⌋ + 1, with "same" padding ⌈n/s⌉. A fixed kernel is applied to each channel by itself.', '모든 프레임워크처럼 커널을 뒤집지 않는 상호상관입니다. 출력 크기는 ⌊(n − k)/s⌋ + 1, "same"이면 ⌈n/s⌉입니다. 고정된 커널은 채널마다 따로 적용합니다.'] },
  conv1d: { latex: 'y_{i,f} = \\varphi\\Big(b_f + \\sum_{u,c} W_{f,c,u}\\; x_{i s+u,\\; c}\\Big)', note: ['Needs rows of length and channels: "imageShape": [100, 1].', '행이 길이와 채널이어야 합니다: "imageShape": [100, 1].'] },
  maxPool2d: { latex: 'y_{i,j,c} = \\max_{u,v} x_{i s_1+u,\\; j s_2+v,\\; c}', note: ['The stride is the size unless it is given; the border that fills no window is left out.', 'stride를 적지 않으면 size와 같습니다. 창을 채우지 못하는 가장자리는 버립니다.'] },
  avgPool2d: { latex: 'y_{i,j,c} = \\frac{1}{k_1k_2}\\sum_{u,v} x_{i s_1+u,\\; j s_2+v,\\; c}', note: ['The stride is the size unless it is given. With "same" padding the mean is over what lies inside the image.', 'stride를 적지 않으면 size와 같습니다. "same"이면 이미지 안에 있는 값만 평균합니다.'] },
  globalAvgPool2d: { latex: 'y_c = \\frac{1}{hw}\\sum_{i,j} x_{i,j,c}' },
  flatten: { latex: 'y = (x_{c,i,j})', note: ['A row of an image is height, width, channel; flatten gives channel, height, width, so that weights after it match PyTorch’s.', '이미지 한 행의 순서는 높이, 너비, 채널이고, flatten은 채널, 높이, 너비 순으로 늘어놓아 뒤의 가중치가 PyTorch와 맞습니다.'] },
  batchNorm: { latex: 'y = \\gamma\\,\\frac{x-\\mathrm E[x]}{\\sqrt{\\mathrm{Var}[x]+\\varepsilon}}+\\beta', note: ['γ and β are trained; mean and variance are those of the batch in training, running averages else. torch: ε 1e-5, a tenth of each batch goes into the averages, the variance unbiased; keras: ε 1e-3, a hundredth, biased.', 'γ와 β는 훈련됩니다. 평균과 분산은 훈련 중에는 배치의 것, 그 밖에는 이동 평균입니다. torch: ε 1e-5, 배치마다 1/10을 이동 평균에 반영, 불편 분산. keras: ε 1e-3, 1/100을 반영, 편향 분산.'] },
  layerNorm: { latex: 'y = \\gamma\\,\\frac{x-\\mathrm E[x]}{\\sqrt{\\mathrm{Var}[x]+\\varepsilon}}+\\beta', note: ['Mean and variance over the features of one row. ε is 1e-5, in keras 1e-3.', '평균과 분산을 한 행의 특성들에서 구합니다. ε은 1e-5이고 keras에서는 1e-3입니다.'] },
  dropout: { latex: 'y = \\frac{m\\,x}{1-p},\\quad m\\sim\\mathrm{Bernoulli}(1-p)', note: ['Only in training; elsewhere y = x. p is the rate.', '훈련할 때만 작용하며 그 밖에는 y = x입니다. p는 rate입니다.'] },
  gaussianNoise: { latex: 'y = x+s\\,z,\\quad z\\sim\\mathcal N(0,1)', note: ['Only in training. s is stddev.', '훈련할 때만 작용합니다. s는 stddev입니다.'] },
  activation: { latex: 'y = \\varphi(x)' },
};

export const ACTIVATION_WORDS: Readonly<Record<Activation, FormulaWords>> = {
  linear: { about: ['Passes its input on unchanged: outputs of a regression.', '입력을 그대로 내보냅니다. 회귀의 출력에 씁니다.'], latex: 'x' },
  relu: { about: ['Cuts off what is negative. Cheap, and its slope of 1 lets gradients through; a unit that is negative for every row dies.', '음수를 잘라 냅니다. 계산이 싸고 기울기 1이 그래디언트를 그대로 보냅니다. 모든 행에서 음수인 유닛은 죽습니다.'], latex: '\\max(0,x)', note: ['its derivative at 0 is 0', '0에서의 도함수는 0'] },
  leakyRelu: { about: ['relu with a small slope below zero, so that no unit dies.', '0 아래에 작은 기울기를 둔 relu. 유닛이 죽지 않습니다.'], latex: '\\max(0,x)+0.01\\min(0,x)' },
  elu: { about: ['relu with a smooth bend below zero, down to −1.', '0 아래가 −1까지 매끄럽게 휘는 relu입니다.'], latex: '\\max(0,x)+\\min(0,e^{x}-1)' },
  gelu: { about: ['A smooth relu: the input weighted by the probability that a normal number is below it.', '매끄러운 relu. 정규분포의 수가 그보다 작을 확률을 입력에 곱합니다.'], latex: 'x\\,\\Phi(x)=\\tfrac x2\\left(1+\\operatorname{erf}\\tfrac{x}{\\sqrt2}\\right)' },
  silu: { about: ['A smooth relu: the input times its sigmoid.', '매끄러운 relu. 입력에 그 sigmoid를 곱합니다.'], latex: '\\dfrac{x}{1+e^{-x}}', note: ['also called swish', 'swish라고도 함'] },
  sigmoid: { about: ['Squeezes into 0 to 1: a probability. Far from zero its slope vanishes (saturation).', '0과 1 사이로 줄여 확률로 만듭니다. 0에서 멀면 기울기가 사라집니다(포화).'], latex: '\\dfrac{1}{1+e^{-x}}' },
  tanh: { about: ['Squeezes into −1 to 1, around zero. Far from it its slope vanishes (saturation).', '0을 중심으로 −1과 1 사이로 줄입니다. 멀면 기울기가 사라집니다(포화).'], latex: '\\tanh x' },
  softplus: { about: ['A smooth relu that is always positive.', '언제나 양수인 매끄러운 relu입니다.'], latex: '\\ln(1+e^{x})' },
  softmax: { about: ['Turns numbers into probabilities that sum to 1.', '수들을 합이 1인 확률로 바꿉니다.'], latex: '\\dfrac{e^{x_i}}{\\sum_j e^{x_j}}', note: ['over the outputs of a row', '한 행의 출력들에 대해'] },
};

/** n: inputs of an output (fan-in), m: outputs of an input (fan-out). */
export const INITIALIZER_WORDS: Readonly<Record<string, FormulaWords>> = {
  glorotUniform: { about: ['Keeps the variance of signals about equal forwards and backwards: for tanh and sigmoid.', '신호의 분산을 앞뒤로 비슷하게 유지합니다. tanh와 sigmoid에 알맞습니다.'], latex: 'U\\left(-\\sqrt{\\tfrac{6}{n+m}},\\ \\sqrt{\\tfrac{6}{n+m}}\\right)', note: ['Glorot & Bengio 2010; default of keras and paper', 'Glorot & Bengio 2010. keras와 paper의 기본값'] },
  glorotNormal: { about: ['glorotUniform with a normal distribution of the same variance.', '분산이 같은 정규분포를 쓰는 glorotUniform입니다.'], latex: '\\mathcal N\\left(0,\\ \\tfrac{2}{n+m}\\right)', note: ['the second number is the variance', '둘째 수는 분산'] },
  heUniform: { about: ['Makes up for relu cutting off half of the signal.', 'relu가 신호의 절반을 잘라 내는 것을 메웁니다.'], latex: 'U\\left(-\\sqrt{\\tfrac6n},\\ \\sqrt{\\tfrac6n}\\right)', note: ['He et al. 2015, for relu', 'He et al. 2015, relu용'] },
  heNormal: { about: ['heUniform with a normal distribution of the same variance.', '분산이 같은 정규분포를 쓰는 heUniform입니다.'], latex: '\\mathcal N\\left(0,\\ \\tfrac2n\\right)', note: ['He et al. 2015, for relu', 'He et al. 2015, relu용'] },
  lecunNormal: { about: ['Keeps the variance of signals on their way forwards.', '앞으로 가는 신호의 분산을 유지합니다.'], latex: '\\mathcal N\\left(0,\\ \\tfrac1n\\right)', note: ['LeCun et al. 1998, for tanh', 'LeCun et al. 1998, tanh용'] },
  zeros: { about: ['All weights begin at zero.', '모든 가중치가 0에서 시작합니다.'], latex: '0', note: ['every unit of a layer then stays the same as its neighbours', '한 층의 유닛이 모두 같은 채로 남음'] },
  constant: { about: ['All weights begin at one number.', '모든 가중치가 한 수에서 시작합니다.'], latex: 'c' },
  normal: { about: ['Normal numbers with a standard deviation of your own.', '표준편차를 직접 정하는 정규분포의 수입니다.'], latex: '\\mathcal N(0, s^2)' },
  uniform: { about: ['Even numbers between minus and plus a bound of your own.', '한계를 직접 정하는 균등분포의 수입니다.'], latex: 'U(-a, a)' },
};

/** f the output, y the target, over R rows and K outputs. */
export const LOSS_WORDS: Readonly<Record<LossType, FormulaWords>> = {
  meanSquaredError: { name: ['Mean squared error', '평균 제곱 오차'], about: ['The usual loss of a regression: large errors count most.', '회귀에서 보통 쓰는 손실입니다. 큰 오차를 가장 크게 칩니다.'], latex: '\\frac{1}{RK}\\sum_{r,k}(f_{rk}-y_{rk})^2' },
  meanAbsoluteError: { name: ['Mean absolute error', '평균 절대 오차'], about: ['The mean size of an error, in the units of the target; outliers count no more than they are far off.', '오차 크기의 평균이며 단위는 목표와 같습니다. 튀는 값도 벗어난 만큼만 셉니다.'], latex: '\\frac{1}{RK}\\sum_{r,k}\\lvert f_{rk}-y_{rk}\\rvert' },
  huber: { name: ['Huber loss', '후버 손실'], about: ['Squared for small errors, absolute for large ones, so that outliers pull less.', '작은 오차는 제곱, 큰 오차는 절댓값으로 셉니다. 튀는 값에 덜 끌려갑니다.'], latex: '\\frac{1}{RK}\\sum_{r,k}\\begin{cases}\\tfrac12 d^2&\\lvert d\\rvert\\le1\\\\\\lvert d\\rvert-\\tfrac12&\\lvert d\\rvert>1\\end{cases},\\quad d=f_{rk}-y_{rk}' },
  binaryCrossentropy: { name: ['Binary cross-entropy', '이진 교차 엔트로피'], about: ['For two classes: how surprised the network is by the true answer.', '두 클래스에 씁니다. 신경망이 정답에 얼마나 놀라는지입니다.'], latex: '-\\frac{1}{RK}\\sum_{r,k}\\big(y_{rk}\\ln f_{rk}+(1-y_{rk})\\ln(1-f_{rk})\\big)', note: ['Needs sigmoid as the last activation; both are computed together from the logits, so no input overflows. Targets are two classes, as 0 and 1.', '마지막 활성화 함수가 sigmoid여야 합니다. 둘을 로짓에서 함께 계산하므로 어떤 입력에서도 넘치지 않습니다. 목표는 두 클래스이며 0과 1로 씁니다.'] },
  categoricalCrossentropy: { name: ['Categorical cross-entropy', '범주형 교차 엔트로피'], about: ['For several classes: minus the logarithm of the probability given to the true one.', '여러 클래스에 씁니다. 정답에 매긴 확률의 로그에 음의 부호를 붙인 값입니다.'], latex: '-\\frac1R\\sum_{r,k}y_{rk}\\ln f_{rk}', note: ['Needs softmax as the last activation; both are computed together from the logits. Targets are class indices, one output a class.', '마지막 활성화 함수가 softmax여야 합니다. 둘을 로짓에서 함께 계산합니다. 목표는 클래스 번호이고, 클래스마다 출력 하나입니다.'] },
  hinge: { name: ['Hinge loss', '힌지 손실'], about: ['For two classes: zero once a row is on its side by a margin of 1, as in support vector machines.', '두 클래스에 씁니다. 행이 제 쪽으로 여유 1을 넘으면 0입니다. 서포트 벡터 머신의 손실입니다.'], latex: '\\frac{1}{RK}\\sum_{r,k}\\max(0,\\,1-y_{rk}f_{rk})', note: ['Targets are two classes, as −1 and 1.', '목표는 두 클래스이며 −1과 1로 씁니다.'] },
  poisson: { name: ['Poisson loss', '푸아송 손실'], about: ['For counts: the likelihood of a Poisson distribution whose mean is the output.', '횟수에 씁니다. 출력을 평균으로 하는 푸아송 분포의 가능도입니다.'], latex: '\\frac{1}{RK}\\sum_{r,k}\\big(f_{rk}-y_{rk}\\ln(f_{rk}+10^{-7})\\big)', note: ['Targets are counts, and the output is to be positive: softplus as the last activation.', '목표는 횟수이며, 출력이 양수가 되도록 마지막 활성화 함수를 softplus로 합니다.'] },
};

export const METRIC_WORDS: Readonly<Record<MetricName, FormulaWords>> = {
  accuracy: { name: ['Accuracy', '정확도'], about: ['The share of rows that are told right.', '맞은 행의 비율입니다.'], latex: '\\dfrac{\\text{correct}}{R}', note: ['the largest output is the class; of an answer of yes or no, above 0.5 is a yes, for hinge above 0', '가장 큰 출력이 클래스. 예·아니요에서는 0.5를 넘으면 예(hinge는 0)'] },
  r2: { name: ['R²', 'R²'], about: ['The share of the targets’ variance that the predictions explain.', '목표의 분산 가운데 예측이 설명하는 비율입니다.'], latex: '1-\\dfrac{\\sum(f-y)^2}{\\sum(y-\\bar y)^2}', note: ['1 is perfect, 0 no better than the mean', '1이면 완벽, 0이면 평균으로 답하는 것과 같음'] },
  meanAbsoluteError: { name: ['Mean absolute error', '평균 절대 오차'], about: ['The mean size of an error, in the units of the target; outliers count no more than they are far off.', '오차 크기의 평균이며 단위는 목표와 같습니다. 튀는 값도 벗어난 만큼만 셉니다.'], latex: '\\dfrac{1}{RK}\\sum\\lvert f-y\\rvert' },
  precision: { name: ['Precision', '정밀도'], about: ['How far to trust a yes.', '양성이라는 답을 얼마나 믿을 수 있는지입니다.'], latex: '\\dfrac{TP}{TP+FP}', note: ['of what was called positive, how much is', '양성이라고 한 것 가운데 실제 양성의 비율'] },
  recall: { name: ['Recall', '재현율'], about: ['How many of those looked for were found.', '찾아야 할 것을 얼마나 찾았는지입니다.'], latex: '\\dfrac{TP}{TP+FN}', note: ['of what is positive, how much was found', '실제 양성 가운데 찾아낸 비율'] },
  f1: { name: ['F1', 'F1'], about: ['Precision and recall in one number; low where either is.', '정밀도와 재현율을 한 수로 나타냅니다. 하나라도 낮으면 낮습니다.'], latex: '\\dfrac{2TP}{2TP+FP+FN}', note: ['the harmonic mean of precision and recall', 'precision과 recall의 조화 평균'] },
};

/** All that is said of it besides its formula, as sentences. */
export function sentencesOf({ about, note }: FormulaWords): Pair {
  const said = (language: 0 | 1): string => [about?.[language] ?? '', note ? sentence(note[language]) : ''].filter((text) => text !== '').join(' ');
  return [said(0), said(1)];
}

function sentence(text: string): string {
  return /^[a-z]\w*[a-z ;,]/.test(text) && !/^(glorot|he|lecun)[A-Z]/.test(text) ? finished(text[0].toUpperCase() + text.slice(1)) : finished(text);
}

const finished = (text: string): string => (/[.。]$/.test(text) ? text : `${text}.`);
