import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECORD_COLUMNS } from '../../../src/core/training/trial';

const headings = (name: string) => [...readFileSync(path.resolve(import.meta.dirname, '../../../docs', name), 'utf8').matchAll(/^## (\S+)$/gm)].map((match) => match[1]);

describe('the page of quantities', () => {
  const english = headings('quantities.md');

  it('defines every column of a record', () => {
    expect(RECORD_COLUMNS.filter((column) => column !== 'step' && !english.includes(column))).toEqual([]);
  });

  it('has the same terms in Korean', () => expect(headings('quantities.ko.md')).toEqual(english));

  it('defines every term that the pictures link to', () => {
    const folder = path.resolve(import.meta.dirname, '../../../webview/panels');
    const page = readdirSync(folder).filter((name) => /^(gradients|sweep|trust)\w*\.ts$/.test(name)).map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
    const terms = [...page.matchAll(/term: '(\w+)'/g)].map((match) => match[1]);
    expect(terms.length).toBeGreaterThan(0);
    expect(terms.filter((term) => !english.includes(term))).toEqual([]);
  });
});
