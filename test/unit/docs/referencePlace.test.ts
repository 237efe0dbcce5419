import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTIMIZERS, SCHEDULES } from '../../../src/core/optimizers/catalog';
import { BUILTIN_NAMES } from '../../../src/core/objectives/builtins';
import { parseExperiment } from '../../../src/format/parse';
import { fromPointer } from '../../../src/format/pointer';
import { referencePlace } from '../../../src/host/language/referencePlace';
import { MODEL_FILE, OBJECTIVE_FILE } from '../../../src/reference/formatExamples';
import { REFERENCE_PAGES, headingAnchor, pageFile, type ReferencePlace } from '../../../src/wording/reference';

const root = path.resolve(import.meta.dirname, '../../..');
const page = (name: string) => readFileSync(path.join(root, 'docs', name), 'utf8');
const examples = () => readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.gdexp')).map((name) => parseExperiment(readFileSync(path.join(root, 'examples', name), 'utf8')).value);

function paths(value: unknown, at: readonly string[] = []): string[][] {
  const own = at.length > 0 ? [[...at]] : [];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, each]) => paths(each, [...at, key]))];
}

function hasHeading({ page: name, heading }: ReferencePlace, language: string): boolean {
  const anchors = [...page(pageFile(name, language)).matchAll(/^#{1,6} (.+)$/gm)].map((match) => headingAnchor(match[1]));
  return heading === null || anchors.includes(headingAnchor(heading));
}

describe('the way from a file to the reference', () => {
  it('leads from every place of every example to a heading that is there, in both languages', () => {
    const files = [...examples(), OBJECTIVE_FILE, MODEL_FILE];
    const places = new Map<string, ReferencePlace>();
    for (const file of files) {
      for (const each of paths(file)) {
        const place = referencePlace(each, file);
        expect(place, each.join('/')).not.toBeNull();
        places.set(`${place!.page}#${place!.heading}`, place!);
      }
    }
    expect(places.size).toBeGreaterThan(50);
    for (const language of ['en', 'ko-KR']) expect([...places].filter(([, place]) => !hasHeading(place, language)).map(([name]) => name)).toEqual([]);
  });

  it('has a heading for every name that it can lead to', () => {
    const places: ReferencePlace[] = [
      ...[...OPTIMIZERS.keys(), ...SCHEDULES.keys()].map((heading) => ({ page: 'optimizers', heading }) as const),
      ...BUILTIN_NAMES.map((heading) => ({ page: 'functions', heading }) as const),
    ];
    for (const language of ['en', 'ko']) expect(places.filter((place) => !hasHeading(place, language))).toEqual([]);
  });

  const file = {
    objective: { function: 'rosenbrock', start: { x: 1, y: 2 } },
    optimizers: [{ type: 'adam', learningRate: { schedule: 'warmup', steps: 5, then: { schedule: 'cosine', initial: 1, steps: 9 } }, label: 'a' }],
    model: { layers: [{ type: 'dropout', rate: 0.5 }] },
    loss: { type: 'huber' },
    expect: [{ verdict: 'zigzag', loss: '< 1' }],
    sweep: { learningRate: [1] },
  };
  it.each([
    ['/objective/function', 'functions', 'rosenbrock'],
    ['/objective/start/x', 'format', 'objective.start'],
    ['/optimizers/0/type', 'optimizers', 'adam'],
    ['/optimizers/0/learningRate', 'optimizers', 'adam'],
    ['/optimizers/0/learningRate/steps', 'optimizers', 'warmup'],
    ['/optimizers/0/learningRate/then/schedule', 'optimizers', 'cosine'],
    ['/optimizers/0/label', 'format', 'optimizers.label'],
    ['/model/layers/0/rate', 'layers', 'dropout'],
    ['/loss/type', 'layers', 'huber'],
    ['/expect/0/verdict', 'verdicts', 'zigzag'],
    ['/expect/0/loss', 'format', 'expect.loss'],
    ['/sweep/learningRate', 'format', 'sweep'],
  ])('leads from %s to %s#%s', (pointer, name, heading) => expect(referencePlace(fromPointer(pointer)!, file)).toEqual({ page: name, heading }));

  it('leads nowhere from what is no field', () => expect(referencePlace(['nonsense'], { nonsense: 1 })).toBeNull());
});

describe('the pages', () => {
  it('are there in both languages, and chosen by the window’s', () => {
    for (const name of REFERENCE_PAGES) for (const language of ['en', 'ko']) expect(page(pageFile(name, language)).length).toBeGreaterThan(200);
    expect(['ko', 'ko-KR', 'en', 'kok', 'de'].map((language) => pageFile('format', language))).toEqual(['format.ko.md', 'format.ko.md', 'format.md', 'format.md', 'format.md']);
  });

  it('have anchors as VS Code makes them', () => {
    expect(['stop.steps', '$schema', 'Two whole files', '두 파일', 'adam'].map(headingAnchor)).toEqual(['stopsteps', 'schema', 'two-whole-files', '두-파일', 'adam']);
  });
});
