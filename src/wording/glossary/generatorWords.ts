import type { Generator } from '../../core/data/spec';
import type { Pair } from './term';

/** What each generator of `data.generate` makes, and its source. */
export const GENERATOR_WORDS: Readonly<Record<Generator, Pair>> = {
  moons: ['two interleaving half circles, a class each (scikit-learn’s make_moons)', '서로 맞물린 반원 둘. 각각 한 클래스(scikit-learn의 make_moons)'],
  circles: ['a circle of radius 1 around one of radius ½, a class each (scikit-learn’s make_circles)', '반지름 1인 원과 그 안의 반지름 ½인 원. 각각 한 클래스(scikit-learn의 make_circles)'],
  blobs: ['`classes` round clouds in `columns` dimensions, with centres between −10 and 10 (scikit-learn’s make_blobs)', '`columns`차원의 둥근 구름 `classes`개. 중심은 −10과 10 사이(scikit-learn의 make_blobs)'],
  spirals: ['`classes` spiral arms, each once around from the centre to radius 1 (after Stanford’s CS231n)', '중심에서 반지름 1까지 한 바퀴 도는 나선 팔 `classes`개(스탠퍼드 CS231n을 따름)'],
  xor: ['the corners of the unit square, of class x₁ xor x₂; four samples without noise are the truth table', '단위 정사각형의 꼭짓점. 클래스는 x₁ xor x₂. 잡음 없이 네 행이면 진리표'],
  linear: ['y = w·x + b of `columns` normal features, with a random w and b', '정규분포 특성 `columns`개의 y = w·x + b. w와 b는 무작위'],
  sine: ['y = sin 2πx at even steps over [0, 1] (Bishop 2006, section 1.1)', '[0, 1]을 고르게 나눈 점에서 y = sin 2πx(Bishop 2006, 1.1절)'],
  polynomial: ['y = 4x³ − 3x at even steps over [−1, 1] (Chebyshev’s cubic)', '[−1, 1]을 고르게 나눈 점에서 y = 4x³ − 3x(체비쇼프 삼차식)'],
  multiHot: ['texts as sets of words: sparse rows of `columns` zeros and ones, `nonZeros` ones on average, frequent words first (Zipf’s law); a random linear rule names one of `classes`', '낱말의 집합으로 나타낸 글: `columns`개의 0과 1로 된 희소한 행에 1이 평균 `nonZeros`개이며, 앞의 낱말일수록 잦음(지프의 법칙). 무작위 선형 규칙이 `classes` 가운데 하나를 정함'],
};
