import { TRIAL_COST, TRIAL_EVALUATIONS, VANISHING_CHANGE, ZERO_EIGENVALUE } from '../core/diagnostics/thresholds';
import { CRITICAL_POINTS, STATUSES, VERDICTS } from '../format/schema/comparison';
import { pageTitle } from '../wording/reference';
import { statusText } from '../wording/status';
import { verdictTitle } from '../wording/verdicts';
import { code, json, type Writer } from './markdown';
import type { Pair } from '../wording/glossary/term';
import { CRITICAL_POINT_WORDS, STATUS_WORDS, VERDICT_WORDS } from '../wording/glossary/verdictWords';

/** What a run is said to have been, when, and what helps. */
export function writeVerdictsPage(w: Writer): void {
  w.heading(1, pageTitle('verdicts'));
  w.block(w.say(
    'A **status** says why a run ended, its **verdict** what that means: a tolerance that was met at a saddle point is no success. Every run that ended has exactly one verdict, the first of this list that holds, with the numbers that prove it. The numbers are computed whatever `diagnostics.tier` says.',
    '**상태**는 실행이 왜 끝났는지, **진단**은 그것이 무슨 뜻인지 말합니다. 안장점에서 허용 오차에 이른 것은 성공이 아닙니다. 끝난 실행마다 진단은 정확히 하나이며, 이 목록에서 처음으로 맞는 것입니다. 증거가 되는 수가 함께 있고, 그 수는 `diagnostics.tier`와 상관없이 계산합니다.',
  ));
  w.block(w.say(
    `A **remedy** is a place in the file and a value, applied by one click. Remedies are tried out on the objective first, within ${json(TRIAL_EVALUATIONS)} evaluations, and of a network by training it again where that costs at most ${TRIAL_COST / 1e9} billion multiply-adds; only those that make the run better are proposed. A larger training gets those that theory suggests. What the numbers are called: ${w.link('quantities', 'quantities')}.`,
    `**처방**은 파일의 자리와 값이며, 한 번 눌러 적용합니다. 처방은 먼저 목적 함수에서 ${json(TRIAL_EVALUATIONS)}번 이내의 계산으로 시험해 보고(신경망은 곱셈-덧셈 ${TRIAL_COST / 1e8}억 번 이내로 다시 훈련해 보고), 실행을 낫게 하는 것만 권합니다. 그보다 큰 훈련에는 이론이 말하는 것을 권합니다. 수들의 이름은 ${w.link('측정량', 'quantities')}에 있습니다.`,
  ));
  w.block(VERDICTS.map((kind) => w.link(kind, null, kind)).join(' · '));
  for (const kind of VERDICTS) {
    const { when, remedy, formula } = VERDICT_WORDS[kind];
    w.heading(2, kind);
    w.block(`**${verdictTitle(kind)}.** ${w.need(`verdict ${kind}`, w.say(...when))}`);
    if (formula) w.formula(formula);
    if (remedy) w.block(`${w.say('What helps:', '처방:')} ${w.say(...remedy)}`);
  }
  w.heading(2, w.say('Statuses', '상태'));
  w.table([code('status'), w.say('shown as', '표시'), w.say('meaning', '뜻')], STATUSES.map((status) => [code(status), statusText(status), w.need(`status ${status}`, w.say(...STATUS_WORDS[status]))]));
  w.heading(2, w.say('Critical points', '임계점'));
  w.block(w.say(
    `Where the gradient vanishes, the signs of the Hessian’s eigenvalues tell what the point is. An eigenvalue counts as zero if its size is at most ${json(ZERO_EIGENVALUE)} of the largest, or if it changes by more than ${VANISHING_CHANGE * 100} % within two of Newton’s steps.`,
    `그래디언트가 사라지는 곳에서는 헤세 행렬의 고윳값 부호가 어떤 점인지 말해 줍니다. 고윳값은 크기가 가장 큰 것의 ${json(ZERO_EIGENVALUE)}배 이하이거나, 뉴턴 걸음 두 번 안에서 ${VANISHING_CHANGE * 100} % 넘게 변하면 0으로 여깁니다.`,
  ));
  w.table([code('criticalPoint'), w.say('means', '뜻')], CRITICAL_POINTS.map((kind) => [code(kind), w.need(`critical point ${kind}`, w.say(...(CRITICAL_POINT_WORDS[kind] as Pair)))]));
}
