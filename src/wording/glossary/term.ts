import type { ReferencePage } from '../reference';

export type Language = 'en' | 'ko';

/** The same text in both languages. These texts load on first need only, so they stand beside each other and not in the program's bundle of texts. */
export type Pair = readonly [english: string, korean: string];

/** A word of the lab that is explained in place and on the page of quantities. */
export interface Term {
  readonly name: Pair;
  /** One to three sentences; `code` and *emphasis* as in Markdown. */
  readonly text: Pair;
  /** LaTeX; words in \text{…} are symbols that are the same everywhere. */
  readonly formula?: string;
  /** Keys of LETTERS that the formula uses, in the order in which they are named below it. */
  readonly letters?: string;
  /** What only the page of quantities says besides. */
  readonly more?: Pair;
  /** Where more of it stands; the page of quantities, under its own name, where this is absent. */
  readonly place?: TermPlace;
}

export interface TermPlace {
  readonly page: ReferencePage;
  /** A heading of that page; a pair where it differs by language. */
  readonly heading: string | Pair;
}

/** What a letter of the formulas stands for. */
export const LETTERS: Readonly<Record<string, Pair>> = {
  'θ': ['parameters', '매개변수'],
  'θ₀': ['start', '출발점'],
  'θ*': ['end of the path', '경로의 끝'],
  'j': ['filter', '필터'],
  'L': ['loss', '손실'],
  'g': ['gradient', '그래디언트'],
  'gₜ': ['gradient at step t', '스텝 t의 그래디언트'],
  'u': ['update', '갱신'],
  'γ': ['learning rate', '학습률'],
  'γₜ': ['learning rate at step t', '스텝 t의 학습률'],
  'H': ['Hessian', '헤세 행렬'],
  'α': ['step position', '스텝 위치'],
  'κ': ['curvature along the step', '스텝 방향 곡률'],
  'λᵢ': ['eigenvalues of H', 'H의 고윳값'],
  'λ': ['strength of the penalty', '벌점의 세기'],
  'β': ['momentum', '모멘텀'],
  'β₁': ['kept share of the first moment', '일차 모멘트를 남기는 비율'],
  'Σ': ['covariance of the gradients of single rows', '한 행씩의 그래디언트의 공분산'],
  'l': ['layer', '층'],
  'f': ['output', '출력'],
  'y': ['target', '목표'],
  'R': ['rows', '행 수'],
  'n': ['rows of the training part', '훈련 행 수'],
  'b': ['batch size', '배치 크기'],
  'v': ['direction of the plane', '평면의 방향'],
  'c': ['largest norm', '노름의 한계'],
  'W': ['weights', '가중치'],
  'B': ['rounds', '라운드 수'],
  'k': ['folds', '폴드 수'],
  's': ['score of a fold', '폴드의 점수'],
  'h': ['output of a round', '라운드의 출력'],
  'ν': ['shrinkage', '축소율'],
  'φ': ['activation', '활성화 함수'],
  'p': ['predicted probability', '예측한 확률'],
  'z': ['value before the activation', '활성화 전의 값'],
  'δ': ['gradient with respect to z', 'z에 대한 그래디언트'],
  'μ': ['mean', '평균'],
  'σ': ['standard deviation', '표준편차'],
};
