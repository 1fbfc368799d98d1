// The OpenAPI document as tests read it, and whether a value is what it describes.

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { CodeSample } from "../../server/api/code-samples.js";
import { openApiDocument } from "../../server/api/openapi/document.js";
import { FLOWG_VERSION } from "../../server/platform/version.js";
import type { Schema, Schemas } from "./schema-values.js";

export interface Media {
  schema: Schema;
  example?: unknown;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  "x-codeSamples": CodeSample[];
  responses: Record<string, { description: string; content: Record<string, Media> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Schemas };
}

export const JSON_TYPE = "application/json";
export const document = JSON.parse(JSON.stringify(openApiDocument(FLOWG_VERSION))) as Document;
export const { schemas } = document.components;

export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation,
  })),
);

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: "document", components: { schemas } });

/** What is wrong with a value, or null. */
export function problem(schema: Schema, value: unknown): string | null {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
  return validate(value) ? null : ajv.errorsText(validate.errors);
}
