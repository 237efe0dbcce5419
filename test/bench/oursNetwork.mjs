/**
 * One network of the benchmark, trained by the product in a process of its own: node oursNetwork.mjs W5 [kernels]. Prints JSON lines as
 * the peers do. PEERS_DATA: the folder of data. BENCH_PRODUCT: the product, built; without it it is built here, which takes memory.
 */
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';

const [name, kernels] = process.argv.slice(2);
const began = performance.now();
const built = process.env.BENCH_PRODUCT;
const { networkWork, runTrial, transferables, DEPENDENCIES } = await import(pathToFileURL(built ?? (await (await import('./product.mjs')).product()).networksFile).href);
const { trial, datasets, units } = networkWork(name, process.env.PEERS_DATA, kernels ?? null);
const say = (metric, value, unit, runs) => console.log(JSON.stringify({ peer: 'ours', workload: name, metric, value, unit, runs }));
say('ready_s', (performance.now() - began) / 1000, 's', 1);
// As from a worker, rows and weights leave this thread, and its memory: what is posted to a closed port is given away all the same.
const { port1: away } = new MessageChannel();
away.close();
const train = () => {
  const losses = [];
  const rows = (record) => {
    for (const loss of record.columns.loss) losses.push(loss);
    away.postMessage(record, transferables(record));
  };
  const cpu = process.cpuUsage();
  const from = performance.now();
  const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now(), rows, tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
  if (summary.status === 'failed') throw new Error(summary.reason.detail);
  const whole = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  // The training alone, as the peers time it; what comes before and after is set-up, record and verdict.
  return { seconds: summary.seconds, whole, cpu: (user + system) / 1e6, loss: name === 'W2' ? losses.at(-1) : summary.loss, kernels: summary.model.kernels };
};
const first = train();
say('first_run_s', first.seconds, 's', 1);
const runs = [];
while (runs.length < 15 && (runs.length === 0 || runs.reduce((sum, { seconds }) => sum + seconds, 0) < 1.5)) runs.push(train());
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const wall = median(runs.map(({ seconds }) => seconds));
say('wall_s', wall, 's', runs.length);
say('whole_s', median(runs.map(({ whole }) => whole)), 's', runs.length);
say('cpu_s', median(runs.map(({ cpu }) => cpu)), 's', runs.length);
say('rate', units / wall, name === 'W2' ? 'steps/s' : 'samples/s', runs.length);
say('peak_rss', process.resourceUsage().maxRSS / 1024, 'MiB', 1);
say('check', first.loss, 'loss', 1);
say('kernels', first.kernels, '', 1);
