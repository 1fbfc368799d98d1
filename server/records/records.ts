// The records of the three databases: their keys and values, and the rules they must meet to be let in.
// Each item has one key, so that "overwrite what exists, keep what is new" means what a person expects.

import { isUtf8 } from "node:buffer";
import { isObject } from "../platform/json-object.js";
import { type Key, key, segments } from "./keys.js";
import { type DatabaseKind, RECORD_KINDS, type RecordKind } from "./kinds.js";
import { FIELD_NAME_MAX_BYTES, nameProblem } from "./names.js";
import { mendJson, parseWellFormed } from "./well-formed-json.js";

/** A record as it is stored and as it travels in a snapshot: plain bytes. */
export interface StoredRecord {
  key: Uint8Array;
  value: Uint8Array;
}

/** `role␛NAME`. Unknown scope names are kept as inert data. */
export interface RoleRecord {
  scopes: string[];
}
/**
 * `user␛NAME`. `passwordHash` is an Argon2id string. Roles need not exist. The limits are scopes: a login with this password,
 * or the role, gives no others (see records/auth/limits). Absent: no limit.
 */
export interface UserRecord {
  passwordHash: string;
  passwordLimit?: string[];
  roles: string[];
  roleLimits?: { role: string; limit: string[] }[];
}
/**
 * `token␛USER␛UUID`. SHA-256 of the whole token text in lower-case hex, or FlowG's Argon2id string. `name` is for people;
 * from `expires` on (RFC 3339, UTC, milliseconds) the token authenticates nobody.
 */
export type TokenRecord = ({ sha256: string } | { legacyHash: string }) & {
  limit?: string[];
  name?: string;
  expires?: string;
};
/** `stream␛NAME`. Seconds and MiB; 0 or less means no limit. */
export interface StreamRecord {
  ttl: number;
  size: number;
  indexed_fields: string[];
}
/** `entry␛STREAM␛MS␛UUID`. `timestamp` is RFC 3339. */
export interface EntryRecord {
  timestamp: string;
  fields: Record<string, string>;
}

export const roleKey = (name: string): Key => key("role", name);
export const userKey = (name: string): Key => key("user", name);
export const tokenKey = (user: string, uuid: string): Key => key("token", user, uuid);
export const transformerKey = (name: string): Key => key("transformer", name);
export const pipelineKey = (name: string): Key => key("pipeline", name);
export const alertKey = (name: string): Key => key("alert", name);
export const streamKey = (name: string): Key => key("stream", name);
export const fieldKey = (stream: string, field: string): Key => key("field", stream, field);
/** @param ms milliseconds since 1970, not negative */
export const entryKey = (stream: string, ms: number, uuid: string): Key =>
  key("entry", stream, entryTime(ms), uuid);
/** Stands before all entries of that millisecond. */
export const entriesFrom = (stream: string, ms: number): Key => key("entry", stream, entryTime(ms));
/** Milliseconds as the 20 digits of an entry's key, so that bytewise order is order of time. */
export const entryTime = (ms: number): string => String(ms).padStart(20, "0");

/** A value in its JSON form. Sets (scopes, roles, indexed fields) are sorted, so equal records are equal bytes. */
export function encodeValue(
  value: RoleRecord | UserRecord | TokenRecord | StreamRecord | EntryRecord,
): Buffer {
  return Buffer.from(mendJson(JSON.stringify(value)));
}

/** All texts in it are well-formed, whatever was stored or restored. */
export function decodeValue<T>(value: Uint8Array): T {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
  return parseWellFormed(text) as T;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TIME = /^0{4}[0-9]{16}$/;

/** The kind a key claims, or undefined if this database has no such kind. */
export function recordKind(database: DatabaseKind, key: Uint8Array): RecordKind | undefined {
  return kindNamed(database, segments(key)[0]);
}

const kindNamed = (database: DatabaseKind, name = ""): RecordKind | undefined =>
  (RECORD_KINDS[database] as readonly string[]).includes(name) ? (name as RecordKind) : undefined;

/** Why a record may not enter `database`, or undefined if it may. Messages name no value: values can be secrets. */
export function recordProblem(database: DatabaseKind, record: StoredRecord): string | undefined {
  const parts = segments(record.key);
  const kind = kindNamed(database, parts[0]);
  if (kind === undefined) return `has the unknown kind "${printable(parts[0] ?? "")}"`;
  if (!isUtf8(record.key)) return "has a key that is not UTF-8";
  const names = parts.slice(1);
  const wanted = kind === "entry" ? 3 : kind === "token" || kind === "field" ? 2 : 1;
  if (names.length !== wanted) return `has a ${kind} key with ${names.length} parts, not ${wanted}`;
  const [name = "", second = "", third = ""] = names;
  const problem =
    nameProblem(name) ?? (kind === "field" ? nameProblem(second, FIELD_NAME_MAX_BYTES) : undefined);
  if (problem) return `has a name that ${problem}`;
  if (kind === "entry" && !TIME.test(second)) return "has a key without a time of 20 digits";
  const uuid = kind === "entry" ? third : kind === "token" ? second : undefined;
  if (uuid !== undefined && !UUID.test(uuid)) return "has a key without a lower-case UUID";
  return valueProblem(kind, record.value);
}

function valueProblem(kind: RecordKind, value: Uint8Array): string | undefined {
  if (kind === "transformer") return undefined;
  if (kind === "field") return value.byteLength === 0 ? undefined : "is a field with a value";
  let parsed: unknown;
  try {
    parsed = decodeValue(value);
  } catch {
    return "has a value that is not JSON";
  }
  if (!isObject(parsed)) return "has a value that is not a JSON object";
  return SHAPES[kind](parsed) ? undefined : `has a value that isn't a valid ${kind}`;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isLimit = (value: unknown): boolean => value === undefined || isTexts(value);
/** Whether it has the one form that we write, so that equal moments are equal bytes. */
const isMoment = (value: unknown): boolean => {
  const ms = isText(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString() === value;
};
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

const SHAPES: Record<
  Exclude<RecordKind, "transformer" | "field">,
  (value: Record<string, unknown>) => boolean
> = {
  role: (value) => isTexts(value.scopes),
  user: ({ passwordHash, passwordLimit, roles, roleLimits = [] }) =>
    isText(passwordHash) &&
    isTexts(roles) &&
    isLimit(passwordLimit) &&
    Array.isArray(roleLimits) &&
    roleLimits.every((one) => isObject(one) && isText(one.role) && isTexts(one.limit)),
  // exactly one of them: with both there would be two ways in, and one could go unseen
  token: ({ sha256, legacyHash, limit, name, expires }) =>
    isLimit(limit) &&
    (name === undefined || (isText(name) && nameProblem(name) === undefined)) &&
    (expires === undefined || isMoment(expires)) &&
    (sha256 === undefined
      ? isText(legacyHash)
      : legacyHash === undefined && isText(sha256) && /^[0-9a-f]{64}$/.test(sha256)),
  pipeline: () => true,
  alert: () => true,
  stream: (value) => isInteger(value.ttl) && isInteger(value.size) && isTexts(value.indexed_fields),
  entry: (value) =>
    isText(value.timestamp) && isObject(value.fields) && Object.values(value.fields).every(isText),
};

/** Makes a text from outside fit for a terminal: shows control characters as text, and cuts it at `most` characters. */
export function printable(text: string, most = 64): string {
  const shown = text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
  return shown.length > most ? `${shown.slice(0, most)}…` : shown;
}
