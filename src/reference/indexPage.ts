import { REFERENCE_PAGES, pageSummary, pageTitle } from '../wording/reference';
import type { Writer } from './markdown';

/** The index of the pages. */
export function writeIndexPage(w: Writer): void {
  w.heading(1, w.say('GDExp reference', 'GDExp 레퍼런스'));
  w.list(REFERENCE_PAGES.filter((page) => page !== 'README').map((page) => `${w.link(pageTitle(page), page)}. ${pageSummary(page)}`));
  w.block(w.say(
    'In VS Code, *GDExp: Open Reference* opens these pages, and so does the link at the end of a hover over a field, an optimizer, a function or a layer. All are made from the program itself by `npm run docs`.',
    'VS Code에서는 *GDExp: 레퍼런스 열기*로 이 문서들을 엽니다. 필드, 최적화기, 함수, 층 위에 마우스를 올려 나오는 설명 끝의 링크로도 열립니다. 모두 `npm run docs`가 프로그램 자체에서 만듭니다.',
  ));
}
