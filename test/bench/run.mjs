/**
 * Benchmarks: npm run bench [-- --smoke] [--only W1…W8|GEMM|stream|host] [--peers FOLDER] [--rounds N] [--json]. `host` needs VS Code and a build: node esbuild.config.mjs --production.
 * --peers: the scripts that train W2 to W7 with other libraries (py/torch_bench.py, js/hand.mjs, …); PEERS_DATA: what their gen-data.mjs has written, otherwise FOLDER/data; without both, networks are left out.
 * PEERS_DIR: a folder whose node_modules hold mathjs, @tensorflow/tfjs and @jax-js/jax; PEERS_PYTHON: a Python, perhaps with numpy and torch.
 * --smoke: few rounds, no peers; checks that the numbers agree, never how long anything took. --json: a line of JSON for each result, too.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeResults } from '../results.mjs';
import { root } from '../vscode/install.mjs';
import { benchCore } from './core.mjs';
import { benchGemm } from './gemm.mjs';
import { benchHost } from './host.mjs';
import { NETWORKS, TITLES, benchNetworks, checkNetworks } from './networks.mjs';
import { benchStream } from './stream.mjs';

const { values: options } = parseArgs({ options: { smoke: { type: 'boolean' }, only: { type: 'string' }, peers: { type: 'string' }, rounds: { type: 'string' }, json: { type: 'boolean' } } });
const { smoke = false, only } = options;
if (only && !['W1', ...NETWORKS, 'W8', 'GEMM', 'stream', 'host'].includes(only)) throw new Error(`nothing is called ${only}: W1 to W8, GEMM, stream or host`);
const rounds = options.rounds ? Number(options.rounds) : smoke ? 5 : 25;
if (!(rounds >= 1)) throw new Error('--rounds takes a whole number from 1');
const tests = [];
const check = (name, holds, error) => tests.push({ name, status: holds ? 'passed' : 'failed', ...(error ? { error: String(error.stack ?? error) } : {}) });
const milliseconds = (value) => (value === null || value === undefined ? '–' : value < 10 ? `${value.toFixed(3)} ms` : `${value.toFixed(0)} ms`);
const say = (line) => { if (options.json) console.log(JSON.stringify(line)); };

/** Times with their ratios to each of the bases. */
function table(workload, title, times, ...bases) {
  if (Object.keys(times).length === 0) return;
  console.log(`\n${workload}  ${title}\n${''.padEnd(41)}${bases.map((base) => `× ${base}`.padStart(26)).join('')}`);
  for (const [name, value] of Object.entries(times)) {
    console.log(`  ${name.padEnd(26)} ${milliseconds(value).padStart(12)}${bases.map((base) => (value / times[base]).toFixed(2).padStart(26)).join('')}`);
    say({ workload, name, milliseconds: value, ratios: Object.fromEntries(bases.map((base) => [base, value / times[base]])) });
  }
}

