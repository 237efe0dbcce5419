import { RecordBuilder, decimate } from '../core/training/record';
import { runTrial } from '../core/training/run';
import { goalOf } from '../core/training/trial';
import { parseExperiment } from '../format/parse';
import { type ReportWording, resultDocument, stringifyResults } from '../format/report/document';
import { reasonText } from '../wording/status';
import { remedyText, verdictText } from '../wording/verdicts';
import type { Pair } from '../wording/glossary/term';

export const JSON_EXAMPLE = {
  gdexp: 1,
  title: 'A bowl',
  objective: { expression: 'x^2 + 10y^2', start: { x: 4, y: 1 } },
  optimizers: [{ type: 'sgd', learningRate: 0.001 }],
  stop: { steps: 50 },
  expect: [{ verdict: 'converged' }],
} as const;

/** What `gdexp run --json --history 3` prints of the example; the clock stands still. */
export function jsonExampleDocument(fileText: string, version: string, locale: string): string {
  const parsed = parseExperiment(fileText);
  const reports = parsed.experiment!.trials.map((trial) => {
    const builder = new RecordBuilder();
    const summary = runTrial(trial, { rows: (record) => builder.append(record), interval: Infinity, cancelled: () => false, now: () => 0 });
    return { trial, summary: { ...summary, seconds: 0.002 }, record: decimate(builder.build(), 3) };
  });
  const wording: ReportWording = { reason: reasonText, verdict: (verdict, trial, { parameters }) => verdictText(verdict, { parameters, goal: goalOf(trial) }), remedy: remedyText };
  return stringifyResults(resultDocument(parsed, reports, { file: 'bowl.gdexp', version, locale, history: 3, wording }), 2);
}

/** Every key of the document but those that are named by the file or elsewhere. */
export function documentKeys(document: unknown, path = ''): string[] {
  if (Array.isArray(document)) return document.length > 0 ? documentKeys(document[0], `${path}[]`) : [];
  if (typeof document !== 'object' || document === null || OPEN.some((open) => path === open)) return [];
  return Object.entries(document).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [here, ...documentKeys(value, here)];
  });
}

/** Objects whose keys are not the document's own: hyperparameters, evidence, quantities. */
const OPEN: readonly string[] = ['runs[].optimizer', 'runs[].verdict.evidence', 'runs[].history', 'runs[].metrics', 'runs[].rows', 'runs[].sweep', 'evaluation'];

/** What the document has besides where the file is of a network. */
export const NETWORK_KEY_WORDS: Readonly<Record<string, Pair>> = {
  'runs[].epochs': ['epochs that were trained', '훈련한 에포크 수'],
  'runs[].bestEpoch': ['the epoch whose weights the run ended with', '실행이 끝날 때 쓴 가중치의 에포크'],
  'runs[].parameterCount': ['parameters that are trained', '훈련되는 매개변수의 수'],
  'runs[].rows': ['rows of the training, validation and test parts', '훈련, 검증, 테스트 부분의 행 수'],
  'runs[].verdict.remedies[].also': ['further places that the remedy changes along with it', '처방이 함께 바꾸는 다른 자리들'],
  'runs[].history.batchLoss': ['the loss on the batch of each update, in place of `loss`', '갱신마다 그 배치의 손실. `loss` 대신 있음'],
  'runs[].history.epochs': ['the columns of the epochs: loss, validationLoss and each metric', '에포크별 열: loss, validationLoss, 각 지표'],
  'runs[].history.layers': ['quantities layer by layer, a list a measurement', '층별 양. 측정마다 목록 하나'],
};

