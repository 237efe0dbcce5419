const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400_000], ['month', 30 * 86_400_000], ['week', 7 * 86_400_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000],
];

/** "now", "5 min. ago", "yesterday" in the language; milliseconds since 1970. */
export function relativeTime(then: number, now: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const past = Math.max(0, now - then);
  const unit = UNITS.find(([, length]) => past >= length);
  return unit ? format.format(-Math.floor(past / unit[1]), unit[0]) : format.format(0, 'second');
}

/** Day and time, to the second. */
export function fullTime(then: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(then);
}

/** The time, and the day where it is another than that of `now`. */
export function shortTime(then: number, now: number, locale: string): string {
  const sameDay = new Date(then).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(locale, sameDay ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' }).format(then);
}
