/**
 * What the history asks of a file system: no more than VS Code's own offers on a machine and in a browser (which cannot append).
 * Paths are relative to the history's folder, with "/".
 */
export interface HistoryFiles {
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** @throws where it is not there. */
  read(path: string): Promise<Uint8Array>;
  /** Need not be atomic: the history writes aside and renames. Makes the folders on the way. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * In one step: whenever the program ends, the file is whole or as before, and files are there in the order in which their writing began. Absent where a file
   * system promises no such thing.
   */
  writeWhole?(path: string, bytes: Uint8Array): Promise<void>;
  /** Replaces what is there. Atomic where the file system is. @throws where `from` is not there. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing to do where it is not there. */
  delete(path: string): Promise<void>;
  /** Milliseconds since 1970 of the last write and the size; null where it is not there. */
  stat(path: string): Promise<{ readonly changed: number; readonly bytes: number } | null>;
}
