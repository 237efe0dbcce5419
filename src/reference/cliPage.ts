import type { Command, Option } from 'commander';
import { EXIT } from '../cli/io';
import { createProgram } from '../cli/program';
import { pageTitle } from '../wording/reference';
import { fileText } from './formatExamples';
import { JSON_EXAMPLE, KEY_WORDS, NETWORK_KEY_WORDS, documentKeys, jsonExampleDocument } from './jsonExample';
import { code, json, type Writer } from './markdown';
import type { Pair } from '../wording/glossary/term';

const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, Pair>> = {
  ok: ['every run ended and every `expect` holds; a diverged run is a result too', '모든 실행이 끝났고 모든 `expect`가 맞음. 발산한 실행도 결과로 침'],
  expectationFailed: ['an `expect` does not hold', '맞지 않는 `expect`가 있음'],
  wrongFile: ['a file, its data or the command line is wrong', '파일이나 데이터, 명령줄이 잘못됨'],
  runFailed: ['a run failed', '실패한 실행이 있음'],
  interrupted: ['interrupted by Ctrl+C or SIGTERM; what had ended is told', 'Ctrl+C나 SIGTERM으로 멈춤. 그때까지 끝난 것은 알려 줌'],
};

/** Examples that a reader can paste. */
const LINES: readonly (readonly [string, Pair])[] = [
  ['gdexp run examples/*.gdexp', ['run files and check what they claim', '파일을 실행하고 주장하는 것을 확인']],
  ['gdexp run valley.gdexp --only NAG --set /optimizers/0/learningRate=0.002', ['one optimizer, with another rate, without touching the file', '최적화기 하나를 다른 학습률로. 파일은 그대로']],
  ['gdexp run valley.gdexp --json | jq .runs[].verdict.kind', ['for other programs', '다른 프로그램에 넘기기']],
  ['gdexp run valley.gdexp --junit results.xml', ['for continuous integration', '지속적 통합에서']],
  ['gdexp export valley.gdexp --to csv -o valley.csv', ['every row of every run as a table', '모든 실행의 모든 행을 표로']],
  ['gdexp export iris.gdexp --to pytorch -o iris.py', ['a script that trains the same in PyTorch', 'PyTorch에서 똑같이 훈련하는 스크립트']],
  ['gdexp export iris.gdexp --to npz --start -o start.npz', ['what training begins with; `python3 iris.py --start start.npz` then has the same losses', '훈련이 시작하는 상태. `python3 iris.py --start start.npz`의 손실이 똑같아짐']],
  ['gdexp export iris.gdexp --to npz --only Adam -o weights.npz', ['trained weights, in the shapes of PyTorch', '훈련된 가중치를 PyTorch의 모양으로']],
];

/** Commands with arguments and options as the program itself has them, exit codes and the JSON document. */
export function writeCliPage(w: Writer): void {
  const program = createProgram({ out: () => {}, err: () => {}, cwd: '.', locale: w.language, color: false, workerFile: null, signal: new AbortController().signal }, () => {});
  w.heading(1, pageTitle('cli'));
  w.block(program.description());
  w.block(w.say('After a build the program is `dist/cli.js` and needs Node 20 or newer. It speaks the language of `LANG`.', '빌드하면 `dist/cli.js`가 생기며 Node 20 이상이 필요합니다. `LANG`의 언어로 말합니다.'));
  w.code(LINES.map(([line, words]) => `${line}   # ${w.say(...words)}`).join('\n'), 'sh');
  for (const command of program.commands) writeCommand(command, w);

  w.heading(2, w.say('Exit codes', '종료 코드'));
  w.table([w.say('code', '코드'), w.say('means', '뜻')], Object.entries(EXIT).map(([name, value]) => [String(value), w.need(`exit ${name}`, w.say(...EXIT_WORDS[name as keyof typeof EXIT]))]));

  w.heading(2, 'JSON');
  w.block(w.say(
    '`gdexp run FILE --json` prints one document on standard output and nothing else; of several files a list of documents. Not-a-number and the infinities are the strings `"NaN"`, `"Infinity"`, `"-Infinity"`. Of this file …',
    '`gdexp run FILE --json`은 표준 출력에 문서 하나만 냅니다. 파일이 여럿이면 문서의 목록입니다. 수가 아닌 값과 무한대는 문자열 `"NaN"`, `"Infinity"`, `"-Infinity"`로 씁니다. 이 파일을',
  ));
  const file = fileText(JSON_EXAMPLE, json);
  w.code(file);
  w.block(w.say('… `gdexp run bowl.gdexp --json --history 3` prints:', '`gdexp run bowl.gdexp --json --history 3`로 실행하면 다음이 나옵니다:'));
  const document = jsonExampleDocument(file, program.version()!, w.language);
  w.code(document, 'json');
  w.table([w.say('key', '키'), w.say('meaning', '뜻')], documentKeys(JSON.parse(document)).map((key) => {
    const words = KEY_WORDS[key] as Pair | undefined;
    return [code(key), w.need(`key ${key}`, words && w.say(...words))];
  }));
  w.block(w.say('Of a network there are besides:', '신경망이면 다음이 더 있습니다:'));
  w.table([w.say('key', '키'), w.say('meaning', '뜻')], Object.entries(NETWORK_KEY_WORDS).map(([key, words]) => [code(key), w.say(...words)]));
  w.block(w.say(`The columns of a history: ${w.link('quantities', 'quantities')}. Kinds of verdicts and statuses: ${w.link('verdicts', 'verdicts')}.`, `기록의 열: ${w.link('측정량', 'quantities')}. 진단과 상태의 종류: ${w.link('진단', 'verdicts')}.`));
}

function writeCommand(command: Command, w: Writer): void {
  w.heading(2, command.name());
  w.block(w.need(`command ${command.name()}`, command.description()));
  const names = command.registeredArguments.map((argument) => `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`);
  w.code(['gdexp', command.name(), ...names, command.options.length > 0 ? w.say('[options]', '[옵션]') : ''].filter(Boolean).join(' '), 'sh');
  if (command.options.length === 0) return;
  w.table([w.say('option', '옵션'), w.say('meaning', '뜻'), w.say('default', '기본값')], command.options.map((option) => [code(option.flags), optionWords(option, w), defaultOf(option)]));
}

function optionWords(option: Option, w: Writer): string {
  const choices = option.argChoices?.map(code).join(', ');
  return [w.need(`option ${option.flags}`, option.description), choices && w.say(`one of ${choices}`, `${choices} 가운데 하나`), option.mandatory && w.say('required', '필수')].filter(Boolean).join('; ');
}

function defaultOf({ defaultValue }: Option): string {
  return defaultValue === undefined || (Array.isArray(defaultValue) && defaultValue.length === 0) ? '' : code(String(defaultValue));
}
