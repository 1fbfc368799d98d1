// Schemas that several resources of the API share. Inputs are lenient where FlowG's are: unknown keys are ignored, lists and
// maps may be null. Answers are strict.

import { z } from "zod";
import { SCOPES } from "../records/auth/scopes.js";
import { NODE_TYPES } from "../records/config/flow-nodes.js";
import { notText } from "../records/logs/field-value.js";
import { LogBatch } from "../records/logs/log-batch.js";
import { type Fields, WrittenFields } from "../records/logs/written-fields.js";
import { NAME_MAX_BYTES, nameProblem } from "../records/names.js";

export const success = z
  .literal(true)
  .meta({ description: "Always true, since errors have another form." });

/** The answer of an operation without a result. */
export const done = z.object({ success }).meta({ id: "Done" });
export const DONE = { success: true } as const;

/** The input of a procedure without parameters: any parameter is refused. */
export const nothing = z.object({});

/** A flag in a JSON body. */
export const flag = (description: string, isOn = false) =>
  z.boolean().default(isOn).meta({ description });

/** A query parameter that is `true` or `false`. */
export const flagParameter = (description: string, isOn = false) =>
  z
    .stringbool()
    .default(isOn)
    .meta({ description, override: { type: "boolean", default: isOn } });

/** Asks a list for warnings, for which it reads every item. */
export const withWarnings = z.object({
  warnings: flagParameter("Whether to say which of them do not work on this server."),
});

export const warnings = z
  .array(z.string())
  .optional()
  .meta({ description: "What does not work on this server, in at most 23 sentences." });

/** The answer of saving something that may not work. */
export const saved = z.object({ success, warnings }).meta({ id: "Saved" });

/** The answer of deleting an item that pipelines may still name. */
export const deleted = z.object({ success, warnings }).meta({ id: "Deleted" });

/** @param told sentences; undefined where there is nothing to say */
export function withSentences(...told: (string | undefined)[]): z.infer<typeof saved> {
  const warnings = told.filter((sentence) => sentence !== undefined);
  return warnings.length === 0 ? DONE : { success: true, warnings };
}

const NO_ADMIN = "Go on although no user, no role, or nobody who may administer is left.";

/** Whether a change may leave no administrator; a member of the body. */
export const allowNoAdmin = z.boolean().nullish().meta({ description: NO_ADMIN });

/** Like `allowNoAdmin`, as a query parameter. */
export const allowNoAdminParameter = flagParameter(NO_ADMIN);

/** Puts this JSON schema into the document, in place of the generated one. */
export function shown(json: Record<string, unknown>) {
  return {
    override: ({ jsonSchema }: { jsonSchema: object }) => {
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      Object.assign(jsonSchema, json);
    },
  };
}

/** A name of a user, role, stream, … */
export function name(what: string) {
  return z
    .string()
    .superRefine((value, context) => {
      const problem = nameProblem(value);
      if (problem) context.addIssue({ code: "custom", message: `the ${what} name ${problem}` });
    })
    .meta({
      description: `The ${what}'s name: 1 to ${NAME_MAX_BYTES} bytes of UTF-8, no control characters.`,
      override: {
        minLength: 1,
        maxLength: NAME_MAX_BYTES,
        pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
      },
    });
}

/**
 * A map with any strings as keys. It is checked without a copy, since `z.record` would drop a key named `__proto__`, which is a
 * field name like any other.
 */
function mapOf<T>(
  isValue: (value: unknown) => boolean,
  {
    wanted,
    items,
    wrongValue,
  }: {
    wanted: string;
    items: Record<string, unknown>;
    wrongValue: (value: unknown) => string;
  },
) {
  return (z.any() as z.ZodType<Record<string, T>>)
    .superRefine((map: unknown, context) => {
      // they were checked when they were written
      if (map instanceof WrittenFields || map instanceof LogBatch) return;
      if (typeof map !== "object" || map === null || Array.isArray(map)) {
        const message =
          map === undefined
            ? `is missing: it must be an object with ${wanted}`
            : `must be an object with ${wanted}`;
        context.addIssue({ code: "custom", message });
        return;
      }
      const wrong = Object.entries(map).find(([, value]) => !isValue(value));
      if (wrong)
        context.addIssue({ code: "custom", path: [wrong[0]], message: wrongValue(wrong[1]) });
    })
    .meta(shown({ type: "object", additionalProperties: items }));
}

const texts = (wrongValue: (value: unknown) => string) =>
  mapOf<string>((value) => typeof value === "string", {
    wanted: "strings",
    items: { type: "string" },
    wrongValue,
  });

