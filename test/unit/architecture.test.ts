import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.vscode-test', 'test-results']);

function files(folder = ''): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : files(name);
    return entry.isFile() ? [name] : [];
  });
}

const text = (file: string) => readFileSync(path.join(root, file), 'utf8');
const ALL = files();
const SOURCE = ALL.filter((file) => /^(src|webview)\/.*\.ts$/.test(file) && !file.endsWith('.d.ts'));

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const code = text(file);
  const found: Import[] = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    // `import { type A, type B } from` brings no code either.
    const names = /\{([^}]*)\}/.exec(match[0])?.[1].split(',').map((name) => name.trim()).filter(Boolean) ?? [];
    found.push({ target: match[2], typeOnly: match[1] !== undefined || (names.length > 0 && names.every((name) => name.startsWith('type '))) });
  }
  for (const match of code.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g)) found.push({ target: match[1], typeOnly: false });
  return found;
}

/** The part of the tree that a file belongs to: core, format, …, host (with the entry points), webview. */
function partOf(file: string): string {
  if (file.startsWith('webview/')) return 'webview';
  if (/^src\/[^/]+$/.test(file)) return 'host';
  return file.split('/')[1];
}

/** Per part: the other parts it may import (`types:` for types alone), and the libraries. */
const RULES: Readonly<Record<string, { readonly parts: readonly string[]; readonly libraries: RegExp }>> = {
  core: { parts: [], libraries: /^$/ },
  format: { parts: ['core'], libraries: /^(jsonc-parser|zod|@vscode\/l10n)$/ },
  wording: { parts: ['core'], libraries: /^@vscode\/l10n$/ },
  loaders: { parts: ['core'], libraries: /^fflate$/ },
  protocol: { parts: ['types:core'], libraries: /^$/ },
  worker: { parts: ['core', 'protocol', 'loaders'], libraries: /^(@vscode\/l10n|node:(worker_threads|os|fs))$/ },
  cli: { parts: ['core', 'format', 'worker', 'wording', 'loaders', 'types:protocol'], libraries: /^(@vscode\/l10n|commander|node:.+)$/ },
  reference: { parts: ['core', 'format', 'wording', 'cli'], libraries: /^(zod|@vscode\/l10n)$/ },
  host: { parts: ['core', 'format', 'worker', 'wording', 'loaders', 'protocol'], libraries: /^(?!lit|chart\.js|@vscode-elements)/ },
  webview: { parts: ['core', 'types:protocol'], libraries: /^(?!vscode$|node:|zod|jsonc-parser|commander)/ },
};