if (!only || only === 'W1' || only === 'W8') {
  try {
    const { W1, W8, peers, checks } = await benchCore({ rounds, peers: !smoke, only });
    table('W1', 'Rosenbrock, Adam, 10,000 steps, float64, every step recorded; goal: ours ≤ 1.5 × by hand', W1, 'by hand', 'by hand, recorded');
    table('W8', '64 rates × W1, two workers; goal: ours ≤ 1.5 × by hand', W8, 'by hand, two workers', 'by hand, rows sent');
    if (Object.keys(peers).length) console.log('\nPeers');
    for (const [name, { milliseconds: value }] of Object.entries(peers)) console.log(`  ${name.padEnd(26)} ${milliseconds(value).padStart(12)} ${(value / (name.startsWith('W8') ? W8['ours, two workers'] : W1.ours)).toFixed(0).padStart(8)} × ours`);
    for (const [name, holds] of checks) check(name, holds);
    for (const [name, value] of Object.entries({ ...W1, ...W8 })) check(`measured: ${name}`, value > 0 && Number.isFinite(value));
  } catch (error) {
    check('core benchmark', false, error);
  }
}
if (!only || NETWORKS.includes(only)) {
  try {
    if (smoke) for (const [name, holds] of await checkNetworks({ only })) check(name, holds);
    else if (options.peers || process.env.PEERS_DATA) {
      const results = await benchNetworks({ rounds: options.rounds ? rounds : 5, peers: options.peers ? path.resolve(options.peers) : null, only });
      for (const [workload, rows] of Object.entries(results)) {
        console.log(`\n${workload}  ${TITLES[workload]}\n${''.padEnd(24)}${['training', '/ ours', 'with verdict', 'processor', 'peak memory', 'loss'].map((title) => title.padStart(14)).join('')}`);
        for (const { name, seconds, whole, cpu, ratio, megabytes, check: loss, rounds: done } of rows) {
          const shown = [milliseconds(1000 * seconds), ratio.toFixed(2), whole === null ? '' : milliseconds(1000 * whole), cpu === null ? '' : milliseconds(1000 * cpu), `${megabytes.toFixed(0)} MB`, loss.toPrecision(4)];
          console.log(`  ${name.padEnd(22)}${shown.map((cell) => cell.padStart(14)).join('')}`);
          say({ workload, name, seconds, whole, cpu, ratio, megabytes, loss, rounds: done });
          check(`measured: ${workload} ${name}`, [seconds, ratio, megabytes, loss].every((value) => value > 0 && Number.isFinite(value)));
        }
      }
    } else console.log('\nW2 to W7 are left out: they need the peers\' data, see --peers and PEERS_DATA');
  } catch (error) {
    check('networks benchmark', false, error);
  }
}
if (!only || only === 'GEMM') {
  try {
    const { rates, checks } = await benchGemm({ rounds: smoke ? 2 : rounds, peers: !smoke });
    for (const [precision, shapes] of Object.entries(rates)) {
      console.log(`\nGEMM  ${precision}, GFLOP/s by m × k × n; goal 1024³ float32: simd ≥ 33, relaxedSimd ≥ 46 where one core multiplies and adds 50 in 128 bits`);
      for (const [shape, byName] of Object.entries(shapes)) {
        console.log(`  ${shape.padEnd(16)} ${Object.entries(byName).map(([name, rate]) => `${name} ${rate.toFixed(1)}`).join('   ')}`);
        say({ workload: 'GEMM', precision, shape, gigaflops: byName });
        for (const [name, rate] of Object.entries(byName)) check(`measured: GEMM ${shape} of ${name} in ${precision}`, rate > 0 && Number.isFinite(rate));
      }
    }
    for (const [name, holds] of checks) check(name, holds);
  } catch (error) {
    check('GEMM benchmark', false, error);
  }
}
if (!only || only === 'stream') {
  try {
    const steps = smoke ? 50_000 : 1_000_000;
    console.log(`\nTwo runs of ${steps.toLocaleString('en')} steps stream to the host; goal p99 < 50 ms, no turn > 100 ms`);
    for (const [tier, result] of Object.entries(await benchStream({ steps }))) {
      const { p50, p99, max, longest, waited, rows, messages } = result;
      console.log(`  tier ${tier.padEnd(9)} delay p50 ${p50.toFixed(1)}  p99 ${p99.toFixed(1)}  max ${max.toFixed(1)} ms${longest === null ? '' : `; longest turn's own work ${longest.toFixed(1)} ms; waited for a core ${waited.toFixed(0)} ms`}, over ${result.seconds.toFixed(1)} s; ${messages} messages`);
      say({ workload: 'stream', tier, ...result });
      check(`stream, tier ${tier}: all steps came`, result.steps.every((made) => made === steps) && rows.every((kept) => kept > 1000) && messages > 0);
    }
  } catch (error) {
    check('stream benchmark', false, error);
  }
}
if (!only || only === 'host') {
  try {
    const { activation, idle, million, tenMillion, open, sizes } = await benchHost({ rounds: smoke ? 2 : 7 });
    console.log('\nIn VS Code');
    console.log(`  activation                 ${activation === null ? 'already active' : milliseconds(activation)} (goal < 50 ms)`);
    for (const [name, delay] of Object.entries({ idle, '1,000,000 steps': million, '10,000,000 steps': tenMillion })) {
      console.log(`  event-loop delay, ${name.padEnd(16)} p50 ${delay.p50.toFixed(1)}  p99 ${delay.p99.toFixed(1)}  max ${delay.max.toFixed(1)} ms, over ${milliseconds(delay.milliseconds)} (goal p99 < 50 ms)${delay.worked === null ? '' : `; worked ${delay.worked.toFixed(0)} ms, waited for a core ${delay.waited.toFixed(0)} ms`}`);
    }
    const { frame, script, firstPaint, painted } = open.stages.then;
    console.log(`  click to painted lab       ${milliseconds(open.lab)}; to one line in another extension's editor ${milliseconds(open.plain)}; the lab's own part ${milliseconds(open.own)} (goal < 1000 ms)`);
    console.log(`  … page made ${milliseconds(frame)}, script there ${milliseconds(script)}, first paint ${milliseconds(firstPaint)}, landscape ${milliseconds(painted)}`);
    console.log(`  … the very first time      lab ${milliseconds(open.first.lab)} (its page made after ${milliseconds(open.stages.first.frame)}), other editor ${milliseconds(open.first.plain)}`);
    for (const [name, size] of Object.entries(sizes)) console.log(`  dist/${name.padEnd(22)} ${size === null ? '–' : `${(size / 1000).toFixed(0)} KB`}`);
    check('measured: event-loop delay while a million steps stream', tenMillion.samples > 100 && million.samples > 10 && million.p99 >= 0);
    check('measured: time to a painted lab', open.lab > 0 && open.plain > 0 && open.own !== null);
    check('the host bundle is under 250 KB', sizes['extension.js'] < 250_000);
  } catch (error) {
    check('host benchmark', false, error);
  }
}

for (const { name, status, error } of tests) if (status === 'failed') console.error(`✗ ${name}${error ? `\n${error}` : ''}`);
writeResults(path.join(root, 'test-results', 'bench.json'), 'bench', tests);
const failed = tests.filter(({ status }) => status === 'failed').length;
console.log(`\nbench: ${tests.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
