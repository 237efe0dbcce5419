import type { Language } from './term';

/** A rule of several lines with room between them: fractions of neighbouring lines would touch. */
export function spacedLines(latex: string): string {
  return latex.replaceAll('\\\\&', '\\\\[4pt]&');
}

/**
 * A formula with its words in a language.
 * @param missing told of each word that has no translation; it stays English.
 */
export function formulaIn(latex: string, language: Language, missing: (words: string) => void = () => {}): string {
  if (language === 'en') return latex;
  return latex.replace(/\\text\{([^}]*)\}/g, (whole, text: string) => {
    if (!/[a-z]{2}/i.test(text)) return whole;
    if (!(text in FORMULA_WORDS)) missing(text);
    return `\\text{${FORMULA_WORDS[text] ?? text}}`;
  });
}

/** Korean for the words that stand in formulas; names stay. */
const FORMULA_WORDS: Readonly<Record<string, string>> = {
  'Nesterov: ': '네스테로프: ', 'AMSGrad: ': 'AMSGrad: ', 'AdamW: ': 'AdamW: ', 'Armijo: ': 'Armijo: ', 'exactQuadratic: ': 'exactQuadratic: ', 'centered: ': 'centered: ',
  ' in place of ': '이 다음을 대신: ', 'else: ': '그 밖: ', ' (and ': ' (그리고 ', ' afterwards': ' (그 뒤)', ' from the last ': ', 다음의 최근 값에서: ', 'every ': '매 ', ' steps: ': ' 스텝마다: ',
  ' times: ': '번 반복: ', ' strong Wolfe ': ' 강한 울프 조건 ', ' strong Wolfe': ' 강한 울프 조건', ' when the loss stalls for ': ', 손실이 정체한 시간이 다음에 이르면: ', 'inputs': '입력 수', 'outputs': '출력 수',
  ' if ': ' 단, ', ' otherwise': ' 그 밖',
  '1 epoch': '에포크 하나', 'steps': '스텝', 'share': '비율', 'same: ': 'same: ', 'first': '첫 층', 'last': '끝 층', 'next': '이웃', 'seeds': '시드', 'error': '오차', 'bias': '편향', 'variance': '분산', 'validation': '검증', 'training': '훈련',
  'correct': '맞은 행', 'limit': '한계', 'batch': '배치', 'target': '목표',
};
