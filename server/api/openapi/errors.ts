// Describes the errors of an operation, by status.

import { ERROR_CODES, type ErrorCode } from "../../platform/errors.js";
import type { RestMeta } from "../rest.js";
import { HTTP_STATUS } from "../status.js";
import type { ProcedureMeta } from "../trpc.js";
import { type Json, MIME_JSON } from "./operation.js";

/**
 * Errors that every operation can answer. The first use of a token that FlowG made writes its new hash, so these include errors
 * of writes.
 */
const EVERYWHERE: readonly ErrorCode[] = [
  "INPUT_INVALID",
  "RATE_LIMITED",
  "INTERNAL",
  "DATABASE_DAMAGED",
  "BUSY",
  "DATABASE_REPLACED",
  "DATABASE_UNAVAILABLE",
  "DISK_FULL",
];

export function errorsOf({
  access,
  openapi: { method },
  operation: { errors, changesNothing },
  rawBody,
}: ProcedureMeta & RestMeta): Record<string, Json> {
  const codes = new Set<ErrorCode>([...(errors ?? []), ...EVERYWHERE]);
  const mayHaveBody = method === "POST" || method === "PUT";
  if (mayHaveBody) codes.add("INPUT_TOO_LARGE").add("MEDIA_TYPE_UNSUPPORTED");
  if (access !== "anyone") codes.add("UNAUTHENTICATED");
  if (Array.isArray(access)) codes.add("PERMISSION_DENIED");
  // the caller's rights may have changed by the time of the write
  const writes = method !== "GET" && !changesNothing;
  if (writes && access !== "anyone") codes.add("CONFLICT").add("PERMISSION_DENIED");
  // it uses files beside the data
  const isBackup = rawBody?.kind === "download" && rawBody.backup !== undefined;
  if (rawBody?.kind === "upload" || isBackup) codes.add("FILE_UNAVAILABLE");
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = HTTP_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, codes]) => [String(status), errorAnswerOf(codes)]),
  );
}

function errorAnswerOf(codes: readonly ErrorCode[]): Json {
  const text = codes.map((code) => `${ERROR_CODES[code]} (\`${code}\`)`).join("; ");
  const [code = "INTERNAL"] = codes;
  return {
    description: `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
    content: {
      [MIME_JSON]: {
        schema: { $ref: "#/components/schemas/Error" },
        example: {
          success: false,
          code,
          message: ERROR_CODES[code],
          requestId: "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11",
        },
      },
    },
  };
}

export const ERROR_SCHEMA = {
  type: "object",
  description: "Every error.",
  properties: {
    success: { type: "boolean", const: false },
    code: {
      type: "string",
      description: "Stable, for programs.",
      enum: Object.keys(ERROR_CODES),
    },
    message: { type: "string", description: "What was wrong, and where." },
    hint: { type: "string", description: "What to do about it." },
    issues: {
      type: "array",
      description: "What is wrong with the input, one by one.",
      items: {
        type: "object",
        properties: {
          path: { type: "string", description: "Where in the input; empty for the whole." },
          message: { type: "string" },
        },
        required: ["path", "message"],
        additionalProperties: false,
      },
    },
    details: {
      type: "object",
      description: "Facts for programs: offsets, counts, missing scopes.",
      additionalProperties: true,
    },
    requestId: { type: "string", description: "Names the request in the server's log." },
  },
  required: ["success", "code", "message", "requestId"],
  additionalProperties: false,
};