export const KEY_WORDS: Readonly<Record<string, Pair>> = {
  gdexp: ['version of the document: 1', '문서의 버전: 1'],
  file: ['the file as it was named', '명령에 적은 파일 이름'],
  title: ['its title in your language, or null', '사용하는 언어의 제목. 없으면 null'],
  seed: ['the seed of the file', '파일의 시드'],
  version: ['of gdexp', 'gdexp의 버전'],
  kernels: ['the kernels that networks ran with; null for an objective', '신경망을 실행한 커널. 목적 함수이면 null'],
  errors: ['what is wrong with the file, each with line, column, path and message; then there are no runs', '파일의 잘못. 각각 line, column, path, message가 있으며, 이때는 실행이 없음'],
  runs: ['the runs, in the order of the file', '실행들. 파일의 순서'],
  'runs[].label': ['the optimizer’s label', '최적화기의 이름표'],
  'runs[].variant': ['the variant’s label, or null', '변형의 이름표 또는 null'],
  'runs[].start': ['number of the start, from 0', '출발점의 번호(0부터)'],
  'runs[].fold': ['fold of a cross-validation, or null', '교차 검증의 폴드 또는 null'],
  'runs[].round': ['round of a bootstrap, or null', '부트스트랩의 회차 또는 null'],
  'runs[].sweep': ['the values that were tried, by name, or null', '시도한 값. 이름별이며, 없으면 null'],
  'runs[].seed': ['the seed of this run', '이 실행의 시드'],
  'runs[].optimizer': ['the rule with every field, defaults too', '모든 필드를(기본값까지) 담은 규칙'],
  'runs[].status': ['why it ended, in a word', '왜 끝났는지 한 단어로'],
  'runs[].reason': ['why it ended, with the numbers', '왜 끝났는지 수와 함께'],
  'runs[].steps': ['updates that were made', '실제로 한 갱신의 수'],
  'runs[].seconds': ['time of the run', '실행에 걸린 시간(초)'],
  'runs[].loss': ['the last loss', '마지막 손실'],
  'runs[].gradientNorm': ['the last norm of the gradient', '마지막 그래디언트 노름'],
  'runs[].validationLoss': ['the last loss on the validation rows, or null', '마지막 검증 손실 또는 null'],
  'runs[].testLoss': ['the loss on the test rows, or null', '테스트 손실 또는 null'],
  'runs[].metrics': ['the last metrics by name', '마지막 지표. 이름별'],
  'runs[].predict': ['the outputs for `predict`, or null', '`predict`에 대한 출력 또는 null'],
  'runs[].evaluations': ['evaluations of the loss or its gradient', '손실이나 그래디언트를 계산한 횟수'],
  'runs[].parameters': ['the last point; null beyond 1000 parameters', '마지막 점. 매개변수가 1000개를 넘으면 null'],
  'runs[].verdict': ['what it means', '무슨 뜻인지'],
  'runs[].verdict.kind': ['one of the kinds of verdicts', '진단의 종류'],
  'runs[].verdict.text': ['the sentence', '문장'],
  'runs[].verdict.evidence': ['the numbers that prove it, by name', '증거가 되는 수. 이름별'],
  'runs[].verdict.remedies': ['changes of the file that help, the best first', '도움이 되는 파일의 변경. 가장 좋은 것부터'],
  'runs[].verdict.remedies[].text': ['the change as a sentence', '변경을 적은 문장'],
  'runs[].verdict.remedies[].path': ['its place as a JSON Pointer', 'JSON Pointer로 나타낸 자리'],
  'runs[].verdict.remedies[].value': ['the value to write there', '그곳에 적을 값'],
  'runs[].criticalPoint': ['what the Hessian says of the last point; null where it was not computed', '마지막 점에 대해 헤세 행렬이 말해 주는 것. 계산하지 않았으면 null'],
  'runs[].criticalPoint.kind': ['minimum, maximum, saddle, degenerate or none', 'minimum, maximum, saddle, degenerate, none 가운데 하나'],
  'runs[].criticalPoint.lambdaMin': ['smallest eigenvalue', '가장 작은 고윳값'],
  'runs[].criticalPoint.lambdaMax': ['largest eigenvalue', '가장 큰 고윳값'],
  'runs[].history': ['the record by columns, a column a variable of up to three; null with `--history none`', '열별 기록. 변수가 셋 이하이면 변수마다 열이 있음. `--history none`이면 null'],
  evaluation: ['what `evaluate` found, or null', '`evaluate`의 결과 또는 null'],
  expectations: ['what the file claims', '파일이 주장하는 것'],
  'expectations[].text': ['the claim', '주장'],
  'expectations[].holds': ['whether it holds for every run', '모든 실행에서 맞는지'],
  'expectations[].actual': ['what came instead, or nearest to failing', '실제 값. 모두 맞으면 가장 아슬아슬한 값'],
  'expectations[].line': ['its line in the file', '파일의 줄 번호'],
};
