import { ACTIVATIONS, LOSSES, METRICS } from '../format/schema/model';
import { formulaIn } from '../wording/glossary/formulaWords';
import { ACTIVATION_WORDS, INITIALIZER_WORDS, LAYER_WORDS, LOSS_WORDS, METRIC_WORDS, sentencesOf, type FormulaWords } from '../wording/glossary/layerWords';
import { pageTitle } from '../wording/reference';
import { exampleOf, formatFields, type Field } from './fields';
import { code, json, type Writer } from './markdown';
import { typeWords } from './typeWords';

/** Layers, activations, initializers, losses and metrics. */
export function writeLayersPage(w: Writer): void {
  const fields = formatFields();
  const layers = fields.filter(({ key }) => key.startsWith('layer.'));
  w.heading(1, pageTitle('layers'));
  w.block(w.say(
    `A \`model\` is a list of layers, from input to output; the first learns the size of its input from the data. How the fields stand in a file: ${w.link('the file format', 'format', 'model')}.`,
    `\`model\`은 입력에서 출력까지 이어지는 층의 목록입니다. 첫 층은 입력의 크기를 데이터에서 알아냅니다. 파일에 적는 법은 ${w.link('파일 형식', 'format', 'model')}에 있습니다.`,
  ));
  const parts = [w.say('Layers', '층'), w.say('Activations', '활성화 함수'), w.say('Initializers', '초기화'), w.say('Losses', '손실'), w.say('Metrics', '지표')];
  w.block(parts.map((part) => w.link(part, null, part)).join(' · '));

  w.heading(2, parts[0]);
  w.block(layers.map(({ owner }) => w.link(owner!, null, owner!)).join(' · '));
  w.block(w.say('Every layer may have a `name`; by default it is its type and a count, such as dense1.', '모든 층에 `name`을 붙일 수 있습니다. 기본값은 dense1처럼 종류와 순번입니다.'));
  for (const layer of layers) writeLayer(layer, fields.filter(({ owner, key }) => owner === layer.owner && key !== layer.key), w);

  w.heading(2, parts[1]);
  w.table([w.say('activation', '활성화 함수'), w.say('formula', '식'), w.say('note', '참고')], rows(ACTIVATIONS, ACTIVATION_WORDS, w));

  w.heading(2, parts[2]);
  w.block(w.say(
    'n is the number of inputs of an output, m the number of outputs of an input; a kernel counts with all its cells. Biases begin at 0. Without an `initializer` the dialect decides: keras and paper glorotUniform; torch uniform within ±1/√n, for weights and biases alike.',
    'n은 출력 하나의 입력 수, m은 입력 하나의 출력 수이며 커널은 모든 칸을 셉니다. 편향은 0에서 시작합니다. `initializer`가 없으면 방식에 따릅니다. keras와 paper는 glorotUniform, torch는 가중치와 편향 모두 ±1/√n의 균등분포입니다.',
  ));
  w.table([code('initializer'), w.say('weights', '가중치'), w.say('note', '참고')], initializers(fields, w));

  w.heading(2, parts[3]);
  w.block(w.say(
    'f is the output and y the target, of R rows of a batch with K outputs each. A last, smaller batch counts by its own rows.',
    'f는 출력, y는 목표이며 배치는 R행, 행마다 출력이 K개입니다. 마지막의 작은 배치는 제 행 수로 셉니다.',
  ));
  w.block(w.say(
    '**labelSmoothing** s, of the cross-entropies: the target y becomes (1 − s)·y + s/K, with two classes (1 − s)·y + s/2. **Penalties** of `regularization` are added to the loss of training, over weights but not biases, and are no part of `validationLoss`.',
    '교차 엔트로피의 **labelSmoothing** s: 목표 y가 (1 − s)·y + s/K가 되고, 두 클래스이면 (1 − s)·y + s/2가 됩니다. `regularization`의 **벌점**은 편향을 뺀 가중치에 대해 훈련 손실에 더해지며 `validationLoss`에는 들어가지 않습니다.',
  ));
  for (const loss of LOSSES) {
    const words = LOSS_WORDS[loss] as FormulaWords | undefined;
    w.heading(3, loss);
    w.formula(w.need(`loss ${loss}`, words?.latex));
    w.block(w.need(`words of ${loss}`, words && w.say(...sentencesOf(words))));
  }

  w.heading(2, parts[4]);
  w.block(w.say('TP, FP and FN are true positives, false positives and false negatives. Of two classes the second is the positive one; of more, precision, recall and F₁ are the plain means over the classes, as scikit-learn defines them.', 'TP, FP, FN은 참 양성, 거짓 양성, 거짓 음성입니다. 클래스가 둘이면 둘째가 양성이고, 더 많으면 precision, recall, f1은 scikit-learn의 정의처럼 클래스별 값의 단순 평균입니다.'));
  w.table([w.say('metric', '지표'), w.say('formula', '식'), w.say('note', '참고')], rows(METRICS, METRIC_WORDS, w));
}

