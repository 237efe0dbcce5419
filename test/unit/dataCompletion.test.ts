import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TextDocument } from 'vscode-json-languageservice';
import { URI, Utils } from 'vscode-uri';

/** VS Code over a folder of this machine, under "file:" and, as a workspace elsewhere, under "memfs:". Notes what is looked at, and how much is read. */
const host = vi.hoisted(() => ({ isTrusted: true, folder: '', scheme: 'file', looked: [] as string[], read: 0 }));
vi.mock('vscode', () => {
  class Position {
    constructor(readonly line: number, readonly character: number) {}
  }
  class Range {
    constructor(readonly start: Position, readonly end: Position) {}
  }
  class SnippetString {
    value = '';
    appendText(text: string): this {
      this.value += text.replace(/[\\$}]/g, '\\$&');
      return this;
    }
    appendTabstop(number: number): this {
      this.value += `$${number}`;
      return this;
    }
  }
  class CompletionItem {
    constructor(readonly label: string, readonly kind?: number) {}
  }
  class CompletionList {
    constructor(readonly items: readonly CompletionItem[], readonly isIncomplete = false) {}
  }
  class MarkdownString {
    constructor(readonly value: string) {}
  }
  const root = (): URI => URI.from({ scheme: host.scheme, path: host.folder });
  const look = <T>(uri: URI, then: Promise<T>): Promise<T> => {
    host.looked.push(uri.path);
    return then;
  };
  const typeOf = (info: { isFile(): boolean; isDirectory(): boolean }): number => (info.isFile() ? 1 : info.isDirectory() ? 2 : 0);
  return {
    Position, Range, SnippetString, CompletionItem, CompletionList, MarkdownString,
    FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
    CompletionItemKind: { Value: 11, File: 16, Folder: 18, Field: 4 },
    Uri: { file: (name: string) => URI.file(name), joinPath: (uri: URI, ...parts: string[]) => Utils.joinPath(uri, ...parts) },
    workspace: {
      get isTrusted() { return host.isTrusted; },
      get workspaceFolders() { return [{ uri: root() }]; },
      getWorkspaceFolder: (uri: URI) => (uri.scheme === host.scheme && (uri.path === host.folder || uri.path.startsWith(`${host.folder}/`)) ? { uri: root() } : undefined),
      fs: {
        stat: (uri: URI) => look(uri, stat(uri.path).then((info) => ({ type: typeOf(info), mtime: info.mtimeMs, size: info.size }))),
        readFile: async (uri: URI) => {
          const bytes = await look(uri, readFile(uri.path));
          host.read += bytes.length;
          return new Uint8Array(bytes);
        },
        readDirectory: async (uri: URI) => Promise.all((await look(uri, readdir(uri.path))).map(async (name) => [name, await stat(path.join(uri.path, name)).then(typeOf, () => 64)])),
      },
    },
  };
});
const { ExperimentCompletion } = await import('../../src/host/language/completion');
const { createJsonService } = await import('../../src/host/language/service');
const { parseExperiment } = await import('../../src/format/parse');

const IRIS = '\uFEFF"petal, width",petal_length,species\n0.2,1.4,"se\ntosa"\n1.3,4,"versi""color"\n';
let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(path.join(tmpdir(), 'gdexp-complete-')));
  await Promise.all(['ws/lab/data/deep', 'ws/shared', 'ws/lab/.hidden', 'ws/lab/many', 'elsewhere'].map((folder) => mkdir(path.join(base, folder), { recursive: true })));
  const files = {
    'ws/lab/iris.csv': IRIS, 'ws/lab/weights.npz': '', 'ws/lab/notes.md': '', 'ws/lab/rows.svm': '', 'ws/lab/a "b" $c}.csv': 'x;y\n1;2\n', 'ws/lab/.secret.csv': '',
    'ws/lab/data/train-images-idx3-ubyte.gz': '', 'ws/lab/data/train-labels-idx1-ubyte.gz': '', 'ws/lab/data/iris 2.csv': 'a,b\n1,2\n', 'ws/shared/wine.csv': '', 'elsewhere/secret.csv': 'p,q\n1,2\n',
    'ws/lab/long.csv': `x,y\n${'1,2\n'.repeat(60_000)}`, 'ws/lab/huge.csv': `x,y\n${'1,2\n'.repeat(2_200_000)}`,
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(base, name), text)));
  await Promise.all(Array.from({ length: 1200 }, (_, i) => writeFile(path.join(base, 'ws/lab/many', `row${i}.csv`), '')));
  await symlink(path.join(base, 'ws/lab/gone.csv'), path.join(base, 'ws/lab/broken.csv'));
});
afterAll(() => rm(base, { recursive: true, force: true }));
beforeEach(() => Object.assign(host, { isTrusted: true, folder: path.join(base, 'ws'), scheme: 'file', looked: [], read: 0 }));

