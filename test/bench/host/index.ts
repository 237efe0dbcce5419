import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';

/** Milliseconds between two looks at the clock. */
const INTERVAL = 5;

interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly samples: number;
  readonly milliseconds: number;
  /** Of this thread: what it worked, and what it waited for a core while others had them; null where the system does not tell. */
  readonly worked: number | null;
  readonly waited: number | null;
}

const ACCOUNT = '/proc/thread-self/schedstat';

function account(): readonly [number, number] | null {
  if (!existsSync(ACCOUNT)) return null;
  const [worked, waited] = readFileSync(ACCOUNT, 'utf8').split(' ').map((nanoseconds) => Number(nanoseconds) / 1e6);
  return [worked, waited];
}

/**
 * How late a timer fires while `work` goes on. A gap counts once for every look that it swallowed, each later one waiting less (the
 * correction for coordinated omission of HdrHistogram), so that one long block is not one sample among thousands.
 */
async function loopDelay(work: () => Thenable<unknown>): Promise<Delay> {
  const delays: number[] = [];
  const before = account();
  const begun = performance.now();
  let last = begun;
  const timer = setInterval(() => {
    const now = performance.now();
    for (let late = Math.max(0, now - last - INTERVAL); late >= 0; late -= INTERVAL) delays.push(late);
    last = now;
  }, INTERVAL);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 2 * INTERVAL));
  clearInterval(timer);
  const after = account();
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))];
  return { p50: at(0.5), p99: at(0.99), max: at(1), samples: delays.length, milliseconds: performance.now() - begun, worked: before && after && after[0] - before[0], waited: before && after && after[1] - before[1] };
}

/** Runs in the extension host: activation, and the delay of the event loop while a long run streams into an open lab. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('gdexp.gdexp')!;
  // VS Code itself starts until now; what is measured is ours.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const active = extension.isActive;
  const begun = performance.now();
  await extension.activate();
  const activation = active ? null : performance.now() - begun;

  const folder = vscode.workspace.workspaceFolders![0].uri;
  const measure = async (steps: number, rate: string) => {
    const uri = vscode.Uri.joinPath(folder, `stream-${steps}.gdexp`);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(`{ "gdexp": 1, "objective": { "function": "rosenbrock" }, "optimizers": [{ "type": "adam", "learningRate": ${rate} }],
      "stop": { "steps": ${steps}, "gradientNorm": null } }`));
    await vscode.commands.executeCommand('vscode.openWith', uri, 'gdexp.lab');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    return loopDelay(() => vscode.commands.executeCommand('gdexp.runAll', uri));
  };
  const idle = await loopDelay(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  const million = await measure(1_000_000, '1e-5');
  const tenMillion = await measure(10_000_000, '1e-5');
  writeFileSync(process.env.GDEXP_RESULTS!, JSON.stringify({ activation, idle, million, tenMillion }));
}
