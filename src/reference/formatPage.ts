import { OPTIMIZERS } from '../core/optimizers/catalog';
import { GENERATORS } from '../format/schema/data';
import { pageTitle } from '../wording/reference';
import { MODEL_FILE, OBJECTIVE_FILE, fileText } from './formatExamples';
import { exampleOf, formatFields, type Field } from './fields';
import { GENERATOR_WORDS } from '../wording/glossary/generatorWords';
import { code, json, type Writer } from './markdown';
import { scheduleHeading, typeWords } from './typeWords';

/** Every field of a file but those of optimizers, schedules and layers, which have their own pages. */
export function writeFormatPage(w: Writer): void {
  w.heading(1, pageTitle('format'));
  w.block(w.say(
    'A `.gdexp` file is one experiment: what is minimized, by which optimizers, until when. It holds the question only; results are never written into it. It is JSON with comments and trailing commas, in UTF-8.',
    '`.gdexp` 파일 하나가 실험 하나입니다. 무엇을, 어떤 최적화기로, 언제까지 최소화할지를 담습니다. 질문만 담고, 결과는 이 파일에 쓰이지 않습니다. 주석과 끝 쉼표가 허용되는 JSON이며 UTF-8입니다.',
  ));
  w.list([
    w.say('An unknown field, a wrong type or a number out of range is an error with its place in the file. Nothing is passed over.', '모르는 필드, 틀린 형, 범위를 벗어난 수는 파일 안의 자리와 함께 오류로 알립니다. 그냥 넘어가는 것은 없습니다.'),
    w.say('All randomness comes from `seed`: the same file on the same version gives the same numbers.', '모든 무작위성은 `seed`에서 나옵니다. 같은 버전에서 같은 파일은 같은 수를 냅니다.'),
    w.say('Paths of other files are relative to this one.', '다른 파일의 경로는 이 파일을 기준으로 합니다.'),
    w.say('A place in a file is named by a JSON Pointer: `/optimizers/0/learningRate`. An optimizer’s label or a layer’s name may stand for its number.', '파일 안의 자리는 `/optimizers/0/learningRate` 같은 JSON Pointer로 가리킵니다. 번호 대신 최적화기의 이름표나 층의 이름을 쓸 수 있습니다.'),
    w.say('Runs = variants × starts × optimizers × swept values × seeds × folds.', '실행 수 = 변형 × 출발점 × 최적화기 × 스윕 값 × 시드 × 폴드.'),
  ]);

  w.heading(2, w.say('Two whole files', '파일 두 개 전체'));
  w.block(w.say('A file has either an `objective`, a formula to go down …', '파일에는 내려갈 식인 `objective`가 있거나,'));
  w.code(fileText(OBJECTIVE_FILE, json));
  w.block(w.say('… or `data`, a `model` and a `loss`: a network to train.', '훈련할 신경망인 `data`, `model`, `loss`가 있습니다.'));
  w.code(fileText(MODEL_FILE, json));

  const all = formatFields();
  const fields = [...all.filter(({ owner }) => owner === null), ...ofEveryOptimizer(all)];
  const sections = fields.filter(({ paths }) => !/[.[]/.test(paths[0]));
  w.heading(2, w.say('Contents', '차례'));
  w.block(sections.map(({ key }) => w.link(key, null, key)).join(' · '));
  for (const section of sections) writeSection(section, fields.filter(({ paths }) => paths[0].startsWith(`${section.key}.`) || paths[0].startsWith(`${section.key}[`)), w);
}

function writeSection(section: Field, within: readonly Field[], w: Writer): void {
  w.heading(2, section.key);
  writeField(section, w, exampleInFiles(section.key));
  if (section.key === 'objective') w.block(w.say(`The notation of formulas and every built-in function: ${w.link('functions', 'functions')}.`, `식의 표기법과 내장 함수: ${w.link('함수', 'functions')}.`));
  if (section.key === 'optimizers') {
    w.block(w.say('Each item has a `type`, the two fields below, and the fields of its type:', '항목마다 `type`, 아래의 두 필드, 그리고 그 종류의 필드가 있습니다.'));
    w.block([...OPTIMIZERS.keys()].map((type) => w.link(type, 'optimizers', type)).join(' · '));
    w.block(w.say(`A learning rate is a number or a ${w.link('schedule', 'optimizers', scheduleHeading(w))}.`, `학습률은 수이거나 ${w.link('스케줄', 'optimizers', scheduleHeading(w))}입니다.`));
  }
  if (section.key === 'model') w.block(w.say(`Every layer, activation and initializer with its formula: ${w.link('layers', 'layers')}.`, `모든 층, 활성화 함수, 초기화의 식: ${w.link('층', 'layers')}.`));
  if (section.key === 'loss' || section.key === 'metrics') w.block(w.say(`Their formulas: ${w.link('losses and metrics', 'layers')}.`, `각각의 식: ${w.link('손실과 지표', 'layers')}.`));
  if (section.key === 'expect') w.block(w.say(`What the kinds mean: ${w.link('verdicts', 'verdicts')}.`, `각 종류의 뜻: ${w.link('진단', 'verdicts')}.`));
  if (within.length > 2) w.block(within.map(({ key }) => w.link(key.slice(key.indexOf('.') + 1), null, key)).join(' · '));
  for (const field of within) {
    w.heading(3, field.key);
    writeField(field, w, exampleOf(field.schema));
    if (field.key === 'data.generate') writeGenerators(w);
  }
}

function writeGenerators(w: Writer): void {
  w.table([code('generate'), w.say('makes', '만드는 것')], GENERATORS.map((name) => [code(name), w.need(`generator ${name}`, w.say(...GENERATOR_WORDS[name]))]));
}

/** Fields that an optimizer has whatever its type, each once: no type names them as its own. */
function ofEveryOptimizer(fields: readonly Field[]): readonly Field[] {
  const [first] = OPTIMIZERS.values();
  return fields.filter(({ owner, key }) => owner === first.type && key.startsWith('optimizers.') && !first.fields.some(({ name }) => key === `optimizers.${name}`));
}

/** What a field means and, on a line, what it may hold, what it is when absent, an example and, where its name is shorter than its place, that. */
export function writeField(field: Field, w: Writer, example: unknown): void {
  w.block(w.need(field.key, field.help));
  w.block(facts(field, w, example).join(' · '));
  if (example !== undefined && json(example).length > LONG) w.code(fileText({ [field.key.split('.').pop()!]: example }, json).replace(/^\{\n|\n\}$/g, '').replace(/^ {2}/gm, ''));
}

/** An example of more characters is too long for a line. */
const LONG = 80;

function facts(field: Field, w: Writer, example: unknown): string[] {
  const name = field.paths[0].split('.').pop()!.replace(/\[\]$/, '');
  const usual = example !== undefined && json(example) === json(field.schema.default ?? null);
  const shown = example === undefined ? w.need(`example of ${field.key}`, undefined) : usual || json(example).length > LONG ? '' : code(name === '*' ? json(example) : `"${name}": ${json(example)}`);
  const places = field.paths[0].replace(/\[\]/g, '') === field.key ? [] : field.paths.map(code);
  return [
    typeWords(field.schema, w),
    field.required ? w.say('**required**', '**필수**') : '',
    field.schema.default === undefined ? '' : w.say(`default ${code(json(field.schema.default))}`, `기본값 ${code(json(field.schema.default))}`),
    shown === '' ? '' : w.say(`example ${shown}`, `예 ${shown}`),
    places.length === 0 ? '' : w.say(`stands at ${places.join(', ')}`, `자리 ${places.join(', ')}`),
  ].filter((fact) => fact !== '');
}

/** The section of one of the two whole files. */
function exampleInFiles(key: string): unknown {
  if (key === '$schema') return 'https://example.org/gdexp.json';
  if (key === 'description') return 'The valley is **curved**: momentum follows it.';
  return (OBJECTIVE_FILE as Readonly<Record<string, unknown>>)[key] ?? (MODEL_FILE as Readonly<Record<string, unknown>>)[key];
}
