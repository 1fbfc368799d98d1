// Times as people write them.

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/i;

/**
 * Reads an RFC 3339 time with its zone, or a date, which means its first moment in UTC.
 * @returns milliseconds since 1970; undefined if it is neither
 */
export function momentOrDay(text: string): number | undefined {
  const day = MOMENT.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return undefined;
  const ms = Date.parse(text.toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether a day is in the calendar: the 30th of February would be taken for the 2nd of March. */
export function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
