import type { Term } from './term';

/** What networks and the data that they learn from are spoken of with. */
export const NETWORK_TERMS: Readonly<Record<string, Term>> = {
  layer: {
    name: ['Layer', '층'],
    text: ['One stage of a network: it turns the numbers of the layer before into new ones, by trained weights or by a fixed rule.', '신경망의 한 단계입니다. 앞 층의 수를 훈련되는 가중치나 정해진 규칙으로 새로운 수로 바꿉니다.'],
    formula: 'y = \\varphi(Wx + b)', letters: 'W φ',
    place: { page: 'layers', heading: ['Layers', '층'] },
  },
  parameters: {
    name: ['Parameters', '매개변수'],
    text: ['The numbers that a layer has: weights and biases. A dense layer of n inputs and m outputs has m·(n + 1) of them.', '층이 가진 수, 곧 가중치와 편향입니다. 입력이 n개이고 출력이 m개인 밀집층에는 m·(n + 1)개가 있습니다.'],
    formula: 'P = m\\,(n+1)',
  },
  trainable: {
    name: ['Trainable', '훈련 대상'],
    text: ['Parameters that training changes. Running averages of batchNorm, fixed kernels and layers with `"trainable": false` stay out.', '훈련이 바꾸는 매개변수입니다. batchNorm의 이동 평균, 고정된 커널, `"trainable": false`인 층은 빠집니다.'],
  },
  outputShape: {
    name: ['Output shape', '출력 모양'],
    text: ['Size of what a layer puts out for one row; of an image height × width × channels. A window of size w that moves by s over n places makes this many outputs:', '층이 한 행에 대해 내는 것의 크기이며, 이미지라면 높이 × 너비 × 채널입니다. n칸 위를 s씩 움직이는 크기 w의 창은 이만큼 출력을 냅니다.'],
    formula: '\\Big\\lfloor\\frac{n-w}{s}\\Big\\rfloor + 1\\qquad\\text{same: }\\Big\\lceil\\frac{n}{s}\\Big\\rceil',
  },
  weights: {
    name: ['Weights and kernels', '가중치와 커널'],
    text: ['What a unit multiplies its inputs by. Drawn as a picture, a kernel shows what it answers to: its weighted sum is largest for inputs that look like it.', '유닛이 입력에 곱하는 수입니다. 그림으로 그린 커널은 무엇에 반응하는지 보여 줍니다. 커널과 닮은 입력에서 가중합이 가장 큽니다.'],
    formula: 'z_j = \\sum_i W_{ji}\\,x_i + b_j', letters: 'W z',
  },
  forwardPass: {
    name: ['Forward pass', '순전파'],
    text: ['From the row to the prediction, layer by layer: a weighted sum z, then the activation.', '행에서 예측까지 층을 하나씩 지납니다. 먼저 가중합 z, 다음에 활성화 함수입니다.'],
    formula: 'z_l = W_l\\,a_{l-1} + b_l,\\qquad a_l = \\varphi(z_l)', letters: 'W z φ l',
  },
  backwardPass: {
    name: ['Backward pass', '역전파'],
    text: ['From the loss back to the first layer by the chain rule: how the loss would grow if a number z grew. The gradient of the weights follows from it.', '손실에서 첫 층까지 연쇄 법칙으로 거슬러 갑니다. 수 z가 커지면 손실이 얼마나 커지는지이며, 가중치의 그래디언트가 여기서 나옵니다.'],
    formula: '\\delta_l = \\big(W_{l+1}^{\\top}\\delta_{l+1}\\big)\\odot\\varphi^{\\prime}(z_l),\\qquad \\frac{\\partial L}{\\partial W_l} = \\delta_l\\,a_{l-1}^{\\top}', letters: 'δ W z φ l',
  },
  layerRatio: {
    name: ['Layer ratio', '층 비율'],
    text: ['The gradient’s norm in the weights of the first layer over that of the last. Below a thousandth the gradient vanishes on its way back, above a thousand it explodes.', '첫 층 가중치의 그래디언트 노름을 마지막 층의 것으로 나눈 값입니다. 천분의 일보다 작으면 그래디언트가 뒤로 가며 사라지고, 천보다 크면 폭발합니다.'],
    formula: '\\frac{\\lVert g_{\\text{first}}\\rVert}{\\lVert g_{\\text{last}}\\rVert}', letters: 'g',
  },
  layerGradients: {
    name: ['Gradient norm by layer', '층별 그래디언트 노름'],
    text: ['How steep the loss is in the weights of each layer. Even rows learn evenly; a row that fades towards the input hardly learns.', '층마다 그 가중치에서 손실이 얼마나 가파른지입니다. 고르면 고르게 배우고, 입력 쪽으로 갈수록 사라지면 그 층은 거의 배우지 못합니다.'],
    formula: '\\lVert g_l\\rVert_2', letters: 'g l',
  },
  dead: {
    name: ['Dead units', '죽은 유닛'],
    text: ['The share of relu units that are 0 for every row: they get no gradient and learn no more. A filter of a convolution is one unit, over all its places.', '모든 행에서 0인 relu 유닛의 비율입니다. 그래디언트를 받지 못해 더는 배우지 않습니다. 합성곱의 필터 하나는 모든 자리를 합쳐 유닛 하나로 셉니다.'],
    formula: 'z_j(x) \\le 0\\quad\\forall x', letters: 'z',
  },
  saturation: {
    name: ['Saturation', '포화'],
    text: ['The share of a sigmoid or tanh layer’s outputs, over units and rows, whose slope is below 1 % of the steepest: hardly any gradient passes there.', 'sigmoid나 tanh 층의 출력(유닛과 행 전체) 가운데 기울기가 가장 가파른 곳의 1 %에 못 미치는 것의 비율입니다. 그래디언트가 거의 지나가지 못합니다.'],
    formula: '\\varphi^{\\prime}(z) < 0.01\\,\\max\\varphi^{\\prime}', letters: 'φ z',
  },
  histograms: {
    name: ['Histograms', '히스토그램'],
    text: ['How the parameters, gradients or activations of a layer are spread at a time. Healthy ones keep their width; a spike at zero or an ever wider spread tells of vanishing or exploding.', '어느 때에 층의 매개변수, 그래디언트, 활성값이 어떻게 퍼져 있는지입니다. 건강하면 너비가 유지되고, 0에 몰리거나 자꾸 넓어지면 소실이나 폭발을 말해 줍니다.'],
    more: ['In the tier full: 32 bins that reach four standard deviations to either side of the mean; what lies further out is counted apart.', 'full 단계에서 잽니다. 평균에서 양쪽으로 표준편차 네 배까지 32칸으로 나누고, 그 밖은 따로 셉니다.'],
  },
  prediction: {
    name: ['Prediction', '예측'],
    text: ['What the network puts out for a row. With classes the largest output names the class; its softmax is the probability that the network gives it.', '신경망이 한 행에 대해 내는 출력입니다. 분류에서는 가장 큰 출력이 클래스이고, softmax 값이 신경망이 매기는 확률입니다.'],
    formula: 'p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}', letters: 'p z',
  },
  measuring: {
    name: ['How networks are measured', '신경망을 재는 방법'],
    text: ['Everything is measured at the last update of an epoch and on its last batch; dead units and saturation on up to 1024 rows of the training part.', '모든 양을 에포크의 마지막 갱신에서 그 마지막 배치로 잽니다. 죽은 유닛과 포화는 훈련 데이터의 1024행까지로 잽니다.'],
    more: ['Basic quantities are there for every epoch. The tier standard takes at most a tenth of what the training takes: where that does not pay for every epoch, the curvature and the units are measured on fewer rows, or only every few epochs, and have no value in between. How often is counted from the sizes of network, batches and data, never by a clock, so that equal runs stay equal; a run that costs next to nothing may spend ten million multiply-adds on each. In the tier full there are at most 256 measurements a run.', 'basic 단계의 양은 에포크마다 있습니다. standard 단계는 훈련에 드는 비용의 10분의 1까지만 씁니다. 에포크마다 재기에 모자라면 곡률과 유닛을 더 적은 행으로 재거나 몇 에포크마다 한 번 재며, 그 사이에는 값이 없습니다. 얼마나 자주 잴지는 신경망, 배치, 데이터의 크기로 셈하고 시계를 보지 않으므로 같은 실행은 늘 같습니다. 비용이 거의 없는 실행은 양마다 곱셈-덧셈 천만 번까지 쓸 수 있습니다. full 단계는 한 실행에서 256번까지 잽니다.'],
  },
};