interface Item {
  readonly label: string;
  readonly description?: string;
  readonly filterText?: string;
  readonly sortText?: string;
  readonly insertText: string | { readonly value: string };
  readonly range: { readonly start: { readonly line: number; readonly character: number }; readonly end: { readonly line: number; readonly character: number } };
  readonly command?: { readonly command: string };
}
const HEAD = (uri: URI, bytes: number): Promise<Uint8Array> => readFile(uri.path).then((all) => {
  const part = new Uint8Array(all.subarray(0, bytes));
  host.read += part.length;
  return part;
});

/** What is offered at the "|" of a text, and the text after one of it was taken ("‸": where the cursor is left inside of it). */
async function ask(marked: string, { name = 'lab/a.gdexp', head = HEAD as typeof HEAD | null } = {}) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const uri = URI.from({ scheme: host.scheme, path: `${host.folder}/${name}` });
  const source = TextDocument.create(uri.toString(), 'gdexp', 1, text);
  const document = { uri, version: 1, getText: () => text, offsetAt: source.offsetAt.bind(source), positionAt: source.positionAt.bind(source), getWordRangeAtPosition: () => undefined };
  const language = { parsed: () => parseExperiment(text), head } as unknown as ConstructorParameters<typeof ExperimentCompletion>[0];
  const completion = new ExperimentCompletion(language, () => Promise.resolve(createJsonService()));
  const list = await completion.provideCompletionItems(document as never, source.positionAt(offset) as never, { isCancellationRequested: false } as never);
  const items = list!.items.map((item) => ({ ...item, ...(typeof item.label === 'string' ? {} : item.label) })) as unknown as readonly Item[];
  const sorted = [...items].sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
  return {
    items, isIncomplete: list!.isIncomplete,
    labels: sorted.map(({ label }) => label),
    take: (label: string): string => {
      const { insertText, range, filterText } = items.find((item) => item.label === label)!;
      const [from, to] = [source.offsetAt(range.start), source.offsetAt(range.end)];
      // VS Code leaves out what does not go on as the text before the cursor.
      if (filterText !== undefined) expect(filterText.startsWith(text.slice(from, offset))).toBe(true);
      const inserted = typeof insertText === 'string' ? insertText : insertText.value.replace('$0', '‸').replace(/\\([\\$}])/g, '$1');
      return text.slice(0, from) + inserted + text.slice(to);
    },
  };
}
const labels = async (marked: string, options = {}): Promise<readonly string[]> => (await ask(marked, options)).labels;

for (const scheme of ['file', 'memfs']) {
  describe(`Completion of paths under ${scheme}:`, () => {
    beforeEach(() => void (host.scheme = scheme));

    it('offers the files that the loader reads, then folders, then the way up, and no example of the schema', async () => {
      expect(await labels('{ "data": { "csv": "|" } }')).toEqual(['a "b" $c}.csv', 'huge.csv', 'iris.csv', 'long.csv', 'data/', 'many/', '../']);
      expect(await labels('{ "data": { "npz": "|" } }')).toEqual(['weights.npz', 'data/', 'many/', '../']);
      expect(await labels('{ "data": { "libsvm": | } }')).toEqual(['rows.svm', 'data/', 'many/', '../']);
      expect(await labels('{ "model": { "weights": "we|" } }')).toEqual(['weights.npz', 'data/', 'many/', '../']);
    });

    it('goes folder by folder, up to the workspace', async () => {
      expect(await labels('{ "data": { "csv": "data/|" } }')).toEqual(['iris 2.csv', 'deep/']);
      expect(await labels('{ "data": { "csv": "../|" } }')).toEqual(['lab/', 'shared/']);
      expect(await labels('{ "data": { "csv": "../shared/w|" } }')).toEqual(['wine.csv']);
    });

    it('is silent outside of it and where nothing is', async () => {
      for (const typed of ['../../', '../../elsewhere/', '/', '/etc/', '//server/share/', 'https://example.com/', `${base}/elsewhere/`]) {
        expect(await labels(`{ "data": { "csv": "${typed}|" } }`)).toEqual(['"data/iris.csv"']);
        expect(host.looked).toEqual([]);
      }
      expect(await labels('{ "data": { "csv": "nowhere/|" } }')).toEqual(['"data/iris.csv"']);
    });
  });
}

