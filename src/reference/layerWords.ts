import type { ACTIVATIONS, LOSSES, METRICS } from '../format/schema/model';

type Pair = readonly [english: string, korean: string];

export interface FormulaWords {
  readonly latex: string;
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

export const ACTIVATION_WORDS: Readonly<Record<(typeof ACTIVATIONS)[number], FormulaWords>> = {
  linear: { latex: 'x' },
  relu: { latex: '\\max(0,x)', note: ['its derivative at 0 is 0', '0에서의 도함수는 0'] },
  leakyRelu: { latex: '\\max(0,x)+0.01\\min(0,x)' },
  elu: { latex: '\\max(0,x)+\\min(0,e^{x}-1)' },
  gelu: { latex: 'x\\,\\Phi(x)=\\tfrac x2\\left(1+\\operatorname{erf}\\tfrac{x}{\\sqrt2}\\right)' },
  silu: { latex: '\\dfrac{x}{1+e^{-x}}', note: ['also called swish', 'swish라고도 함'] },
  sigmoid: { latex: '\\dfrac{1}{1+e^{-x}}' },
  tanh: { latex: '\\tanh x' },
  softplus: { latex: '\\ln(1+e^{x})' },
  softmax: { latex: '\\dfrac{e^{x_i}}{\\sum_j e^{x_j}}', note: ['over the outputs of a row', '한 행의 출력들에 대해'] },
};

/** n: inputs of an output (fan-in), m: outputs of an input (fan-out). */
export const INITIALIZER_WORDS: Readonly<Record<string, FormulaWords>> = {
  glorotUniform: { latex: 'U\\left(-\\sqrt{\\tfrac{6}{n+m}},\\ \\sqrt{\\tfrac{6}{n+m}}\\right)', note: ['Glorot & Bengio 2010; default of keras and paper', 'Glorot & Bengio 2010. keras와 paper의 기본값'] },
  glorotNormal: { latex: '\\mathcal N\\left(0,\\ \\tfrac{2}{n+m}\\right)', note: ['the second number is the variance', '둘째 수는 분산'] },
  heUniform: { latex: 'U\\left(-\\sqrt{\\tfrac6n},\\ \\sqrt{\\tfrac6n}\\right)', note: ['He et al. 2015, for relu', 'He et al. 2015, relu용'] },
  heNormal: { latex: '\\mathcal N\\left(0,\\ \\tfrac2n\\right)', note: ['He et al. 2015, for relu', 'He et al. 2015, relu용'] },
  lecunNormal: { latex: '\\mathcal N\\left(0,\\ \\tfrac1n\\right)', note: ['LeCun et al. 1998, for tanh', 'LeCun et al. 1998, tanh용'] },
  zeros: { latex: '0', note: ['every unit of a layer then stays the same as its neighbours', '한 층의 유닛이 모두 같은 채로 남음'] },
  constant: { latex: 'c' },
  normal: { latex: '\\mathcal N(0, s^2)' },
  uniform: { latex: 'U(-a, a)' },
};

/** f the output, y the target, over R rows and K outputs. */
export const LOSS_WORDS: Readonly<Record<(typeof LOSSES)[number], FormulaWords>> = {
  meanSquaredError: { latex: '\\frac{1}{RK}\\sum_{r,k}(f_{rk}-y_{rk})^2' },
  meanAbsoluteError: { latex: '\\frac{1}{RK}\\sum_{r,k}\\lvert f_{rk}-y_{rk}\\rvert' },
  huber: { latex: '\\frac{1}{RK}\\sum_{r,k}\\begin{cases}\\tfrac12 d^2&\\lvert d\\rvert\\le1\\\\\\lvert d\\rvert-\\tfrac12&\\lvert d\\rvert>1\\end{cases},\\quad d=f_{rk}-y_{rk}' },
  binaryCrossentropy: { latex: '-\\frac{1}{RK}\\sum_{r,k}\\big(y_{rk}\\ln f_{rk}+(1-y_{rk})\\ln(1-f_{rk})\\big)', note: ['Needs sigmoid as the last activation; both are computed together from the logits, so no input overflows. Targets are two classes, as 0 and 1.', '마지막 활성화 함수가 sigmoid여야 합니다. 둘을 로짓에서 함께 계산하므로 어떤 입력에서도 넘치지 않습니다. 목표는 두 클래스이며 0과 1로 씁니다.'] },
  categoricalCrossentropy: { latex: '-\\frac1R\\sum_{r,k}y_{rk}\\ln f_{rk}', note: ['Needs softmax as the last activation; both are computed together from the logits. Targets are class indices, one output a class.', '마지막 활성화 함수가 softmax여야 합니다. 둘을 로짓에서 함께 계산합니다. 목표는 클래스 번호이고, 클래스마다 출력 하나입니다.'] },
  hinge: { latex: '\\frac{1}{RK}\\sum_{r,k}\\max(0,\\,1-y_{rk}f_{rk})', note: ['Targets are two classes, as −1 and 1.', '목표는 두 클래스이며 −1과 1로 씁니다.'] },
  poisson: { latex: '\\frac{1}{RK}\\sum_{r,k}\\big(f_{rk}-y_{rk}\\ln(f_{rk}+10^{-7})\\big)', note: ['Targets are counts, and the output is to be positive: softplus as the last activation.', '목표는 횟수이며, 출력이 양수가 되도록 마지막 활성화 함수를 softplus로 합니다.'] },
};

export const METRIC_WORDS: Readonly<Record<(typeof METRICS)[number], FormulaWords>> = {
  accuracy: { latex: '\\dfrac{\\text{correct}}{R}', note: ['the largest output is the class; of an answer of yes or no, above 0.5 is a yes, for hinge above 0', '가장 큰 출력이 클래스. 예·아니요에서는 0.5를 넘으면 예(hinge는 0)'] },
  r2: { latex: '1-\\dfrac{\\sum(f-y)^2}{\\sum(y-\\bar y)^2}', note: ['1 is perfect, 0 no better than the mean', '1이면 완벽, 0이면 평균으로 답하는 것과 같음'] },
  meanAbsoluteError: { latex: '\\dfrac{1}{RK}\\sum\\lvert f-y\\rvert', note: ['', ''] },
  precision: { latex: '\\dfrac{TP}{TP+FP}', note: ['of what was called positive, how much is', '양성이라고 한 것 가운데 실제 양성의 비율'] },
  recall: { latex: '\\dfrac{TP}{TP+FN}', note: ['of what is positive, how much was found', '실제 양성 가운데 찾아낸 비율'] },
  f1: { latex: '\\dfrac{2TP}{2TP+FP+FN}', note: ['the harmonic mean of precision and recall', 'precision과 recall의 조화 평균'] },
};
