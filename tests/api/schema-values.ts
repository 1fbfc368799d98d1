// Values from the JSON schemas of the OpenAPI document: those that fit, and those that do not quite.

import fc from "fast-check";

export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

export type Schemas = Record<string, Schema>;

/** Strings that have broken something somewhere. */
const awkward = fc.constantFrom(
  "%",
  "%00",
  "../..",
  "__proto__",
  "constructor",
  "null",
  "true",
  "\u{1F4A9}",
  "ＡＢＣ",
  "a:b",
  "'\"`",
  "<script>",
  "-1",
  "1e400",
  "\\",
  "\u202e",
  "a|b",
  "{x}",
);
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  awkward,
);

/** A value that the schema describes. */
export function fitting(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  if (schema.$ref) return fitting(schemas[schema.$ref.split("/").pop() ?? ""] ?? {}, schemas);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fitting(one, schemas)));
  const types = [schema.type ?? "object"].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, schemas)));
}

function ofType(type: string, schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.maxSafeInteger().map((n) => clamp(n, schema));
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "string":
      return textOf(schema);
    case "array":
      return fc.array(fitting(schema.items ?? {}, schemas), { maxLength: 4 });
    default:
      return objectOf(schema, schemas);
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === "date-time")
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") })
      .map((date) => date.toISOString());
  if (format === "uuid") return fc.uuid();
  // nobody listens there
  if (format === "uri") return fc.constantFrom("http://127.0.0.1:1/", "https://[::1]:1/x?y");
  const matches = pattern === undefined ? undefined : new RegExp(pattern, "u");
  return text.filter((value) => {
    const { length } = [...value];
    return length >= minLength && length <= maxLength && (matches?.test(value) ?? true);
  });
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  schemas: Schemas,
): fc.Arbitrary<unknown> {
  const named = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, fitting(schema, schemas)]),
  );
  const known = fc.record(named, { requiredKeys: required });
  if (typeof additionalProperties !== "object") return known;
  const entries = fc.array(fc.tuple(text, fitting(additionalProperties, schemas)), {
    maxLength: 4,
  });
  return fc
    .tuple(known, entries)
    .map(([object, more]) => Object.fromEntries([...Object.entries(object), ...more]));
}

const clamp = (n: number, { minimum = -Infinity, maximum = Infinity }: Schema): number =>
  Math.min(Math.max(n, minimum), maximum);

/** Any JSON at all, or a fitting value with one thing about it changed. */
export function misfitting(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 2 });
  const changed = fc
    .tuple(fitting(schema, schemas), fc.nat(), anything)
    .map(([value, at, other]) => replaceOne(value, at, other));
  return fc.oneof({ weight: 1, arbitrary: anything }, { weight: 3, arbitrary: changed });
}

/** Replaces some part of a value, deep or shallow. */
function replaceOne(value: unknown, at: number, other: unknown): unknown {
  if (typeof value !== "object" || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[at % (keys.length + 1)];
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string, unknown>;
  const deeper = replaceOne(copy[key], Math.floor(at / (keys.length + 1)), other);
  Object.defineProperty(copy, key, {
    value: deeper,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return copy;
}
