import type { PageMessage } from '../../src/protocol/lab';

/** Changes of the file that together are one undo step; a value of undefined removes. */
export type Edits = Extract<PageMessage, { type: 'edit' }>['edits'];
export type PointerEdit = Edits[number];
