// Reads and writes times in the form of FlowG's syslog fields, as Go prints a time.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const RFC3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const STAMP = /^([A-Z][a-z]{2}) ([ \d]\d) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;
/** A stamp has no year. One that is further ahead than this is from last year. */
const AHEAD_MS = 31 * 24 * 3600_000;

/** Go prints an unset time like this. */
export const NO_TIME = "0001-01-01 00:00:00 +0000 UTC";

/** Reads RFC 3339 as RFC 5424 writes it (section 6.2.3); undefined if the text is something else. */
export function readRfc3339(text: string): string | undefined {
  const [all, year, month, day, hour, minute, second, fraction = "", zone = ""] =
    RFC3339.exec(text) ?? [];
  if (all === undefined) return undefined;
  const digits = fraction.replace(/0+$/, "");
  const offset = zone === "Z" ? "+0000" : zone.replace(":", "");
  const name = /^[+-]0000$/.test(offset) ? "UTC" : offset;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${digits && `.${digits}`} ${offset} ${name}`;
}

/** Reads `Oct 11 22:14:15`, as RFC 3164 writes it (section 4.1.2), as UTC. */
export function readStamp(text: string, nowMs: number): string | undefined {
  const [all, name = "", day, hour, minute, second] = STAMP.exec(text) ?? [];
  const month = MONTHS.indexOf(name);
  if (all === undefined || month < 0) return undefined;
  const of = (year: number) =>
    Date.UTC(year, month, Number(day), Number(hour), Number(minute), Number(second));
  const year = new Date(nowMs).getUTCFullYear();
  const ms = of(year) > nowMs + AHEAD_MS ? of(year - 1) : of(year);
  return Number(day) === 0 ? undefined : goTime(ms);
}

/** Writes a time with whole seconds, in UTC. */
export const goTime = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
