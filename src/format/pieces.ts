import type { TextChange } from './experiment';

type Piece = { readonly kind: 'old'; readonly start: number; readonly end: number } | { readonly kind: 'new'; readonly text: string };

/**
 * A text under several changes, each in the coordinates of the text as it is by then; at the end the changes of the original text
 * that amount to all of them.
 */
export class Pieces {
  private pieces: Piece[];
  current: string;

  constructor(private readonly original: string) {
    this.pieces = [{ kind: 'old', start: 0, end: original.length }];
    this.current = original;
  }

  replace(offset: number, length: number, text: string): void {
    const before = this.cut(0, offset);
    const after = this.cut(offset + length, this.current.length);
    this.pieces = [...before, ...(text === '' ? [] : [{ kind: 'new' as const, text }]), ...after];
    this.current = this.current.slice(0, offset) + text + this.current.slice(offset + length);
  }

  /** Changes in the coordinates of one text, none overlapping another. */
  apply(changes: readonly TextChange[]): void {
    for (const { offset, length, text } of [...changes].sort((a, b) => b.offset - a.offset || b.length - a.length)) this.replace(offset, length, text);
  }

  private cut(from: number, to: number): Piece[] {
    const found: Piece[] = [];
    let at = 0;
    for (const piece of this.pieces) {
      const size = piece.kind === 'old' ? piece.end - piece.start : piece.text.length;
      const start = Math.max(0, from - at);
      const end = Math.min(size, to - at);
      if (start < end) found.push(piece.kind === 'old' ? { kind: 'old', start: piece.start + start, end: piece.start + end } : { kind: 'new', text: piece.text.slice(start, end) });
      at += size;
    }
    return found;
  }

  /** In order of place, none overlapping or touching another, without those that change nothing. */
  changes(): TextChange[] {
    const changes: TextChange[] = [];
    let at = 0;
    let inserted = '';
    const flush = (to: number): void => {
      const old = this.original.slice(at, to);
      if (old !== inserted) changes.push(trimmed(at, old, inserted));
      inserted = '';
    };
    for (const piece of this.pieces) {
      if (piece.kind === 'new') {
        inserted += piece.text;
        continue;
      }
      if (piece.start > at || inserted !== '') flush(piece.start);
      at = piece.end;
    }
    if (this.original.length > at || inserted !== '') flush(this.original.length);
    return changes;
  }
}

/** Without the equal ends: a cursor beside the change stays where it is. */
function trimmed(offset: number, old: string, text: string): TextChange {
  let head = 0;
  while (head < old.length && head < text.length && old[head] === text[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < text.length - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  // Between the halves of one character nothing may be cut.
  if (head > 0 && /[\uD800-\uDBFF]/.test(old[head - 1])) head--;
  if (tail > 0 && /[\uDC00-\uDFFF]/.test(old[old.length - tail])) tail--;
  return { offset: offset + head, length: old.length - head - tail, text: text.slice(head, text.length - tail) };
}
