import { COMPARISON_TERMS } from './comparisonTerms';
import { PICTURE_TERMS } from './pictureTerms';
import { CURVATURE_TERMS, STEP_TERMS } from './quantityTerms';
import { DATA_TERMS, NETWORK_TERMS } from './networkTerms';
import type { Pair, Term } from './term';
import { SWEEP_TERMS, TRUST_TERMS } from './trustTerms';

/** The words of the lab by what they are about, in the order in which the page of quantities tells of them. */
export const GLOSSARY: readonly { readonly title: Pair; readonly terms: Readonly<Record<string, Term>> }[] = [
  { title: ['Runs and steps', '실행과 스텝'], terms: STEP_TERMS },
  { title: ['Curvature and noise', '곡률과 잡음'], terms: CURVATURE_TERMS },
  { title: ['Pictures', '그림'], terms: PICTURE_TERMS },
  { title: ['Networks', '신경망'], terms: NETWORK_TERMS },
  { title: ['Data', '데이터'], terms: DATA_TERMS },
  { title: ['Sweeps', '스윕'], terms: SWEEP_TERMS },
  { title: ['Trust', '신뢰'], terms: TRUST_TERMS },
  { title: ['Comparison', '비교'], terms: COMPARISON_TERMS },
];

const TERMS: ReadonlyMap<string, Term> = new Map(GLOSSARY.flatMap(({ terms }) => Object.entries(terms)));

/** A word of the lab by its name in the glossary. */
export function termOf(name: string): Term | undefined {
  return TERMS.get(name);
}
