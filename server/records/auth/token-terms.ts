// The terms of a token: a name for people, and the moment at which it ends.

import { FlowgError } from "../../platform/errors.js";
import { checkName } from "../names.js";
import { isDay } from "../times.js";

/** The terms that a user asks for. */
export interface TokenWishes {
  /** The name that people see in lists and in the audit trail. */
  name?: string | undefined;
  /** How long from now: `30d`, `1h30m`. */
  expiresIn?: string | undefined;
  /** RFC 3339. */
  expiresAt?: string | undefined;
}

/** The terms as a record holds them. */
export interface TokenTerms {
  name?: string;
  /** RFC 3339 in UTC with milliseconds; from then on the token authenticates nobody. */
  expires?: string;
}

const SECOND_MS = 1_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: 86_400 * SECOND_MS,
  w: 7 * 86_400 * SECOND_MS,
};
const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
const DURATION = /^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|[smhdw]))+$/;
/** RFC 3339 has no later year. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const HINT = "write a length of time, 30d or 1h30m, or a moment, 2027-01-31T00:00:00Z";

/** @throws INPUT_INVALID */
export function tokenTerms({ name, expiresIn, expiresAt }: TokenWishes, now: number): TokenTerms {
  if (name !== undefined) checkName("token", name);
  const ms = endOf({ expiresIn, expiresAt }, now);
  return {
    ...(name !== undefined && { name }),
    ...(ms !== undefined && { expires: new Date(ms).toISOString() }),
  };
}

/** When a token ends, in milliseconds since 1970; infinity for a token that never does. */
export const endsAt = ({ expires }: { expires?: string | undefined }): number =>
  expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires);

function endOf({ expiresIn, expiresAt }: TokenWishes, now: number): number | undefined {
  if (expiresIn !== undefined && expiresAt !== undefined) {
    throw new FlowgError(
      "INPUT_INVALID",
      "a length of time and a moment of expiry exclude each other",
      {
        hint: "give one of them",
      },
    );
  }
  const given = expiresIn ?? expiresAt;
  if (given === undefined) return undefined;
  const ms = expiresIn === undefined ? moment(given) : now + duration(given);
  if (ms <= now) throw wrong(given, "it is not in the future");
  if (ms > LAST_MS) throw wrong(given, "it is after the year 9999");
  return ms;
}

function duration(text: string): number {
  if (!DURATION.test(text)) throw wrong(text, "it is not a length of time");
  let ms = 0;
  for (const [, amount, unit = ""] of text.matchAll(/([\d.]+)([a-z]+)/g))
    ms += Number(amount) * (UNITS_MS[unit] ?? 0);
  return Math.round(ms);
}

function moment(text: string): number {
  const day = MOMENT.exec(text)?.[1];
  const ms = Date.parse(text);
  if (day !== undefined && !Number.isNaN(ms) && isDay(day)) return ms;
  throw wrong(text, "it is not an RFC 3339 time with a zone");
}

const wrong = (given: string, why: string) =>
  new FlowgError(
    "INPUT_INVALID",
    `the expiry ${JSON.stringify(given.slice(0, 64))} can't be taken: ${why}`,
    {
      hint: HINT,
    },
  );
