import * as l10n from '@vscode/l10n';
import type { Location } from 'jsonc-parser';
import * as vscode from 'vscode';
import { fromPointer, valueAtPath } from '../../format/pointer';
import { csvHead, type ColumnHead } from '../../loaders/csvHead';
import { isNear, placeToLookAt } from '../runs/dataFiles';
import type { ReadHead } from './host';
import { StringSlot } from './stringSlot';

/** Bytes at the beginning of a table from which its columns are told. */
const HEAD = 64 * 1024;
/** A larger file that can only be had whole is not fetched for its header. */
const MOST_WHOLE = 8 * 1024 * 1024;
/** Entries of a folder that are offered at once; of more, those that begin as what was typed. */
const MOST_ENTRIES = 1000;
/** Characters of a value that are told. */
const MOST_CHARACTERS = 24;

/** What is offered; `complete`: typing on only narrows it. */
export interface Offered {
  readonly items: vscode.CompletionItem[];
  readonly complete: boolean;
}

/** What the loaders read under each field, by the end of the name. LIBSVM's own collection also has names without an ending: "a9a", and "a9a.t" for its test rows. */
const FITTING: Readonly<Record<string, RegExp>> = {
  csv: /\.csv$/i,
  npz: /\.npz$/i,
  libsvm: /\.(svm|libsvm|svmlight|txt|t)$/i,
  images: /(ubyte|idx\d?)(\.gz)?$|\.gz$/i,
  labels: /(ubyte|idx\d?)(\.gz)?$|\.gz$/i,
  weights: /\.npz$/i,
};
/** Of the two files of an IDX source the one that is asked for stands first. */
const LIKELY: Readonly<Record<string, RegExp>> = { images: /image|idx3/i, labels: /label|idx1/i };

/**
 * What stands in files beside the experiment: paths of data and weights, and the columns of the table that is read.
 * In a workspace that is not trusted nothing is looked at and nothing offered.
 */
export class DataCompletion {
  /** The newest table looked into. */
  private last: { readonly key: string; readonly columns: readonly ColumnHead[] } | null = null;

  constructor(private readonly head: ReadHead | null) {}

  /**
   * @param value the file as read, errors in it or not.
   * @returns null where the place is neither, or where its files cannot be looked at.
   */
  async offer(document: vscode.TextDocument, offset: number, location: Location, value: unknown): Promise<Offered | null> {
    const { isAtPropertyKey, previousNode: node } = location;
    if (isAtPropertyKey || !vscode.workspace.isTrusted || (node && offset > node.offset + node.length)) return null;
    const place = placeOf(location.path);
    const file = /^(?:data(?:\/(?:validation|test))?\/(?:(csv|npz|libsvm)|idx\/(images|labels))|model\/(weights))$/.exec(place.path.join('/'));
    const slot = new StringSlot(document, offset, location);
    if (file) return this.paths(document.uri, slot, file[1] ?? file[2] ?? file[3]);
    if (/^data\/(target|features\/\d+(\/column)?)$/.test(place.path.join('/'))) return this.columns(document.uri, slot, place, value);
    return null;
  }

  /** Files and folders of the folder that is typed so far. */
  private async paths(document: vscode.Uri, slot: StringSlot, field: string): Promise<Offered | null> {
    const [folder] = /^(.*\/)?/.exec(slot.typed)!;
    const begun = slot.typed.slice(folder.length).toLowerCase();
    const uri = placeToLookAt(document, folder === '' ? '.' : folder);
    if (!uri || !isNear(document, uri)) return null;
    let entries: readonly [string, vscode.FileType][];
    try {
      entries = await vscode.workspace.fs.readDirectory(uri);
    } catch {
      return null;
    }
    const isFolder = (type: vscode.FileType): boolean => (type & vscode.FileType.Directory) !== 0;
    const fitting = entries.filter(([name, type]) => !name.startsWith('.') && name !== 'node_modules' && (isFolder(type) || ((type & vscode.FileType.File) !== 0 && FITTING[field].test(name))));
    const complete = fitting.length <= MOST_ENTRIES;
    const shown = complete ? fitting : fitting.filter(([name]) => name.toLowerCase().startsWith(begun)).slice(0, MOST_ENTRIES);
    const items = shown.map(([name, type]) => {
      if (isFolder(type)) return slot.folder(`${name}/`, folder, `1${name}`);
      const item = slot.value(`${folder}${name}`, name, vscode.CompletionItemKind.File);
      item.sortText = `${LIKELY[field]?.test(name) === false ? '0~' : '0'}${name}`;
      return item;
    });
    if (/^(\.\.\/)*$/.test(folder) && isNear(document, vscode.Uri.joinPath(uri, '..'))) items.push(slot.folder('../', folder, '2'));
    return { items, complete };
  }

