import type { Term } from './term';

/** Comparing many runs: a sweep, and how far a score can be trusted. */
export const SWEEP_TERMS: Readonly<Record<string, Term>> = {
  sweep: {
    name: ['Sweep', '스윕'],
    text: ['One run for every combination of the swept values, optimizer, seed and start. The point of the least metric (the greatest, of a score) is the best one: the median over its seeds and starts, a diverged run counting as the worst.', '시험할 값의 모든 조합, 최적화기, 시드, 출발점마다 한 번씩 실행합니다. 척도가 가장 작은(점수라면 가장 큰) 점이 가장 좋은 점입니다. 시드와 출발점에 대해서는 중앙값을 쓰고, 발산한 실행은 가장 나쁜 것으로 칩니다.'],
    formula: '\\gamma^{*} = \\arg\\min_{\\gamma}\\; \\operatorname{median}_{\\text{seeds}}\\; m(\\gamma)', letters: 'γ',
  },
  narrowing: {
    name: ['Narrowing', '좁히기'],
    text: ['A further round tries two values between the best and each of its neighbours, in equal ratios; beyond the last value where that is the best. Every optimizer narrows around its own best.', '다음 차례는 가장 좋은 값과 그 이웃 사이에서 같은 비율로 두 값씩 시험합니다. 끝 값이 가장 좋으면 그 너머도 시험합니다. 최적화기마다 자기의 가장 좋은 값 둘레로 좁힙니다.'],
    formula: '\\gamma^{*}\\Big(\\frac{\\gamma_{\\text{next}}}{\\gamma^{*}}\\Big)^{1/3},\\quad \\gamma^{*}\\Big(\\frac{\\gamma_{\\text{next}}}{\\gamma^{*}}\\Big)^{2/3}', letters: 'γ',
    more: ['0.003 between 0.001 and 0.01: 0.001442, 0.00208, 0.004481, 0.006694. The field is `sweep.refine`.', '0.001과 0.01 사이의 0.003이면 0.001442, 0.00208, 0.004481, 0.006694입니다. 필드는 `sweep.refine`입니다.'],
  },
  rangeTest: {
    name: ['Learning-rate range test', '학습률 범위 시험'],
    text: ['Rates from 10⁻⁵ to 1 in equal ratios, each from the same start: too small ones hardly move, too large ones diverge, and the best lies a little below where that begins.', '10⁻⁵부터 1까지 같은 비율의 학습률을 모두 같은 출발점에서 시험합니다. 너무 작으면 거의 움직이지 않고 너무 크면 발산하며, 가장 좋은 값은 발산이 시작되는 곳보다 조금 아래에 있습니다.'],
  },
};

