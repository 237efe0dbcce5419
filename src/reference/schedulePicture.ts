import type { ScheduleFieldInfo, ScheduleInfo } from '../core/optimizers/catalog';
import { resolveSchedule } from '../core/optimizers/scheduleCatalog';
import { createSchedule } from '../core/optimizers/schedules';

const STEPS = 200;

/** What the examples have where the catalog has no default that shows anything within STEPS. */
const VALUES: Readonly<Record<string, unknown>> = {
  initial: 0.1, peak: 0.1, low: 0.02, high: 0.1, steps: STEPS, every: 50, milestones: [60, 120, 160], period: 40, decay: 0.03, warmup: 40, stepUp: 25, patience: 20, then: 0.1,
};
const OWN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  step: { factor: 0.5 }, multiStep: { factor: 0.3 }, exponential: { factor: 0.98 }, polynomial: { power: 2 }, cosineRestarts: { multiplier: 2 }, plateau: { factor: 0.5 },
  warmup: { steps: 40, then: { schedule: 'cosine', initial: 0.1, steps: 160 } },
};

/** A schedule as a file would write it, with numbers that show its shape. */
export function scheduleExample(info: ScheduleInfo): Readonly<Record<string, unknown>> {
  const own = OWN[info.schedule] ?? {};
  const written = (field: ScheduleFieldInfo): unknown => own[field.name] ?? (field.default === undefined || field.name === 'stepUp' || field.name === 'patience' ? VALUES[field.name] : undefined);
  return { schedule: info.schedule, ...Object.fromEntries(info.fields.map((field) => [field.name, written(field)] as const).filter(([, value]) => value !== undefined)) };
}

/** For `plateau`: a loss that falls and then stands still. */
const observedLoss = (step: number): number => Math.max(0.3, 1 - step / 60);

const WIDTH = 460;
const HEIGHT = 150;
const LEFT = 44;
const TOP = 12;
const RIGHT = WIDTH - 12;
const BOTTOM = HEIGHT - 24;

/** The example's rate over its first 200 steps as an SVG document, in colours that can be read on light and on dark. */
export function schedulePicture(info: ScheduleInfo): string {
  const schedule = createSchedule(resolveSchedule(scheduleExample(info), 'torch'));
  const rates: number[] = [];
  for (let t = 0; t <= STEPS; t++) {
    rates.push(schedule.rate(t));
    schedule.observe?.(observedLoss(t));
  }
  const highest = Math.max(...rates);
  const x = (t: number): string => (LEFT + ((RIGHT - LEFT) * t) / STEPS).toFixed(1);
  const y = (rate: number): string => (BOTTOM - ((BOTTOM - TOP) * rate) / highest).toFixed(1);
  const text = (at: string, label: string): string => `<text ${at} font-family="sans-serif" font-size="11" fill="#808890">${label}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${info.schedule}">`,
    `<path d="M${LEFT} ${TOP - 4}V${BOTTOM}H${RIGHT}" fill="none" stroke="#808890" stroke-width="1"/>`,
    `<polyline points="${rates.map((rate, t) => `${x(t)},${y(rate)}`).join(' ')}" fill="none" stroke="#3f8fe0" stroke-width="2" stroke-linejoin="round"/>`,
    text(`x="${LEFT - 6}" y="${Number(y(highest)) + 4}" text-anchor="end"`, String(Number(highest.toPrecision(2)))),
    text(`x="${LEFT - 6}" y="${BOTTOM + 4}" text-anchor="end"`, '0'),
    text(`x="${LEFT - 6}" y="${(TOP + BOTTOM) / 2 + 4}" text-anchor="end" font-style="italic"`, 'γ'),
    text(`x="${x(STEPS / 2)}" y="${HEIGHT - 8}" text-anchor="middle"`, String(STEPS / 2)),
    text(`x="${RIGHT}" y="${HEIGHT - 8}" text-anchor="end"`, `t = ${STEPS}`),
    '</svg>\n',
  ].join('\n');
}
