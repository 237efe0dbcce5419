import type { Term } from './term';

/** What the pictures of the loss and of the landscape are made of. */
export const PICTURE_TERMS: Readonly<Record<string, Term>> = {
  logarithmicAxis: {
    name: ['Logarithmic axis', '로그 축'],
    text: ['Equal distances are equal factors. A loss that shrinks by the same factor each step, as near a minimum, is a straight line; its slope is the speed.', '같은 거리가 같은 배수입니다. 최솟점 근처처럼 스텝마다 같은 비율로 줄어드는 손실은 직선이 되고, 그 기울기가 빠르기입니다.'],
    formula: 'L_t - L^{*} = C q^t \\;\\Rightarrow\\; \\log(L_t - L^{*}) = \\log C + t\\log q', letters: 'L',
  },
  gap: {
    name: ['Loss − minimum', '손실 − 최솟값'],
    text: ['How far the loss is above the best known value. On a logarithmic axis it shows how fast a run arrives, also where the minimum is not 0.', '손실이 알려진 가장 좋은 값보다 얼마나 위에 있는지입니다. 로그 축에서는 최솟값이 0이 아니어도 얼마나 빨리 다가가는지 보여 줍니다.'],
    formula: 'L(\\theta) - L^{*}', letters: 'L θ',
  },
  symmetricLog: {
    name: ['Symmetric logarithm', '대칭 로그'],
    text: ['An axis that is logarithmic far from zero on both sides and linear close to it, for values of both signs.', '0에서 먼 곳은 양쪽 모두 로그이고 0 가까이는 선형인 축입니다. 두 부호의 값에 씁니다.'],
    formula: '\\operatorname{sign}(x)\\,\\log_{10}\\!\\Big(1+\\frac{\\lvert x\\rvert}{c}\\Big)',
  },
  medianBand: {
    name: ['Median and band', '중앙값과 띠'],
    text: ['Of several seeds the line is the median at each step, and the band reaches from the lowest to the highest run. Where bands overlap, a difference may be luck.', '시드가 여럿이면 선은 스텝마다의 중앙값이고, 띠는 가장 낮은 실행부터 가장 높은 실행까지입니다. 띠가 겹치는 곳의 차이는 우연일 수 있습니다.'],
    place: { page: 'format', heading: 'seeds' },
  },
  contours: {
    name: ['Contour lines', '등고선'],
    text: ['Points of one line have the same value. The gradient stands at a right angle to them, and where lines are close the ground is steep.', '한 선 위의 점은 값이 같습니다. 그래디언트는 등고선과 직각이며, 선이 촘촘한 곳은 가파릅니다.'],
    formula: '\\{\\theta : L(\\theta) = c\\}', letters: 'θ L',
  },
  path: {
    name: ['Path', '경로'],
    text: ['The points that an optimizer went through, from its start to the scrubbed step; what comes after is paler. The arrow at its head is the downhill direction there.', '최적화기가 출발점에서 지금 스텝까지 지나온 점들입니다. 그 뒤는 흐리게 보입니다. 끝의 화살표는 그곳의 내리막 방향입니다.'],
    formula: '\\theta_0, \\theta_1, \\theta_2, \\dots', letters: 'θ',
  },
  tangent: {
    name: ['Tangent', '접선'],
    text: ['The line that touches the curve at the point: its slope is the derivative. A step goes down along it, by the rate times the slope.', '그 점에서 곡선에 닿는 직선이며 기울기가 도함수입니다. 걸음은 그것을 따라 학습률 곱하기 기울기만큼 내려갑니다.'],
    formula: 'f(x) + f^{\\prime}(x)\\,(t - x)',
  },
  projection: {
    name: ['Projection', '투영'],
    text: ['The map is a plane cut through a space of many variables. A path is dropped onto it at right angles, so away from the plane a run had another loss than the map shows.', '지도는 변수가 많은 공간을 자른 평면입니다. 경로는 직각으로 그 위에 떨어뜨린 것이므로, 평면에서 벗어난 실행의 손실은 지도와 다릅니다.'],
    formula: '(a, b) = \\big(v_1^{\\top}(\\theta-\\theta^{*}),\\; v_2^{\\top}(\\theta-\\theta^{*})\\big)', letters: 'θ θ* v',
  },
  principalDirections: {
    name: ['Principal directions (PCA)', '주성분 방향(PCA)'],
    text: ['The two directions in which the points of the paths spread most: the leading eigenvectors of their covariance. The percentage at an axis is its share of the whole variance.', '경로의 점들이 가장 넓게 퍼진 두 방향이며, 점들의 공분산 행렬에서 고윳값이 가장 큰 두 고유벡터입니다. 축의 백분율은 전체 분산 가운데 그 방향의 몫입니다.'],
    formula: 'C = \\tfrac1T\\sum_t(\\theta_t-\\bar\\theta)(\\theta_t-\\bar\\theta)^{\\top},\\quad C v_i = \\mu_i v_i,\\quad \\text{share}_i = \\frac{\\mu_i}{\\operatorname{tr} C}', letters: 'θ v',
  },
  filterNormalization: {
    name: ['Filter normalization', '필터 정규화'],
    text: ['Each filter or row of weights counts in units of its own norm. Without it the sharpness of the picture would depend on how large the weights are, which relu and normalization can rescale at will.', '필터나 가중치의 행마다 제 노름을 단위로 잽니다. 그러지 않으면 그림의 뾰족함이 가중치의 크기에 좌우되는데, relu나 정규화가 있으면 크기는 마음대로 바꿀 수 있습니다.'],
    formula: '\\tilde\\theta_{l,j} = \\frac{\\theta_{l,j}}{\\lVert \\theta^{*}_{l,j}\\rVert}', letters: 'θ θ* l j',
    more: ['After Li et al. 2018, who scale random directions; here the space itself is measured so, which leaves the projection of the paths exact. A bias belongs to the filter of its unit.', '무작위 방향을 조절하는 Li et al. 2018을 따르되, 여기서는 공간 자체를 그렇게 재므로 경로의 투영이 정확합니다. 편향은 제 유닛의 필터에 속합니다.'],
  },
  divergence: {
    name: ['Divergence limit', '발산 한계'],
    text: ['A run is stopped as diverged when the loss or a parameter is no finite number any more, or when the loss is beyond 10¹² times the first. The finite part is kept.', '손실이나 매개변수가 더는 유한한 수가 아니거나 손실이 처음의 10¹²배를 넘으면 발산으로 보고 멈춥니다. 유한한 부분은 남습니다.'],
    formula: '\\lvert L_t\\rvert > 10^{12}\\,\\max(1, \\lvert L_0\\rvert)', letters: 'L',
    place: { page: 'verdicts', heading: 'diverged' },
  },
};
