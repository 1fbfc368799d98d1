// Reads ExportLogsServiceRequest in JSON (opentelemetry.io, OTLP Specification, JSON Protobuf Encoding): names in camelCase,
// ids in hexadecimal digits, integers of 64 bits as texts or numbers, enums as numbers. It also takes names in snake_case.

import { isObject } from "../../platform/json-object.js";
import { parseWellFormed } from "../../records/well-formed-json.js";
import {
  Budget,
  DEEPEST,
  type OnRecord,
  OtlpFault,
  type OtlpRecord,
  type OtlpValue,
  type Pairs,
} from "./otlp-value.js";

type Message = Record<string, unknown>;

/**
 * Reads a message, and calls `onRecord` with each record.
 * @throws OtlpFault
 */
export function readOtlpJson(text: string, onRecord: OnRecord): void {
  const budget = new Budget();
  for (const resourceLogs of messages(parsed(text), "resourceLogs")) {
    budget.take();
    const resource = pairsOf(message(resourceLogs, "resource"), budget);
    for (const scopeLogs of messages(resourceLogs, "scopeLogs")) {
      budget.take();
      const scope = message(scopeLogs, "scope");
      const origin = {
        resource,
        scope: {
          name: textIn(scope, "name"),
          version: textIn(scope, "version"),
          attributes: pairsOf(scope, budget),
        },
      };
      for (const record of messages(scopeLogs, "logRecords")) {
        budget.take();
        onRecord(recordOf(record, budget), origin);
      }
    }
  }
}

function parsed(text: string): Message {
  let value: unknown;
  try {
    value = parseWellFormed(text);
  } catch (error) {
    throw new OtlpFault("not-otlp", (error as Error).message);
  }
  if (isObject(value)) return value;
  throw new OtlpFault("not-otlp", "it must be a JSON object");
}

function recordOf(record: Message, budget: Budget): OtlpRecord {
  return {
    timeUnixNano: integer(record, "timeUnixNano"),
    observedTimeUnixNano: integer(record, "observedTimeUnixNano"),
    severityNumber: Number(integer(record, "severityNumber")),
    severityText: textIn(record, "severityText"),
    body: valueIn(get(record, "body"), "body", { budget, depth: 0 }),
    attributes: pairsOf(record, budget),
    droppedAttributesCount: Number(integer(record, "droppedAttributesCount")),
    flags: Number(integer(record, "flags")),
    traceId: textIn(record, "traceId").toLowerCase(),
    spanId: textIn(record, "spanId").toLowerCase(),
    eventName: textIn(record, "eventName"),
  };
}

interface Within {
  budget: Budget;
  depth: number;
}

const pairsOf = (of: Message, budget: Budget): Pairs =>
  keyValues(messages(of, "attributes"), { budget, depth: 0 });

const keyValues = (list: readonly Message[], within: Within): Pairs =>
  list.map((pair) => [textIn(pair, "key"), valueIn(get(pair, "value"), "value", within)]);

function valueIn(value: unknown, name: string, { budget, depth }: Within): OtlpValue {
  budget.take(depth);
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw wrong(name, "an object");
  const inner = { budget, depth: depth + 1 };
  if (has(value, "stringValue")) return textIn(value, "stringValue");
  if (has(value, "boolValue")) return get(value, "boolValue") === true;
  if (has(value, "intValue")) return integer(value, "intValue");
  if (has(value, "doubleValue")) return Number(get(value, "doubleValue"));
  if (has(value, "bytesValue")) return Buffer.from(textIn(value, "bytesValue"), "base64");
  if (has(value, "arrayValue"))
    return {
      list: list(message(value, "arrayValue"), "values").map((one) =>
        valueIn(one, "values", inner),
      ),
    };
  if (has(value, "kvlistValue"))
    return { pairs: keyValues(messages(message(value, "kvlistValue"), "values"), inner) };
  return undefined;
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function get(of: Message, name: string): unknown {
  return Object.hasOwn(of, name) ? of[name] : of[snake(name)];
}

const has = (of: Message, name: string): boolean => (get(of, name) ?? null) !== null;

/** A member that is a message; where it is absent or null, the empty message, as in protobuf. */
function message(of: Message, name: string): Message {
  const value = get(of, name) ?? {};
  if (isObject(value)) return value;
  throw wrong(name, "an object");
}

function list(of: Message, name: string): unknown[] {
  const value = get(of, name) ?? [];
  if (Array.isArray(value)) return value;
  throw wrong(name, "an array");
}

function messages(of: Message, name: string): Message[] {
  return list(of, name).map((value) => {
    if (isObject(value)) return value;
    throw wrong(name, "an array of objects");
  });
}

function textIn(of: Message, name: string): string {
  const value = get(of, name) ?? "";
  if (typeof value === "string") return value;
  throw wrong(name, "a string");
}

function integer(of: Message, name: string): bigint {
  const value = get(of, name) ?? 0;
  const isNumber = typeof value === "number" && Number.isInteger(value);
  if (isNumber || (typeof value === "string" && /^-?\d{1,20}$/.test(value))) return BigInt(value);
  throw wrong(name, "an integer");
}

const wrong = (name: string, wanted: string): OtlpFault =>
  new OtlpFault("not-otlp", `${name} must be ${wanted}`);

/**
 * The deepest JSON of a message. Each level of a value takes up to four levels of JSON, and the message around it some more.
 */
export const OTLP_JSON_DEPTH = 4 * DEEPEST + 20;
