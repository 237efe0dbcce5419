import { lstat, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { URI, Utils } from 'vscode-uri';

/** VS Code's file systems over a folder of this machine, under "file:" and, as a workspace elsewhere, under "memfs:". Notes what is looked at. */
const host = vi.hoisted(() => ({ isTrusted: true, folder: '', scheme: 'file', looked: [] as string[] }));
vi.mock('vscode', async () => {
  class FileSystemError extends Error {
    constructor(readonly code: string) { super(code); }
  }
  const inFolder = (uri: URI): boolean => uri.scheme === host.scheme && (uri.path === host.folder || uri.path.startsWith(`${host.folder}/`));
  return {
    FileSystemError, FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
    Uri: { file: (name: string) => URI.file(name), joinPath: (uri: URI, ...parts: string[]) => Utils.joinPath(uri, ...parts) },
    workspace: {
      get isTrusted() { return host.isTrusted; },
      get workspaceFolders() { return [{ uri: URI.from({ scheme: host.scheme, path: host.folder }) }]; },
      getWorkspaceFolder: (uri: URI) => (inFolder(uri) ? { uri: URI.from({ scheme: host.scheme, path: host.folder }) } : undefined),
      fs: {
        stat: async (uri: URI) => {
          host.looked.push(uri.path);
          try {
            const [own, target] = [await lstat(uri.path), await stat(uri.path)];
            return { type: (target.isFile() ? 1 : target.isDirectory() ? 2 : 0) | (own.isSymbolicLink() ? 64 : 0), mtime: target.mtimeMs, size: target.size };
          } catch (error) {
            throw new FileSystemError((error as { code: string }).code === 'EACCES' ? 'NoPermissions' : 'FileNotFound');
          }
        },
        readFile: async (uri: URI) => new Uint8Array(await readFile(uri.path)),
      },
    },
  };
});
const { locateDataFile } = await import('../../src/host/runs/dataFiles');

const INSIDE = 'x,y\n1,2\n';
const SECRET = 'a,b\n3,4\n';
let base: string;
let linked: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(path.join(tmpdir(), 'gdexp-data-')));
  const ws = path.join(base, 'ws');
  await mkdir(path.join(ws, 'sub'), { recursive: true });
  await mkdir(path.join(base, 'elsewhere'));
  await writeFile(path.join(ws, 'data.csv'), INSIDE);
  await writeFile(path.join(ws, 'sub', 'weights.npz'), INSIDE);
  await writeFile(path.join(base, 'elsewhere', 'secret.csv'), SECRET);
  await writeFile(path.join(base, 'ws-beside.csv'), SECRET);
  await symlink(path.join(base, 'elsewhere', 'secret.csv'), path.join(ws, 'out.csv'));
  await symlink(path.join(base, 'elsewhere'), path.join(ws, 'out'));
  await symlink(path.join(ws, 'data.csv'), path.join(ws, 'within.csv'));
  await symlink(path.join(ws, 'gone.csv'), path.join(ws, 'broken.csv'));
  await symlink(path.join(ws, 'circle.csv'), path.join(ws, 'circle.csv'));
  linked = path.join(base, 'linked-ws');
  await symlink(ws, linked);
});
afterAll(() => rm(base, { recursive: true, force: true }));
beforeEach(() => Object.assign(host, { isTrusted: true, folder: path.join(base, 'ws'), scheme: 'file', looked: [] }));

const resolving = (uri: { fsPath: string }): Promise<string> => realpath(uri.fsPath);
/** What is read under a name from an experiment in the workspace, or the refusal. */
async function read(name: string, { untrusted = false, virtual = false, document = 'a.gdexp' } = {}): Promise<string> {
  Object.assign(host, { isTrusted: !untrusted, scheme: virtual ? 'memfs' : 'file', looked: [] });
  try {
    const found = await locateDataFile(URI.from({ scheme: host.scheme, path: `${host.folder}/${document}` }) as never, name, (virtual ? null : resolving) as never);
    const { location, bytes } = await found.reference();
    return location === null ? new TextDecoder().decode(bytes!) : await readFile(location, 'utf8');
  } catch (error) {
    return (error as Error).message;
  }
}
const WAYS_OUT = (): string[] => ['../ws-beside.csv', '../../../../../../../../etc/passwd', 'sub/../../elsewhere/secret.csv', path.join(base, 'elsewhere', 'secret.csv'), `${path.join(base, 'ws')}/../elsewhere/secret.csv`, `${path.join(base, 'ws')}-beside.csv`];