export const DATA_TERMS: Readonly<Record<string, Term>> = {
  split: {
    name: ['Training, validation, test', '훈련, 검증, 테스트'],
    text: ['Training rows are learned from. Validation rows choose rates, epochs and models, and so flatter what they chose. Test rows are scored once, for the last word.', '훈련 행으로 배웁니다. 검증 행은 학습률과 에포크와 모델을 고르는 데 쓰이므로 고른 것을 후하게 평가합니다. 테스트 행은 마지막 판단을 위해 한 번만 채점합니다.'],
    place: { page: 'format', heading: 'data.validation' },
  },
  validationLoss: {
    name: ['Validation loss', '검증 손실'],
    text: ['The loss on rows that were not trained on, without the penalties on the weights. Where it rises while the training loss falls, the network overfits.', '훈련에 쓰지 않은 검증 행의 손실이며 가중치 벌점은 들어가지 않습니다. 훈련 손실이 줄어드는데 이것이 오르면 과적합입니다.'],
  },
  testLoss: {
    name: ['Test loss', '테스트 손실'],
    text: ['The loss on the test rows, computed once at the end. Nothing was chosen by it, so it is the fairest judge.', '끝에 한 번 계산하는 테스트 행의 손실입니다. 이것으로 고른 것이 없으므로 가장 공정한 판단입니다.'],
  },
  features: {
    name: ['Features and target', '특성과 목표'],
    text: ['Features are the columns that the network sees, the target is the column it is to predict.', '특성은 신경망이 보는 열이고, 목표는 예측할 열입니다.'],
    place: { page: 'format', heading: 'data.features' },
  },
  standardize: {
    name: ['Standardize', '표준화'],
    text: ['Each feature is shifted and scaled to mean 0 and deviation 1, by the training rows alone. Features of one size make a rounder valley, so that one rate suits all.', '특성마다 훈련 행만으로 구한 평균 0, 표준편차 1이 되게 옮기고 늘입니다. 크기가 비슷한 특성은 골짜기를 둥글게 하므로 학습률 하나가 모두에 맞습니다.'],
    formula: 'x^{\\prime} = \\frac{x-\\mu}{\\sigma}', letters: 'μ σ',
    place: { page: 'format', heading: 'data.scale' },
  },
  oneHot: {
    name: ['One-hot', '원-핫'],
    text: ['A class as a row of zeros with a single one at its place, so that no class is nearer to one than to another.', '클래스를 제 자리만 1이고 나머지는 0인 행으로 나타낸 것입니다. 어느 클래스도 다른 것보다 더 가깝지 않습니다.'],
    formula: 'y_k = \\begin{cases}1 & k = c\\\\ 0 & k \\ne c\\end{cases}',
  },
  deviation: {
    name: ['Deviation', '표준편차'],
    text: ['How far the values of a column are from their mean, typically.', '열의 값이 평균에서 보통 얼마나 떨어져 있는지입니다.'],
    formula: '\\sigma = \\sqrt{\\tfrac1R\\textstyle\\sum_r (x_r-\\mu)^2}', letters: 'R μ',
  },
  decisionSurface: {
    name: ['Decision surface', '결정면'],
    text: ['What the network would say at every place of the plane of two features. Where its colour changes, the answer changes; a row on ground of another colour is told wrong.', '두 특성의 평면 모든 자리에서 신경망이 무엇이라고 답할지입니다. 색이 바뀌는 곳에서 답이 바뀌고, 다른 색 땅에 있는 행은 틀린 것입니다.'],
    formula: 'c(x) = \\arg\\max_k f_k(x)', letters: 'f',
  },
  fit: {
    name: ['Fit', '맞춤'],
    text: ['The network’s curve over one feature, through the rows. Too stiff misses them (bias); too wild follows their noise (variance).', '한 특성에 대한 신경망의 곡선과 행들입니다. 너무 뻣뻣하면 행을 놓치고(편향), 너무 구불거리면 잡음을 따릅니다(분산).'],
    formula: '\\hat y = f(x;\\theta)', letters: 'f θ',
  },
  predictedAndTrue: {
    name: ['Predicted and true', '예측과 정답'],
    text: ['Each row at its true value across and its prediction up. Rows on the dashed diagonal are told right; a tilt or a bend is bias, a wide cloud is noise.', '행마다 가로는 정답, 세로는 예측입니다. 점선 대각선 위의 행은 맞은 것이고, 기울거나 휘면 편향, 넓게 퍼지면 잡음입니다.'],
    formula: '\\hat y = y', letters: 'y',
  },
  confusionMatrix: {
    name: ['Confusion matrix', '혼동 행렬'],
    text: ['How many rows of each true class (row) were taken for which class (column). The diagonal was told right.', '정답 클래스(행)마다 어느 클래스(열)로 본 행이 몇 개인지입니다. 대각선이 맞은 것입니다.'],
    formula: 'C_{ij} = \\#\\{r : y_r = i,\\; \\hat y_r = j\\}', letters: 'y',
  },
};
