import type { Term } from './term';

/** What is measured of the steps of a run. The keys are the names of the columns of a record, where there is one. */
export const STEP_TERMS: Readonly<Record<string, Term>> = {
  loss: {
    name: ['Loss', '손실'],
    text: ['The number that training makes small: the objective at the point, or how wrong the network is on the rows of the training. Under gradient ascent it is the objective’s own value, and is to grow.', '훈련이 줄이려는 수입니다. 그 점에서의 목적 함수 값, 또는 신경망이 훈련 행에서 얼마나 틀리는지입니다. 경사상승법에서는 목적 함수 자신의 값이며 커져야 합니다.'],
    formula: 'L(\\theta)', letters: 'L θ',
  },
  step: {
    name: ['Step', '스텝'],
    text: ['One update of all parameters; of a network, by one batch. Step 0 is the start.', '모든 매개변수를 한 번 갱신하는 것입니다. 신경망에서는 배치 하나로 갱신합니다. 스텝 0은 출발점입니다.'],
    formula: '\\theta_{t+1} = \\theta_t + u_t', letters: 'θ u',
  },
  update: {
    name: ['Update', '갱신'],
    text: ['What a step adds to the parameters. Plain gradient descent goes against the gradient; other optimizers bend, scale and remember it.', '한 스텝이 매개변수에 더하는 값입니다. 기본 경사하강법은 그래디언트의 반대로 가고, 다른 최적화기는 그것을 휘고 늘이고 기억합니다.'],
    formula: 'u_t = -\\gamma_t\\, g_t', letters: 'u γₜ gₜ',
  },
  gradient: {
    name: ['Gradient', '그래디언트'],
    text: ['All partial derivatives of the loss. It points where the loss grows fastest, so its opposite is the steepest way down.', '손실의 모든 편미분입니다. 손실이 가장 빨리 커지는 쪽을 가리키므로 그 반대가 가장 가파른 내리막입니다.'],
    formula: 'g = \\nabla L(\\theta) = \\Big(\\frac{\\partial L}{\\partial \\theta_1}, \\dots, \\frac{\\partial L}{\\partial \\theta_P}\\Big)', letters: 'g L θ',
  },
  gradientNorm: {
    name: ['Gradient norm', '그래디언트 노름'],
    text: ['How steep the ground is: the length of the gradient, before clipping, weight decay and gradient noise. It falls to zero at a minimum, and at a saddle point too.', '땅이 얼마나 가파른지입니다. 자르기, 가중치 감쇠, 그래디언트 잡음 전의 그래디언트 길이입니다. 최솟점에서 0이 되지만 안장점에서도 0이 됩니다.'],
    formula: '\\lVert g\\rVert_2 = \\sqrt{\\textstyle\\sum_i g_i^2}', letters: 'g',
    more: ['The stopping rule looks at it: at or below `stop.gradientNorm` a run has converged.', '정지 규칙은 이 값을 봅니다. `stop.gradientNorm` 이하이면 수렴한 것입니다.'],
  },
  learningRate: {
    name: ['Learning rate', '학습률'],
    text: ['How far a step goes for a given gradient. Too small and the run crawls; above 2 over the curvature, plain descent climbs out of the valley.', '그래디언트에 견주어 얼마나 멀리 가는지입니다. 너무 작으면 기어가고, 기본 경사하강법에서 2를 곡률로 나눈 값보다 크면 골짜기를 벗어나 올라갑니다.'],
    formula: '\\theta_{t+1} = \\theta_t - \\gamma_t\\, g_t', letters: 'θ γₜ gₜ',
    more: ['In a record it is the rate of the update that leaves the row. A schedule changes it from step to step.', '기록에서는 그 행을 떠나는 갱신의 학습률입니다. 스케줄은 스텝마다 이 값을 바꿉니다.'],
  },
  turn: {
    name: ['Turn', '방향 전환'],
    text: ['The cosine of the angle between this gradient and the one before. Near 1 the path is straight and the rate could be larger; near −1 it zig-zags from one wall of a valley to the other, and momentum or a smaller rate helps.', '이번 그래디언트와 앞 그래디언트 사이 각의 코사인입니다. 1에 가까우면 길이 곧아 학습률을 키울 수 있고, −1에 가까우면 골짜기의 벽과 벽 사이를 지그재그로 오가므로 모멘텀이나 더 작은 학습률이 도움이 됩니다.'],
    formula: '\\cos(g_t, g_{t-1}) = \\frac{g_t^{\\top} g_{t-1}}{\\lVert g_t\\rVert\\,\\lVert g_{t-1}\\rVert}', letters: 'gₜ',
  },
  distance: {
    name: ['Distance from the start', '출발점에서의 거리'],
    text: ['How far the run is from where it began.', '실행이 출발점에서 얼마나 멀리 왔는지입니다.'],
    formula: '\\lVert \\theta - \\theta_0\\rVert_2', letters: 'θ θ₀',
  },
  updateNorm: {
    name: ['Update norm', '갱신량 노름'],
    text: ['How far the update moved the point.', '갱신이 점을 움직인 거리입니다.'],
    formula: '\\lVert u\\rVert_2', letters: 'u',
  },
  weightNorm: {
    name: ['Weight norm', '가중치 노름'],
    text: ['How large the parameters are, taken together.', '매개변수 전체가 얼마나 큰지입니다.'],
    formula: '\\lVert \\theta\\rVert_2', letters: 'θ',
  },
  updateRatio: {
    name: ['Update : weight', '갱신량 : 가중치'],
    text: ['The share of itself that the point, or a layer, changes in one update. Around 10⁻³ is usual for the layers of a network: far less hardly learns, far more forgets what it knew.', '점이나 층이 한 번의 갱신에서 바뀌는 비율입니다. 신경망의 층에서는 10⁻³ 안팎이 보통입니다. 훨씬 작으면 거의 배우지 못하고, 훨씬 크면 알던 것을 잊습니다.'],
    formula: '\\frac{\\lVert u\\rVert}{\\lVert \\theta\\rVert}\\qquad\\frac{\\lVert u_l\\rVert}{\\lVert \\theta_l\\rVert}', letters: 'u θ l',
    more: ['Beside it stand `gradientNorm`, `weightNorm` and `updateNorm` of each layer.', '층마다 `gradientNorm`, `weightNorm`, `updateNorm`도 있습니다.'],
  },
  directionalDerivative: {
    name: ['Directional derivative', '방향 미분'],
    text: ['The slope along the step. Its smallest possible value is −‖g‖, along −g: plain gradient descent walks the steepest way, others do not.', '걸음 방향의 기울기입니다. 가장 작은 값은 −g 방향의 −‖g‖입니다. 기본 경사하강법은 가장 가파른 길로 가고 다른 방법은 그렇지 않습니다.'],
    formula: '\\frac{g^{\\top}u}{\\lVert u\\rVert} \\ge -\\lVert g\\rVert', letters: 'g u',
  },
  seed: {
    name: ['Seed', '시드'],
    text: ['The number that all randomness comes from: first weights, the order of rows, noise. The same seed gives the same numbers; several seeds show how much is luck.', '첫 가중치, 행의 순서, 잡음 같은 모든 무작위가 나오는 수입니다. 시드가 같으면 수도 같고, 여러 시드는 얼마나 우연에 달렸는지 보여 줍니다.'],
    place: { page: 'format', heading: 'seed' },
  },
  epoch: {
    name: ['Epoch', '에포크'],
    text: ['One pass over all rows of the training part: as many steps as there are batches.', '훈련 행을 모두 한 번 지나는 것입니다. 배치의 수만큼 스텝이 있습니다.'],
    formula: '\\text{1 epoch} = \\lceil n / b\\rceil\\ \\text{steps}', letters: 'n b',
  },
  time: {
    name: ['Time', '시간'],
    text: ['Seconds of computing that the run took on this machine. It differs from run to run; the numbers do not.', '이 컴퓨터에서 실행이 계산하는 데 걸린 초입니다. 시간은 실행마다 다르지만 결과의 수는 다르지 않습니다.'],
  },
  status: {
    name: ['Status', '상태'],
    text: ['Why a run ended: a tolerance was met, steps or epochs were used up, it diverged, failed or was stopped. The verdict says what that means.', '실행이 왜 끝났는지입니다. 허용 오차에 이르렀거나, 스텝이나 에포크를 다 썼거나, 발산했거나, 실패했거나, 멈춰졌습니다. 그것이 무슨 뜻인지는 진단이 말합니다.'],
    place: { page: 'verdicts', heading: ['Statuses', '상태'] },
  },
  verdict: {
    name: ['Verdict', '진단'],
    text: ['What a run turned out to be, with the numbers that prove it: a tolerance that was met at a saddle point is no success. Every run that ended has exactly one.', '실행이 결국 어떤 것이었는지, 증거가 되는 수와 함께 말합니다. 안장점에서 허용 오차에 이른 것은 성공이 아닙니다. 끝난 실행마다 정확히 하나입니다.'],
    place: { page: 'verdicts', heading: ['Verdicts and Statuses', '진단과 상태'] },
  },
  optimizer: {
    name: ['Optimizer', '최적화기'],
    text: ['The rule that turns gradients into updates. All optimizers of an experiment begin at the same point and see the same batches.', '그래디언트를 갱신으로 바꾸는 규칙입니다. 한 실험의 모든 최적화기는 같은 점에서 시작해 같은 배치를 봅니다.'],
    place: { page: 'optimizers', heading: ['Optimizers and Schedules', '최적화기와 스케줄'] },
  },
};

