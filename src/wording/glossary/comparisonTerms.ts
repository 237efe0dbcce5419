import type { Term } from './term';

/** What the page that compares runs measures them by. */
export const COMPARISON_TERMS: Readonly<Record<string, Term>> = {
  finalLoss: {
    name: ['Final loss', '최종 손실'],
    text: ['The loss where the run ended. Of several runs, which differ in their seeds alone, it is the median, with the least and the greatest behind it; runs that diverged or failed are not counted, and whoever lost fewer runs comes first.', '실행이 끝난 곳의 손실입니다. 시드만 다른 실행이 여럿이면 중앙값이고, 그 뒤에 가장 작은 값과 가장 큰 값이 있습니다. 발산하거나 실패한 실행은 세지 않으며, 그런 실행이 적은 쪽이 앞섭니다.'],
    formula: '\\operatorname{median}_{\\text{seeds}}\\; L(\\theta_T)', letters: 'L θ',
  },
  bestLoss: {
    name: ['Best loss', '최저 손실'],
    text: ['The least loss on the way, wherever the run ended; the greatest of an ascent. Where it is far better than the final loss, the run was there and left: a smaller or falling rate would have stayed.', '어디서 끝났든 길에서 만난 가장 작은 손실입니다. 경사상승법에서는 가장 큰 값입니다. 마지막 손실보다 훨씬 좋으면 그곳에 갔다가 떠난 것이므로, 더 작거나 줄어드는 학습률이라면 머물렀을 것입니다.'],
    formula: '\\min_t L(\\theta_t)', letters: 'L θ',
  },
  targetLoss: {
    name: ['Target loss', '목표 손실'],
    text: ['The loss that all are measured by: who reaches it in fewer steps is faster. It begins at the worst final loss, which every run that did not diverge has reached; the slider makes it harder or easier.', '모두를 재는 기준이 되는 손실입니다. 더 적은 스텝에 도달하는 쪽이 더 빠릅니다. 처음에는 발산하지 않은 모든 실행이 도달한 가장 나쁜 최종 손실이며, 슬라이더로 더 어렵게 또는 더 쉽게 만듭니다.'],
  },
  stepsToTarget: {
    name: ['Steps to the target', '목표까지의 스텝'],
    text: ['The first step at which the loss is at the target or better, the median over the runs that reached it. Whoever reached it in more of its runs comes first, then whoever needed fewer steps. An ≈ stands where a run kept only some of its steps.', '손실이 목표 이하가 되는 첫 스텝이며, 도달한 실행들의 중앙값입니다. 더 많은 실행이 도달한 쪽이 앞서고, 그다음은 스텝이 더 적은 쪽입니다. ≈는 스텝의 일부만 남긴 실행이라는 뜻입니다.'],
    formula: '\\min\\{\\, t : L(\\theta_t) \\le L_{\\text{target}} \\,\\}', letters: 'L θ',
  },
};
