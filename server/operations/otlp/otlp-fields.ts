// Turns an OpenTelemetry log into FlowG's fields. Names and texts are those of FlowG v0.33 and later: the facts of a record by
// their names, attributes as `attr.NAME`. FlowG drops the resource and the scope of a log, and lists and maps. Here they are
// kept: as `resource.attr.NAME`, `scope.name` and so on, and with one field for each part of a list or map.

import { NestedFields } from "../../records/logs/nested-fields.js";
import type { OtlpOrigin, OtlpRecord, OtlpValue, Pairs } from "./otlp-value.js";

type Fields = Record<string, string>;

/**
 * Makes the fields of an origin, which many logs share.
 * @throws RangeError
 */
export function originFields({ resource, scope }: OtlpOrigin): [string, string][] {
  const fields = new NestedFields();
  addPairs(fields, "resource.attr.", resource);
  if (scope.name !== "") fields.add("scope.name", scope.name);
  if (scope.version !== "") fields.add("scope.version", scope.version);
  addPairs(fields, "scope.attr.", scope.attributes);
  return fields.pairs;
}

/**
 * Makes all fields of a log.
 * @throws RangeError if they are too many
 */
export function otlpFields(record: OtlpRecord, origin: readonly [string, string][]): Fields {
  const fields = new NestedFields();
  for (const [name, value] of origin) fields.add(name, value);
  const facts = [
    ["time_unix_nano", String(record.timeUnixNano)],
    ["observed_time_unix_nano", String(record.observedTimeUnixNano)],
    ["severity_number", severityName(record.severityNumber)],
    ["severity_text", record.severityText],
    ["dropped_attributes_count", String(record.droppedAttributesCount)],
    ["flags", String(record.flags)],
    ["trace_id", record.traceId],
    ["span_id", record.spanId],
    ["event_name", record.eventName],
  ] as const;
  for (const [name, value] of facts) fields.add(name, value);
  addValue(fields, "body", record.body);
  addPairs(fields, "attr.", record.attributes);
  return Object.fromEntries(fields.pairs);
}

function addPairs(fields: NestedFields, prefix: string, pairs: Pairs): void {
  for (const [name, value] of pairs) addValue(fields, prefix + name, value);
}

function addValue(fields: NestedFields, name: string, value: OtlpValue): void {
  if (typeof value === "object" && "list" in value)
    for (const [i, one] of value.list.entries()) addValue(fields, `${name}.${i}`, one);
  else if (typeof value === "object" && "pairs" in value) addPairs(fields, `${name}.`, value.pairs);
  else fields.add(name, textOf(value));
}

/** Writes a value as Go does by default, and so FlowG. */
function textOf(value: Exclude<OtlpValue, { list: unknown } | { pairs: unknown }>): string {
  if (value === undefined) return "";
  if (typeof value === "number") return decimal(value);
  if (value instanceof Uint8Array) return `[${value.join(" ")}]`;
  return String(value);
}

/** Writes a number with six decimals, if it needs no more. */
function decimal(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const fixed = Math.abs(value) < 1e21 ? value.toFixed(6) : String(value);
  return Number(fixed) === value ? fixed : String(value);
}

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** The name of a severity in the protocol's enum. */
function severityName(number: number): string {
  if (number === 0) return "SEVERITY_NUMBER_UNSPECIFIED";
  const level = LEVELS[Math.floor((number - 1) / 4)];
  if (level === undefined) return String(number);
  const step = (number - 1) % 4;
  return `SEVERITY_NUMBER_${level}${step === 0 ? "" : step + 1}`;
}