/** How the loss bends where the steps go. */
export const CURVATURE_TERMS: Readonly<Record<string, Term>> = {
  curvature: {
    name: ['Curvature along the step', '스텝 방향 곡률'],
    text: ['How fast the slope changes along the step. Where the step is along −g and κ > 0, the rate 1/κ ends at the bottom of the Taylor parabola, and from 2/κ on steps climb.', '걸음을 따라 기울기가 변하는 빠르기입니다. 걸음이 −g 방향이고 κ > 0이면 학습률 1/κ가 테일러 포물선의 바닥에 닿고, 2/κ부터는 걸음이 오르막이 됩니다.'],
    formula: '\\kappa = \\frac{u^{\\top}Hu}{u^{\\top}u}', letters: 'κ u H',
  },
  taylorParabola: {
    name: ['Taylor parabola', '테일러 포물선'],
    text: ['The quadratic approximation of the loss along the step: it has the loss’s value, slope and curvature where the step begins.', '걸음을 따라 본 손실의 이차 근사입니다. 걸음이 시작하는 곳에서 손실과 값, 기울기, 곡률이 같습니다.'],
    formula: 'L(\\theta+u) \\approx L(\\theta) + g^{\\top}u + \\tfrac12\\,u^{\\top}Hu', letters: 'L θ u g H',
  },
  alpha: {
    name: ['Step position α', '스텝 위치 α'],
    text: ['Where on the Taylor parabola the step ended: −1 it did not move, 0 at the bottom, 1 on the opposite wall at the same height, above 1 higher than before. Without a value where the step did not go downhill.', '걸음이 테일러 포물선의 어디에서 끝났는지입니다. −1은 움직이지 않음, 0은 바닥, 1은 반대편 벽의 같은 높이, 1보다 크면 전보다 높은 곳입니다. 내리막으로 가지 않은 걸음에는 값이 없습니다.'],
    formula: '\\alpha = -\\frac{u^{\\top}Hu}{g^{\\top}u} - 1', letters: 'u H g',
    more: ['For plain gradient descent this is γκ − 1.', '기본 경사하강법에서는 γκ − 1입니다.'],
  },
  predictedChange: {
    name: ['Predicted change', '예측한 변화'],
    text: ['The change of the loss that the Taylor parabola promises for the step.', '테일러 포물선이 이 걸음에 약속하는 손실의 변화입니다.'],
    formula: 'g^{\\top}u + \\tfrac12\\,u^{\\top}Hu', letters: 'g u H',
    more: ['For plain gradient descent: −γgᵀg + ½γ²gᵀHg.', '기본 경사하강법에서는 −γgᵀg + ½γ²gᵀHg입니다.'],
  },
  actualChange: {
    name: ['Actual change', '실제 변화'],
    text: ['The change of the loss that the step brought.', '걸음이 실제로 가져온 손실의 변화입니다.'],
    formula: '\\Delta L = L(\\theta+u) - L(\\theta)', letters: 'L θ u',
  },
  changeRatio: {
    name: ['Actual : predicted change', '실제 : 예측한 변화'],
    text: ['1 where the objective is quadratic along the step; far from 1 the parabola, and what it says about the rate, is not to be trusted.', '걸음을 따라 목적 함수가 이차식이면 1입니다. 1에서 멀면 포물선도, 그것이 학습률에 대해 하는 말도 믿을 수 없습니다.'],
    formula: '\\rho = \\frac{\\Delta L}{g^{\\top}u + \\frac12\\,u^{\\top}Hu}', letters: 'L g u H',
  },
  bestRate: {
    name: ['Best rate here', '여기서 가장 좋은 학습률'],
    text: ['The rate at which this step would have ended at the bottom of its Taylor parabola. Along −g it is 1 over the curvature.', '이 걸음이 테일러 포물선의 바닥에서 끝났을 학습률입니다. −g 방향에서는 1을 곡률로 나눈 값입니다.'],
    formula: '\\gamma^{*} = \\frac{\\gamma}{1+\\alpha} = -\\gamma\\,\\frac{g^{\\top}u}{u^{\\top}Hu}', letters: 'γ g u H',
  },
  hessian: {
    name: ['Hessian', '헤세 행렬'],
    text: ['The matrix of all second derivatives: how the gradient changes from place to place. Its eigenvalues are the curvatures along its eigenvectors.', '모든 이계 편미분의 행렬입니다. 그래디언트가 자리에 따라 어떻게 변하는지 말합니다. 고윳값은 고유벡터 방향의 곡률입니다.'],
    formula: 'H_{ij} = \\frac{\\partial^2 L}{\\partial\\theta_i\\,\\partial\\theta_j},\\qquad H v_i = \\lambda_i v_i', letters: 'L θ λᵢ',
  },
  sharpness: {
    name: ['Sharpness', '첨예도'],
    text: ['The largest curvature in any direction: the largest eigenvalue of the Hessian (of the preconditioned Hessian for adaptive optimizers), found by the Lanczos method. It limits the learning rate.', '어느 방향으로든 가장 큰 곡률입니다. 헤세 행렬(적응형 최적화기에서는 전처리된 헤세 행렬)의 가장 큰 고윳값이며 란초스 방법으로 구합니다. 학습률을 제한합니다.'],
    formula: '\\lambda_{\\max}(H) = \\max_{\\lVert v\\rVert=1} v^{\\top}Hv', letters: 'H',
  },
  sharpnessLimit: {
    name: ['Limit of the sharpness', '첨예도의 한계'],
    text: ['The sharpness up to which the rule is stable on a quadratic (in this order: plain descent, momentum, Nesterov, Adam); above it steps overshoot and bounce. Runs often hover just below it: the edge of stability.', '이차식에서 규칙이 안정한 첨예도의 한계이며(차례로 기본 경사하강법, 모멘텀, 네스테로프, Adam), 넘으면 걸음이 지나쳐 튕깁니다. 실행은 흔히 이 바로 아래에 머물며, 이를 안정성의 경계라고 합니다.'],
    formula: '\\frac{2}{\\gamma},\\quad \\frac{2+2\\beta}{\\gamma},\\quad \\frac{2+2\\beta}{\\gamma\\,(1+2\\beta)},\\quad \\frac{2+2\\beta_1}{(1-\\beta_1)\\,\\gamma}', letters: 'γ β β₁',
  },
  eigenvalues: {
    name: ['Shape here: the eigenvalues', '여기의 모양: 고윳값'],
    text: ['The curvatures along the principal axes of the ground. All alike is a round bowl, which is easy; far apart is a narrow valley, which is slow; both signs is a saddle.', '땅의 주축 방향 곡률입니다. 서로 비슷하면 둥근 그릇이라 쉽고, 서로 멀면 좁은 골짜기라 느리며, 부호가 섞이면 안장입니다.'],
    formula: 'H v_i = \\lambda_i v_i,\\qquad \\lambda_{\\min} \\le \\dots \\le \\lambda_{\\max}', letters: 'H λᵢ',
  },
  conditionNumber: {
    name: ['Condition number', '조건수'],
    text: ['How narrow the valley is: the largest over the smallest eigenvalue, in size. Even at its best rate plain descent shrinks the distance to the minimum of a quadratic only by (κ − 1)/(κ + 1) a step.', '골짜기가 얼마나 좁은지입니다. 크기가 가장 큰 고윳값을 가장 작은 것으로 나눈 값입니다. 기본 경사하강법은 가장 좋은 학습률에서도 이차식의 최솟점까지 거리를 스텝마다 (κ − 1)/(κ + 1)배로 줄일 뿐입니다.'],
    formula: '\\kappa(H) = \\frac{\\max_i\\lvert\\lambda_i\\rvert}{\\min_i\\lvert\\lambda_i\\rvert}', letters: 'λᵢ',
  },
  inertia: {
    name: ['Inertia', '고윳값 부호'],
    text: ['How many eigenvalues of the Hessian are positive, negative and zero. All positive: inside a bowl; a negative one: there is a way down along it.', '헤세 행렬의 고윳값 가운데 양수, 음수, 0이 각각 몇 개인지입니다. 모두 양수면 그릇 안이고, 음수가 있으면 그 방향으로 내리막이 있습니다.'],
    letters: '',
  },
  criticalPoint: {
    name: ['Critical point', '임계점'],
    text: ['A point where the gradient vanishes. The signs of the Hessian’s eigenvalues tell what it is: all positive a minimum, all negative a maximum, both signs a saddle, one that counts as zero degenerate.', '그래디언트가 0인 점입니다. 헤세 행렬 고윳값의 부호가 어떤 점인지 말해 줍니다. 모두 양수면 최솟점, 모두 음수면 최댓점, 부호가 섞이면 안장점, 0으로 치는 고윳값이 있으면 퇴화점입니다.'],
    formula: '\\nabla L(\\theta) = 0', letters: 'L θ',
  },
  newtonStep: {
    name: ['Newton step', '뉴턴 걸음'],
    text: ['The step to the critical point of the quadratic approximation. On a quadratic with positive curvature it arrives at the minimum at once.', '이차 근사의 임계점으로 가는 걸음입니다. 곡률이 양수인 이차식에서는 한 번에 최솟점에 닿습니다.'],
    formula: 'u = -H^{-1} g', letters: 'u H g',
  },
  noiseScale: {
    name: ['Noise scale', '잡음 규모'],
    text: ['How many noisy gradients must be averaged until the noise is no larger than the gradient: a hint at the batch size. Far smaller batches mostly follow noise, far larger ones waste rows.', '잡음이 그래디언트보다 커지지 않으려면 잡음 섞인 그래디언트를 몇 개 평균해야 하는지이며, 배치 크기의 실마리입니다. 훨씬 작은 배치는 대부분 잡음을 따르고, 훨씬 큰 배치는 행을 낭비합니다.'],
    formula: '\\frac{\\operatorname{tr}\\Sigma}{\\lVert g\\rVert^2}', letters: 'Σ g',
    more: ['With a gradient noise of standard deviation s in P variables it is P·s²/‖g‖²; above 1 a single step mostly follows the noise. Of a network it compares the gradients of the rows of the batch: of all its layers; with batchNorm, which makes rows depend on each other, what each row adds to the gradient. Not a number where the gradient cannot be told from zero.', '변수가 P개이고 그래디언트 잡음의 표준편차가 s이면 P·s²/‖g‖²이며, 1보다 크면 한 걸음은 대부분 잡음을 따릅니다. 신경망에서는 배치의 행마다의 그래디언트를 모든 층에 걸쳐 견주며, 행들을 서로 얽는 batchNorm이 있으면 각 행이 그래디언트에 더하는 몫을 견줍니다. 그래디언트를 0과 가릴 수 없으면 값이 없습니다.'],
  },
  gradientCheck: {
    name: ['Gradient check', '그래디언트 검사'],
    text: ['Central differences of the objective against the gradient by the rules of differentiation, as the largest relative error.', '목적 함수의 중앙 차분을 미분 규칙으로 구한 그래디언트와 견준 것입니다. 가장 큰 상대 오차로 나타냅니다.'],
    formula: '\\frac{\\partial L}{\\partial\\theta_i} \\approx \\frac{L(\\theta+h e_i)-L(\\theta-h e_i)}{2h},\\qquad h = 6\\cdot10^{-6}\\max(1, \\lvert\\theta_i\\rvert)', letters: 'L θ',
  },
};
