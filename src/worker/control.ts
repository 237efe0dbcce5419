/**
 * What the host and a worker share of a run, where memory can be shared: three Int32 a run, those of one message behind each other in
 * one buffer.
 */
export const CELLS = 3;
/** Set to 1 to cancel the run. */
export const CANCEL = 0;
/** Counts the `rows` that the host has taken. */
export const TAKEN = 1;
/** Where the run stands. Both sides change it by compare-and-exchange alone: a run that waits is either begun or taken back, never both. */
export const STATE = 2;

export const WAITING = 0;
export const STARTED = 1;
/** The outcome is on its way, or lies ready to be sent with others. */
export const ENDED = 2;
export const TAKEN_BACK = 3;

export function allocateControl(runs: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * CELLS * runs);
}

/** The cells of a run, by its place in the message. */
export function cellsOf(control: SharedArrayBuffer, place: number): Int32Array {
  return new Int32Array(control, 4 * CELLS * place, CELLS);
}