  /** The columns of the table that the same source names; among features those that are not used yet. */
  private async columns(document: vscode.Uri, slot: StringSlot, place: Place, value: unknown): Promise<Offered | null> {
    const given = (...path: readonly string[]): unknown => place.given(value, ['data', ...path]);
    const name = given('csv');
    if (typeof name !== 'string') return null;
    const columns = await this.table(document, name);
    if (!columns) return null;
    const features = given('features');
    const used = new Set<unknown>();
    if (place.path[1] === 'features') {
      used.add(given('target'));
      if (Array.isArray(features)) features.forEach((feature: unknown, i) => i !== Number(place.path[2]) && used.add(valueAtPath(feature, ['column']) ?? feature));
    }
    const items = columns.flatMap((column, i) => {
      if (used.has(column.name)) return [];
      const item = slot.value(column.name, { label: column.name, description: contentOf(column) }, vscode.CompletionItemKind.Field);
      item.sortText = String(i).padStart(6, '0');
      return [item];
    });
    return { items, complete: true };
  }

  /** @returns null where there is no such table to be read. */
  private async table(document: vscode.Uri, name: string): Promise<readonly ColumnHead[] | null> {
    const uri = placeToLookAt(document, name);
    if (!uri) return null;
    try {
      const { type, size, mtime } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.File) === 0) return null;
      const key = `${uri.toString()}:${mtime}:${size}`;
      if (this.last?.key !== key) {
        const part = this.head !== null && uri.scheme === 'file';
        if (!part && size > MOST_WHOLE) return null;
        const bytes = part ? await this.head(uri, HEAD) : (await vscode.workspace.fs.readFile(uri)).subarray(0, HEAD);
        this.last = { key, columns: csvHead(name, bytes, bytes.length >= size) };
      }
      return this.last.columns.length > 0 ? this.last.columns : null;
    } catch {
      // What is wrong with the table is told with its place once it is read for a run.
      return null;
    }
  }
}

interface Place {
  /** Of the file, whether a variant sets it or it stands there. */
  readonly path: readonly string[];
  /** The value that counts at another path beside it. */
  given(value: unknown, path: readonly string[]): unknown;
}

/** "data/csv" for what a variant sets under "/data/csv" too. */
function placeOf(location: Location['path']): Place {
  const path = location.map(String);
  const set = path[0] === 'variants' && path[2] === 'set' && path.length > 3 ? fromPointer(path[3]) : null;
  if (!set) return { path, given: valueAtPath };
  const variant = path.slice(0, 3);
  return {
    path: [...set, ...path.slice(4)],
    given: (value, wanted) => {
      for (let length = wanted.length; length > 0; length--) {
        const found = valueAtPath(value, [...variant, wanted.slice(0, length).map((segment) => `/${segment}`).join(''), ...wanted.slice(length)]);
        if (found !== undefined) return found;
      }
      return valueAtPath(value, wanted);
    },
  };
}

/** What stands in a column, for every row of the list, so that columns can be told apart at a glance. */
function contentOf({ kind, values }: ColumnHead): string {
  if (kind === null) return '';
  const shown = values.map((value) => value.replace(/\s+/g, ' ')).map((value) => (value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS - 1)}…` : value)).join(', ');
  if (shown === '') return l10n.t('column without values');
  return kind === 'number' ? l10n.t('numbers: {0}', shown) : l10n.t('text: {0}', shown);
}