function writeLayer(layer: Field, fields: readonly Field[], w: Writer): void {
  const type = layer.owner!;
  const words = LAYER_WORDS[type] as FormulaWords | undefined;
  w.heading(3, type);
  w.block(w.need(layer.key, layer.help));
  w.formula(w.need(`layer ${type}`, words?.latex));
  if (words?.note) w.block(w.say(...words.note));
  const own = fields.filter(({ key }) => key.startsWith('layers.') && key !== 'layers.name');
  // A convolution has trained kernels or a fixed one.
  const unlessFixed = ['layers.filters', 'layers.kernel'];
  const fixable = own.some(({ key }) => key === 'layers.fixed');
  const example = Object.fromEntries(own.filter(({ key, required }) => required || unlessFixed.includes(key)).map(({ key, schema }) => [key.slice('layers.'.length), exampleOf(schema)]));
  w.code(json({ type, ...example }));
  if (own.length === 0) return;
  w.table(
    [w.say('field', '필드'), w.say('default', '기본값'), w.say('may be', '값'), w.say('meaning', '뜻')],
    own.map(({ key, schema, required, help }) => [
      code(key.slice('layers.'.length)),
      required ? w.say('required', '필수') : unlessFixed.includes(key) && fixable ? w.say('required without `fixed`', '`fixed`가 없으면 필수') : schema.default === undefined ? '–' : code(json(schema.default)),
      key === 'layers.activation' ? w.link(w.say('an activation', '활성화 함수'), null, w.say('Activations', '활성화 함수')) : key === 'layers.initializer' ? w.link(w.say('an initializer', '초기화'), null, w.say('Initializers', '초기화')) : typeWords(schema, w),
      w.need(key, help),
    ]),
  );
}

function rows(names: readonly string[], words: Readonly<Record<string, FormulaWords>>, w: Writer): string[][] {
  return names.map((name) => {
    const found = words[name] as FormulaWords | undefined;
    return [code(name), `$${formulaIn(w.need(`formula of ${name}`, found?.latex), w.language)}$`, w.need(`words of ${name}`, found && w.say(...sentencesOf(found)))];
  });
}

/** By name, and those with a number. */
function initializers(fields: readonly Field[], w: Writer): string[][] {
  const { schema } = fields.find(({ key }) => key === 'model.initializer')!;
  const named = (schema.anyOf as { enum?: string[] }[]).flatMap((each) => each.enum ?? []);
  const numbered = [...new Set(fields.filter(({ key }) => key.startsWith('initializer.')).map(({ key }) => key.slice('initializer.'.length)))];
  const written = (name: string) => code(`{ "${name}": ${json(exampleOf(fields.find(({ key }) => key === `initializer.${name}`)!.schema))} }`);
  return [
    ...rows(named, INITIALIZER_WORDS, w),
    ...rows(numbered, INITIALIZER_WORDS, w).map(([, latex, note], i) => [written(numbered[i]), latex, note]),
  ];
}