for (const virtual of [false, true]) {
  describe(virtual ? 'Data files where no path can be resolved (a browser, a virtual workspace)' : 'Data files on this machine', () => {
    it('are read in the workspace, trusted or not, from any folder of it', async () => {
      for (const untrusted of [false, true]) {
        expect(await read('data.csv', { untrusted, virtual })).toBe(INSIDE);
        expect(await read('sub/weights.npz', { untrusted, virtual })).toBe(INSIDE);
        expect(await read('../data.csv', { untrusted, virtual, document: 'sub/b.gdexp' })).toBe(INSIDE);
        expect(await read(path.join(base, 'ws', 'data.csv'), { untrusted, virtual })).toBe(INSIDE);
      }
    });

    it('outside of a workspace that is not trusted are refused before anybody looks whether they are there', async () => {
      for (const name of [...WAYS_OUT(), '../no-such-file.csv']) {
        expect(await read(name, { untrusted: true, virtual })).toBe(`${name} lies outside of the workspace, which is not trusted: trust it, or move the file into it.`);
        expect(host.looked).toEqual([]);
      }
    });

    it('outside of a trusted one are read, as paths lead', async () => {
      expect(await read('../ws-beside.csv', { virtual })).toBe(SECRET);
      expect(await read(path.join(base, 'elsewhere', 'secret.csv'), { virtual })).toBe(SECRET);
      expect(await read('out.csv', { virtual })).toBe(SECRET);
      expect(await read('out/secret.csv', { virtual })).toBe(SECRET);
    });

    it('behind links out of a workspace that is not trusted are refused, be it the file or a folder on the way', async () => {
      for (const name of ['out.csv', 'out/secret.csv']) expect(await read(name, { untrusted: true, virtual })).toMatch(virtual ? /is reached by a link, and the workspace is not trusted/ : /leads by a link to a place outside of the workspace/);
      // Where a link can be followed, one that stays inside is none of these.
      expect(await read('within.csv', { untrusted: true, virtual })).toMatch(virtual ? /is reached by a link/ : /^x,y\n1,2\n$/);
    });

    it('that are not there, are folders, or are devices get a sentence', async () => {
      for (const untrusted of [false, true]) {
        for (const name of ['no.csv', 'broken.csv', 'circle.csv']) expect(await read(name, { untrusted, virtual })).toBe(`${name}: there is no such file beside the experiment.`);
        expect(await read('sub', { untrusted, virtual })).toBe('sub is not an ordinary file.');
      }
      expect(await read('/dev/zero', { virtual })).toBe('/dev/zero is not an ordinary file.');
      expect(await read('/no/such.csv', { virtual })).toBe(virtual ? '/no/such.csv: there is no such file here. This workspace is not on this machine\'s disk; put the file beside the experiment.' : '/no/such.csv: there is no such file.');
    });

    it('on network shares or at addresses are never read', async () => {
      for (const name of ['//server/share/a.csv', '\\\\server\\share\\a.csv', 'https://example.com/a.csv', 'file:///etc/passwd']) {
        expect(await read(name, { virtual })).toMatch(/are not read/);
        expect(host.looked).toEqual([]);
      }
    });
  });
}

it('A workspace that was itself opened through a link is whole', async () => {
  host.folder = linked;
  expect(await read('data.csv', { untrusted: true })).toBe(INSIDE);
  expect(await read('out.csv', { untrusted: true })).toMatch(/leads by a link/);
});

it('An experiment that was never saved finds its data in the workspace\'s folder', async () => {
  const found = await locateDataFile(URI.from({ scheme: 'untitled', path: 'bowl-1.gdexp' }) as never, 'data.csv', resolving as never);
  expect(await readFile((await found.reference()).location!, 'utf8')).toBe(INSIDE);
});
