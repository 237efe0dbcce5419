import * as l10n from '@vscode/l10n';
import { SCHEDULES } from '../core/optimizers/catalog';
import { pageFile, type ReferencePage } from '../wording/reference';
import { writeCliPage } from './cliPage';
import { writeFormatPage } from './formatPage';
import { writeFunctionsPage } from './functionsPage';
import { writeIndexPage } from './indexPage';
import { writeLayersPage } from './layersPage';
import { Writer, type Language } from './markdown';
import { writeOptimizersPage } from './optimizersPage';
import { writeQuantitiesPage } from './quantitiesPage';
import { schedulePicture } from './schedulePicture';
import { writeVerdictsPage } from './verdictsPage';

const PAGES: readonly (readonly [ReferencePage, (w: Writer) => void])[] = [
  ['README', writeIndexPage],
  ['format', writeFormatPage],
  ['optimizers', writeOptimizersPage],
  ['functions', writeFunctionsPage],
  ['layers', writeLayersPage],
  ['verdicts', writeVerdictsPage],
  ['quantities', writeQuantitiesPage],
  ['cli', writeCliPage],
];

export interface Reference {
  /** Text by the file's name in docs/. */
  readonly files: ReadonlyMap<string, string>;
  /** What has no words yet: "ko: stop.steps". */
  readonly missing: readonly string[];
}

/**
 * The reference in both languages. While it is made the texts of the program are switched, so nothing else may speak meanwhile.
 * @param korean the translations: l10n/bundle.l10n.ko.json.
 */
export function makeReference(korean: l10n.l10nJsonFormat): Reference {
  const files = new Map<string, string>();
  const missing: string[] = [];
  try {
    for (const language of ['en', 'ko'] as const satisfies readonly Language[]) {
      l10n.config({ contents: language === 'ko' ? korean : {} });
      for (const [page, write] of PAGES) {
        const w = new Writer(language, missing);
        const other = language === 'ko' ? 'en' : 'ko';
        const up = page === 'README' ? '' : `${w.link(w.say('Reference', '레퍼런스'), 'README')} · `;
        w.block(`${up}[${other === 'ko' ? '한국어' : 'English'}](${pageFile(page, other)})`);
        write(w);
        files.set(pageFile(page, language), w.toString());
      }
    }
  } finally {
    l10n.config({ contents: {} });
  }
  for (const info of SCHEDULES.values()) files.set(`schedules/${info.schedule}.svg`, schedulePicture(info));
  return { files, missing };
}
