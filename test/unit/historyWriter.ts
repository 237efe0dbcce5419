/** A program to be killed: keeps run after run in the folder that it is given, says each on its output once it is kept. */
import { writeSync } from 'node:fs';
import { HistoryStore } from '../../src/host/history/store';
import { folderFiles } from './historyFolder';
import { madeRun } from './historyFixtures';

const [folder, from, most] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const store = new HistoryStore(folderFiles(folder), { limits: () => ({ runs: most, bytes: 1e9 }), log: (level, message) => writeSync(2, `${level} ${message}\n`) });

async function go(): Promise<void> {
  await store.open();
  for (let n = from; ; n++) {
    const { run, text, content } = madeRun(n);
    const { id } = await store.keep(run, text, () => content);
    writeSync(1, `${n} ${id}\n`);
    if (n % 5 === 0) await store.pin([id], true);
    if (n % 5 === 1) await store.flush();
  }
}

void go();
