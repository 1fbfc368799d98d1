// Describes what an operation takes: text, lines, one file, or nothing.

import type { Json, PathOperation } from "./operation.js";

const MIME_MULTIPART = "multipart/form-data";
const MIME_TEXT = "text/plain";
const MIME_LINES = "application/x-ndjson";

/** Removes the body of an operation that takes none. */
export function dropEmptyBody(operation: PathOperation): void {
  const [body] = Object.values(operation.requestBody?.content ?? {});
  const schema = body?.schema as { properties?: Json } | undefined;
  if (schema && Object.keys(schema.properties ?? {}).length === 0 && !("$ref" in schema))
    delete operation.requestBody;
}

/** Describes a body of plain text. */
export function takeText(operation: PathOperation, example: unknown): void {
  const schema = { type: "string" };
  operation.requestBody = { required: true, content: { [MIME_TEXT]: { schema, example } } };
}

/**
 * Adds that the body may be many logs, one on each line. The description alone mentions an array, because generators of clients
 * fail on a schema of both.
 */
export function takeLines({ requestBody }: PathOperation): void {
  if (requestBody)
    requestBody.content[MIME_LINES] = {
      schema: { type: "string", description: "A JSON object of strings on each line." },
      example: '{"level":"info","message":"hello"}\n{"level":"info","message":"good bye"}\n',
    };
}

/** Moves the description of a parameter from its schema to the parameter, where readers of documents look for it. */
export function sayOfParameters(operation: PathOperation): void {
  for (const parameter of operation.parameters ?? []) {
    const { schema } = parameter as { schema?: Json };
    if (typeof schema?.description !== "string") continue;
    const { description, ...rest } = schema;
    Object.assign(parameter, { description, schema: rest });
  }
}

/** Describes an upload: one file in the body, and options in the query. */
export function takeFile(operation: PathOperation): void {
  const [body] = Object.values(operation.requestBody?.content ?? {});
  const schema = body?.schema as { properties: Record<string, Json>; required?: string[] };
  const { backup, ...options } = schema.properties;
  const parameters = Object.entries(options).map(([name, { description, ...option }]) => ({
    name,
    in: "query",
    description: description as string,
    schema: option,
  }));
  operation.parameters = [...(operation.parameters ?? []), ...parameters];
  operation.requestBody = {
    required: true,
    content: {
      [MIME_MULTIPART]: {
        schema: {
          type: "object",
          properties: { backup },
          required: ["backup"],
          additionalProperties: false,
        },
      },
    },
  } as PathOperation["requestBody"] & Json;
}