describe('Completion of paths', () => {
  it('knows sources of validation and test, and what variants set', async () => {
    for (const place of ['{ "data": { "validation": { "csv": "|" } } }', '{ "data": { "test": { "csv": "|" } } }', '{ "variants": [{ "set": { "/data/csv": "|" } }] }', '{ "variants": [{ "set": { "/data/test": { "csv": "|" } } }] }']) expect(await labels(place)).toContain('iris.csv');
    expect(await labels('{ "variants": [{ "set": { "/model/weights": "|" } }] }')).toContain('weights.npz');
  });

  it('puts the pictures first where pictures are asked for, and labels where labels are', async () => {
    const [images, files] = [await labels('{ "data": { "idx": { "images": "data/|" } } }'), ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 'deep/']];
    expect(images).toEqual(files);
    expect(await labels('{ "data": { "idx": { "labels": "data/|" } } }')).toEqual([files[1], files[0], files[2]]);
  });

  it('leaves JSON behind, whatever stood there', async () => {
    const name = '"iris.csv"';
    expect((await ask('{ "data": { "csv": "|" } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name} } }`);
    expect((await ask('{ "data": { "csv": "ir|is.cs", "target": "x" } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name}, "target": "x" } }`);
    expect((await ask('{ "data": { "csv": | } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name} } }`);
    expect((await ask('{ "data": { "csv": | "target": "x" } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name}, "target": "x" } }`);
    expect((await ask('{ "data": { "csv": "|"\n // the target\n "target": "x" } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name},\n // the target\n "target": "x" } }`);
    expect((await ask('{ "data": { "csv": "|" /* rows */, "target": "x" } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name} /* rows */, "target": "x" } }`);
    expect((await ask('{ "data": { "csv": ir| } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name} } }`);
    expect((await ask('{ "data": { "csv": "ir|, "target": "x" } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name}, "target": "x" } }`);
    expect((await ask('{ "data": { "csv": "ir|\n } }')).take('iris.csv')).toBe(`{ "data": { "csv": ${name}\n } }`);
    expect((await ask('{ "data": { "csv": "./|" } }')).take('iris.csv')).toBe('{ "data": { "csv": "./iris.csv" } }');
    const odd = (await ask('{ "data": { "csv": "a|" } }')).take('a "b" $c}.csv');
    expect(JSON.parse(odd)).toEqual({ data: { csv: 'a "b" $c}.csv' } });
  });

  it('opens a folder and asks again inside of its quotes', async () => {
    const { items, take } = await ask('{ "data": { "csv": "da|", "target": "x" } }');
    expect(take('data/')).toBe('{ "data": { "csv": "data/‸", "target": "x" } }');
    expect(items.find(({ label }) => label === 'data/')!.command!.command).toBe('editor.action.triggerSuggest');
    expect((await ask('{ "data": { "csv": | } }')).take('data/')).toBe('{ "data": { "csv": "data/‸" } }');
  });

  it('asks again while more is typed where a folder holds too much', async () => {
    const many = await ask('{ "data": { "csv": "many/|" } }');
    expect([many.isIncomplete, many.items.length]).toEqual([true, 1000]);
    expect(await labels('{ "data": { "csv": "many/row119|" } }')).toEqual(['row119.csv', ...Array.from({ length: 10 }, (_, i) => `row119${i}.csv`)]);
  });

  it('is silent at keys, behind a value, and in fields that name no file', async () => {
    await ask('{ "data": { "csv|": "" } }');
    await ask('{ "data": { "csv": "iris.csv" | } }');
    await ask('{ "title": "|" }');
    await ask('{ "data": { "npz": "weights.npz", "x": "|" } }');
    expect(host.looked).toEqual([]);
  });
});

describe('Completion of columns', () => {
  const all = ['petal, width', 'petal_length', 'species'];

  it('offers the header of the table in its order, with what stands in it', async () => {
    const { items, labels: names } = await ask('{ "data": { "csv": "iris.csv", "target": "|" } }');
    expect(names).toEqual(all);
    expect(items.map(({ description }) => description)).toEqual(['numbers: 0.2, 1.3', 'numbers: 1.4, 4', 'text: se tosa, versi"color']);
  });

  it('leaves JSON behind, and offers each feature once and never the target', async () => {
    const one = await ask('{ "data": { "csv": "iris.csv", "target": "species", "features": ["|", "petal_length"] } }');
    expect(one.labels).toEqual(['petal, width']);
    expect(one.take('petal, width')).toBe('{ "data": { "csv": "iris.csv", "target": "species", "features": ["petal, width", "petal_length"] } }');
    const object = await ask('{ "data": { "target": "species", "features": [{ "column": "petal_length", "powers": 2 }, { "column": "|" }], "csv": "iris.csv" } }');
    expect(object.labels).toEqual(['petal, width']);
    const bare = await ask('{ "data": { "csv": "iris.csv", "features": ["species", |] } }');
    expect(bare.labels).toEqual(expect.arrayContaining(['petal, width', 'petal_length', '{}']));
    expect(bare.labels).not.toContain('species');
    expect(bare.take('petal_length')).toContain('["species", "petal_length"]');
    expect((await ask('{ "data": { "csv": "iris.csv", "features": [| "species"] } }')).take('petal_length')).toContain('["petal_length", "species"]');
  });

  it('sees the table that a variant puts in its place', async () => {
    expect(await labels('{ "data": { "csv": "iris.csv" }, "variants": [{ "set": { "/data/csv": "data/iris 2.csv", "/data/target": "|" } }] }')).toEqual(['a', 'b']);
    expect(await labels('{ "data": { "csv": "iris.csv" }, "variants": [{ "set": { "/data": { "csv": "data/iris 2.csv", "target": "|" } } }] }')).toEqual(['a', 'b']);
    expect(await labels('{ "data": { "csv": "iris.csv" }, "variants": [{ "set": { "/data/target": "|" } }] }')).toEqual(all);
  });

  it('reads no more than the beginning where that is possible, and no large file where not', async () => {
    expect(await labels('{ "data": { "csv": "huge.csv", "target": "|" } }')).toEqual(['x', 'y']);
    expect(host.read).toBe(64 * 1024);
    Object.assign(host, { scheme: 'memfs', read: 0 });
    expect(await labels('{ "data": { "csv": "long.csv", "target": "|" } }', { head: null })).toEqual(['x', 'y']);
    host.read = 0;
    expect(await labels('{ "data": { "csv": "huge.csv", "target": "|" } }', { head: null })).toEqual(['"species"']);
    expect(host.read).toBe(0);
  });

  it('is silent where there is no table or it has no header', async () => {
    for (const name of ['gone.csv', 'broken.csv', 'data', 'a \\"b\\" $c}.csv', '//server/a.csv']) expect(await labels(`{ "data": { "csv": "${name}", "target": "|" } }`)).toEqual(['"species"']);
    expect(await labels('{ "data": { "generate": "moons", "target": "|" } }')).toEqual(['"species"']);
  });
});

it('A workspace that is not trusted is not looked at', async () => {
  host.isTrusted = false;
  expect(await labels('{ "data": { "csv": "|" } }')).toEqual(['"data/iris.csv"']);
  expect(await labels('{ "data": { "csv": "iris.csv", "target": "|" } }')).toEqual(['"species"']);
  expect(host.looked).toEqual([]);
  expect(host.read).toBe(0);
});

it('The number that early stopping watches is completed by the schema', async () => {
  expect(await labels('{ "stop": { "monitor": "|" } }')).toEqual(expect.arrayContaining(['"validationLoss"', '"validationAccuracy"', '"loss"']));
});