describe('The house', () => {
  it('has every folder where the plan puts it', () => {
    expect(SOURCE.length).toBeGreaterThan(50);
    expect([...new Set(SOURCE.map(partOf))].filter((part) => !(part in RULES))).toEqual([]);
  });

  it('keeps its import rules', () => {
    const broken = SOURCE.flatMap((file) => importsOf(file).flatMap(({ target, typeOnly }) => {
      const part = partOf(file);
      const rule = RULES[part];
      if (!target.startsWith('.')) return typeOnly || rule.libraries.test(target) ? [] : [`${file} imports ${target}`];
      if (/package\.json$/.test(target)) return part === 'cli' ? [] : [`${file} imports ${target}`];
      const resolved = path.posix.join(path.posix.dirname(file), target);
      const other = resolved.startsWith('webview/') ? 'webview' : partOf(`${resolved}.ts`);
      const allowed = other === part || rule.parts.includes(other) || (typeOnly && rule.parts.includes(`types:${other}`));
      return allowed ? [] : [`${file} imports ${target}`];
    }));
    expect(broken).toEqual([]);
  });

  it('lets only the host speak with VS Code', () => {
    expect(SOURCE.filter((file) => partOf(file) !== 'host' && importsOf(file).some(({ target }) => target === 'vscode'))).toEqual([]);
  });

  /** Where code is generated: from the checked tree of an expression and from the program's own text. */
  const GENERATORS = ['src/core/expression/compile.ts', 'src/core/training/generatedLoop.ts'];

  it('evaluates no text as code but what its two generators made', () => {
    const found = SOURCE.filter((file) => /\bnew Function\b|(?<!\.)\beval\(|\bFunction\(/.test(text(file)));
    expect(found.filter((file) => !GENERATORS.includes(file))).toEqual([]);
  });

  /** Longer than 400 lines, and why that is better than two files. */
  const LONG: ReadonlyMap<string, string> = new Map([
    ['src/core/training/trialRun.ts', 'one run: its hot loop and the state that the loop and the diagnostics share, which must not be passed around each step'],
    ['webview/panels/landscape.ts', 'one element whose view, drawing and gestures share every field; what stands alone is in charts/'],
    ['webview/state/store.ts', 'the one place of the page\'s state; each method is a few lines'],
  ]);

  it('has no file that is too long without a reason', () => {
    const long = ALL.filter((file) => /\.(ts|mts|mjs)$/.test(file) && text(file).split('\n').length > 401);
    expect(long.filter((file) => !LONG.has(file))).toEqual([]);
  });

  it('has no drawer for odds and ends', () => {
    expect(ALL.filter((file) => /(^|\/)(utils?|helpers?|misc)(\/|\.[cm]?[jt]s$)/i.test(file))).toEqual([]);
  });

  it('speaks of itself alone', () => {
    const forbidden = [
      /\bissues?\s+#?\d/i, /\bclaude\b/i, /\banthropic\b/i, /\bco-authored-by\b/i, /\b(coding|sub-?|ai )agents?\b/i, /\bthis workplace\b/i,
      /(^|[\s"'`(=])\/(work|home|root|Users)\/[\w.-]+/m, /registry\.(npmjs|yarnpkg)|deb\.debian\.org|files\.pythonhosted|\bpypi\.org/i,
    ];
    const self = 'test/unit/architecture.test.ts';
    const found = ALL.filter((file) => file !== self && /\.(ts|mts|mjs|js|json|md|css|py|gdexp|peggy|ya?ml|svg)$|^\.ci\/run$|^\.[a-z]+rc$/.test(file)).flatMap((file) => forbidden.flatMap((pattern) => {
      const match = pattern.exec(text(file));
      return match ? [`${file}: ${match[0].trim()}`] : [];
    }));
    expect(found).toEqual([]);
  });

  it('locks its dependencies without naming a host', () => {
    expect(text('package-lock.json')).not.toMatch(/"resolved"/);
    expect(text('.npmrc')).toMatch(/omit-lockfile-registry-resolved\s*=\s*true/);
  });
});

/** English texts of every l10n.t('…') call; a call without a literal has none and is listed under `unreadable`. */
function texts(): { readonly english: ReadonlyMap<string, string>; readonly unreadable: readonly string[] } {
  const english = new Map<string, string>();
  const unreadable: string[] = [];
  for (const file of SOURCE) {
    const code = text(file);
    for (const match of code.matchAll(/\bl10n\.t\(/g)) {
      const rest = code.slice(match.index + match[0].length);
      const literal = /^\s*(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\$]|\$(?!\{))*)`)\s*[,)]/.exec(rest);
      const raw = literal?.[1] ?? literal?.[2] ?? literal?.[3];
      if (raw === undefined) unreadable.push(`${file}: l10n.t(${rest.slice(0, 60).split('\n')[0]}`);
      else english.set(unescape(raw), file);
    }
  }
  return { english, unreadable };
}

/** What a literal means: its escapes, each once. */
function unescape(raw: string): string {
  return raw.replace(/\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|(.))/g, (_, braced: string, four: string, one: string) =>
    one === undefined ? String.fromCodePoint(parseInt(braced ?? four, 16)) : ({ n: '\n', t: '\t' }[one] ?? one));
}

const placeholders = (value: string) => [...new Set(value.match(/\{\w+\}/g) ?? [])].sort();

describe('The languages', () => {
  const { english, unreadable } = texts();
  const bundle = JSON.parse(text('l10n/bundle.l10n.ko.json')) as Record<string, string>;

  it('finds every text of the program as a literal', () => {
    expect(english.size).toBeGreaterThan(100);
    expect(unreadable).toEqual([]);
  });

  it('has each of them in Korean', () => {
    expect([...english].filter(([key]) => !(key in bundle)).map(([key, file]) => `${file}: ${key}`)).toEqual([]);
  });

  it('has nothing in Korean that the program no longer says', () => {
    expect(Object.keys(bundle).filter((key) => !english.has(key))).toEqual([]);
  });

  it('keeps the placeholders in translation', () => {
    expect(Object.entries(bundle).filter(([key, value]) => value === '' || placeholders(key).join() !== placeholders(value).join()).map(([key]) => key)).toEqual([]);
  });

  it('has the manifest in both languages', () => {
    const nls = JSON.parse(text('package.nls.json')) as Record<string, string>;
    const used = new Set([...text('package.json').matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1]));
    expect([...used].filter((key) => !(key in nls))).toEqual([]);
    expect(Object.keys(nls).filter((key) => !used.has(key))).toEqual([]);
    expect(existsSync(path.join(root, 'package.nls.ko.json')), 'package.nls.ko.json').toBe(true);
    const korean = JSON.parse(text('package.nls.ko.json')) as Record<string, string>;
    expect(Object.keys(korean).sort()).toEqual(Object.keys(nls).sort());
  });
});