export const TRUST_TERMS: Readonly<Record<string, Term>> = {
  crossValidation: {
    name: ['Cross-validation', '교차 검증'],
    text: ['The rows but those for the test are cut into k folds. Each of k runs leaves one fold out of the training and is scored on it; the mean of the k scores is less a matter of luck than one split’s.', '테스트 행을 뺀 나머지를 폴드 k개로 나눕니다. 실행 k개가 각각 폴드 하나를 훈련에서 빼고 그 폴드로 점수를 매깁니다. 점수 k개의 평균은 한 번 나눈 점수보다 우연에 덜 좌우됩니다.'],
    formula: '\\bar s = \\tfrac1k\\sum_i s_i,\\qquad \\mathrm{sd} = \\sqrt{\\tfrac{1}{k-1}\\textstyle\\sum_i(s_i-\\bar s)^2}', letters: 's k',
    more: ['The standard deviation says how much one split can differ from another.', '표준편차는 나누기에 따라 점수가 얼마나 달라질 수 있는지 말해 줍니다.'],
  },
  fold: {
    name: ['Fold', '폴드'],
    text: ['One of the k equal parts of the rows. It is left out of one training, which is then scored on it.', '행을 k개로 고르게 나눈 것 하나입니다. 한 훈련에서 빠지고, 그 훈련은 이것으로 점수를 매깁니다.'],
  },
  bootstrap: {
    name: ['Bootstrap', '부트스트랩'],
    text: ['Each round trains on as many rows as there are, drawn with replacement: some come twice, about 37 % not at all. The rounds differ as new samples of the data would.', '라운드마다 복원 추출로 뽑은 같은 수의 행으로 훈련합니다. 두 번 나오는 행도 있고, 약 37 %는 나오지 않습니다. 라운드들은 데이터를 새로 모은 것처럼 서로 다릅니다.'],
    formula: '\\Big(1-\\frac1n\\Big)^{n} \\to e^{-1} \\approx 0.37', letters: 'n',
    place: { page: 'format', heading: 'evaluate.bootstrap' },
  },
  biasVariance: {
    name: ['Bias² and variance', '편향²과 분산'],
    text: ['Of B runs, each on rows drawn with replacement: bias² is how wrong their mean is (too simple), variance how much they differ from each other (too flexible). Their sum is the mean squared error.', '복원 추출한 행으로 각각 훈련한 실행 B개에서, 편향²은 그 평균이 얼마나 틀리는지(너무 단순함), 분산은 서로 얼마나 다른지(너무 유연함)입니다. 둘의 합이 평균 제곱 오차입니다.'],
    formula: '\\underbrace{\\operatorname{mean}(f_b-y)^2}_{\\text{error}} = \\underbrace{\\operatorname{mean}(\\bar f-y)^2}_{\\text{bias}^2} + \\underbrace{\\operatorname{mean}(f_b-\\bar f)^2}_{\\text{variance}}', letters: 'f y',
    more: ['All rounds are scored on the same rows: on the test rows, or on every row where there are none. The noise of the targets cannot be told apart from bias² here and is counted with it. Of classes f are the probabilities and y is one-hot, summed over the classes.', '모든 라운드를 같은 행에서 견줍니다. 테스트 행이 있으면 그 행, 없으면 모든 행입니다. 목푯값의 잡음은 여기서 편향²과 구별할 수 없어 함께 셉니다. 분류에서는 f가 확률이고 y는 원-핫이며 클래스에 대해 더합니다.'],
  },
  bagging: {
    name: ['Bagging', '배깅'],
    text: ['The ensemble of the B bootstrap rounds whose output is the mean of theirs. Its squared error is bias²: never above the single runs’ mean, which is bias² + variance.', '부트스트랩 라운드 B개의 출력을 평균해 답하는 앙상블입니다. 그 제곱 오차는 편향²이며, 편향² + 분산인 낱개 실행의 평균보다 결코 크지 않습니다.'],
    formula: '\\bar f = \\frac1B\\sum_{b=1}^{B} f_b', letters: 'f B',
  },
  boosting: {
    name: ['Boosting', '부스팅'],
    text: ['Each round trains the network on the negative gradient of the loss at the ensemble’s output and adds a share ν of it. The best round has the least validation loss; later ones fit noise.', '라운드마다 앙상블의 출력에서 손실의 음의 그래디언트에 신경망을 맞추고 그 일부 ν를 더합니다. 검증 손실이 가장 작은 라운드가 가장 좋은 라운드이며, 그 뒤의 라운드는 잡음에 맞춥니다.'],
    formula: 'F_m = F_{m-1} + \\nu\\,h_m,\\qquad h_m \\approx -\\frac{\\partial L}{\\partial F}\\Big|_{F_{m-1}}', letters: 'h ν L',
    more: ['The share is `evaluate.boosting.shrinkage`.', '그 일부는 `evaluate.boosting.shrinkage`입니다.'],
  },
  generalizationGap: {
    name: ['Generalization gap', '일반화 격차'],
    text: ['The loss on rows that were not trained on, against the training loss. A wide gap is overfitting, two high losses are underfitting.', '훈련에 쓰지 않은 행의 손실을 훈련 손실과 견준 것입니다. 크게 벌어지면 과적합, 둘 다 크면 과소적합입니다.'],
    formula: 'L_{\\text{validation}} - L_{\\text{training}}', letters: 'L',
    more: ['Validation rows choose rates, epochs and models and so flatter what they chose; test rows are for the last word only.', '검증 행은 학습률과 에포크와 모델을 고르는 데 쓰이므로 고른 것을 후하게 평가합니다. 테스트 행은 마지막 판단에만 씁니다.'],
  },
};