/** A map of strings. Errors don't repeat its values, which may be secrets. */
export const textMap = () => texts(() => "must be a string: put it in quotes");

export const record = texts(notText).meta({
  description: "The log's fields: any names, each with a string.",
});

/** A record that may also come as written fields or as a batch of logs: see `fieldsIn` and `batchIn`. */
export const recordToStore = record as z.ZodType<Fields | WrittenFields | LogBatch>;

export const user = z.object({ name: z.string(), roles: z.array(z.string()) }).meta({ id: "User" });

export const scope = z.enum(SCOPES).meta({ id: "Scope" });

/** Takes absent and null as an empty value, as FlowG does. */
function orEmpty<T extends z.ZodType>(empty: z.input<T>, schema: T) {
  return z.preprocess((value) => value ?? empty, schema).prefault(empty);
}

const integer = z.int().meta({ override: { format: "int64" } });

export const streamConfigInput = z
  .object({
    ttl: integer.default(0).meta({ description: "Seconds to keep an entry; 0 or less: for ever." }),
    size: integer.default(0).meta({ description: "MiB to keep; 0 or less: no limit." }),
    indexed_fields: orEmpty([], z.array(z.string())).meta({
      description: "Fields whose values are indexed, so that a filter on them is fast.",
    }),
  })
  .meta({ id: "StreamConfigInput" });

export const streamConfig = z
  .object({ ttl: integer, size: integer, indexed_fields: z.array(z.string()) })
  .meta({ id: "StreamConfig" });

export const streamConfigs = mapOf<z.output<typeof streamConfig>>(
  (value) => streamConfig.safeParse(value).success,
  {
    wanted: "stream configurations",
    items: { $ref: "#/components/schemas/StreamConfig" },
    wrongValue: () => "must be a stream configuration",
  },
);

export const valueLists = mapOf<string[]>(
  (value) => Array.isArray(value) && value.every((text) => typeof text === "string"),
  {
    wanted: "lists of strings",
    items: { type: "array", items: { type: "string" } },
    wrongValue: () => "must be a list of strings",
  },
);

// The config store checks a flow or webhook further, and explains its refusals.

const version = z
  .int()
  .nullish()
  .meta(
    shown({
      // not an enum, since some generators of clients fail on one with null
      type: ["integer", "null"],
      minimum: 0,
      maximum: 1,
      description: "Of the format: 1.",
    }),
  );
const position = z.object({ x: z.number(), y: z.number() });

export const flowInput = z
  .object({
    version,
    nodes: orEmpty(
      [],
      z.array(
        z.object({
          id: z.string().min(1),
          type: z.string().meta(shown({ type: "string", enum: NODE_TYPES })),
          position: position.nullish(),
          data: textMap().nullish(),
        }),
      ),
    ),
    edges: orEmpty(
      [],
      z.array(
        z.object({
          id: z.string(),
          source: z.string(),
          sourceHandle: z.string().nullish(),
          target: z.string(),
        }),
      ),
    ),
  })
  .meta({
    id: "FlowInput",
    description:
      "Source, transform and switch nodes pass logs on; pipeline, alert and router nodes take them. " +
      "`data` says what a node works with: `type`, `transformer`, `condition`, `pipeline`, `alert` or `stream`.",
  });

export const flow = z
  .object({
    version: z.int(),
    nodes: z.array(z.object({ id: z.string(), type: z.string(), position, data: textMap() })),
    edges: z.array(
      z.object({
        id: z.string(),
        source: z.string(),
        sourceHandle: z.string(),
        target: z.string(),
      }),
    ),
  })
  .meta({ id: "Flow", description: "A pipeline's graph: nodes, and edges that logs take." });

const serviceConfig = z
  .looseObject({ type: z.string() })
  .meta({ description: "Of a forwarder to a service: its settings, as `/forwarders` has them." });

export const webhookInput = z
  .object({
    version,
    url: z.string().meta(shown({ type: "string", format: "uri", description: "http or https." })),
    headers: textMap().nullish(),
    config: serviceConfig.nullish(),
  })
  .meta({ id: "WebhookInput" });

export const webhook = z
  .object({
    version: z.int(),
    url: z.string(),
    headers: textMap(),
    type: z.string().optional().meta({ description: "Of a forwarder to a service: its kind." }),
    config: serviceConfig.optional(),
  })
  .meta({ id: "Webhook", description: "Where an alert is posted to." });
