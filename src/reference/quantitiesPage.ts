import { GLOSSARY } from '../wording/glossary';
import { LETTERS } from '../wording/glossary/term';
import { pageTitle } from '../wording/reference';
import type { Writer } from './markdown';

/** Every column of a record, every number of the instruments and every word of the lab: what the lab explains in place, and more. */
export function writeQuantitiesPage(w: Writer): void {
  w.heading(1, pageTitle('quantities'));
  w.block(w.say(
    `What the lab, the exports and the command line speak of. The names are those of the columns of an export, where there is such a column; in the lab a click on a word tells the same in short. What a run was in the end: ${w.link('verdicts', 'verdicts')}.`,
    `실험실, 내보내기, 명령줄이 쓰는 말들입니다. 내보낸 표에 그런 열이 있으면 열 이름과 같으므로 영어 그대로 씁니다. 실험실에서 낱말을 누르면 같은 내용을 짧게 보여 줍니다. 실행이 결국 무엇이었는지는 ${w.link('진단', 'verdicts')}에 있습니다.`,
  ));
  w.list(GLOSSARY.map(({ title, terms }) => `**${w.say(...title)}**: ${Object.keys(terms).map((name) => w.link(name, null, name)).join(' · ')}`));
  for (const { terms } of GLOSSARY) {
    for (const [name, { name: words, text, formula, letters, more, place }] of Object.entries(terms)) {
      w.heading(2, name);
      w.block(`**${w.need(`name of ${name}`, w.say(...words))}.** ${w.need(`term ${name}`, w.say(...text))}`);
      if (formula !== undefined) w.formula(formula);
      if (letters) w.block(letters.split(' ').map((letter) => `${letter}: ${w.need(`letter ${letter}`, LETTERS[letter] && w.say(...LETTERS[letter]))}`).join(', '));
      if (more) w.block(w.say(...more));
      if (place) w.block(w.say('More:', '더 보기:') + ` ${w.link(pageTitle(place.page), place.page, typeof place.heading === 'string' ? place.heading : w.say(...place.heading))}`);
    }
  }
}
