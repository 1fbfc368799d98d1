// The answers that Elasticsearch would give: shippers look at its version and license before they send anything.

import { HTTP_STATUS } from "../../api/status.js";
import type { ErrorCode } from "../../platform/errors.js";
import { type ErrorForm, errorAnswer } from "../error-answer.js";

/** The version to claim, since shippers refuse servers that are older than themselves. */
const VERSION = "8.19.0";

export const INFO = {
  name: "flowg",
  cluster_name: "flowg",
  cluster_uuid: "flowgflowgflowgflowg00",
  version: {
    number: VERSION,
    build_flavor: "default",
    build_type: "docker",
    build_hash: "flowg",
    build_date: "2025-01-01T00:00:00.000Z",
    build_snapshot: false,
    lucene_version: "9.12.2",
    minimum_wire_compatibility_version: "7.17.0",
    minimum_index_compatibility_version: "7.0.0",
  },
  tagline: "You Know, for Search",
};

export const LICENSE = {
  license: { status: "active", uid: "flowg", type: "basic", mode: "basic", issuer: "flowg" },
  features: {},
};

export const HEALTH = {
  cluster_name: "flowg",
  status: "green",
  timed_out: false,
  number_of_nodes: 1,
  number_of_data_nodes: 1,
};

export const REFRESHED = { _shards: { total: 1, successful: 1, failed: 0 } };

const TYPES: Partial<Record<ErrorCode, string>> = {
  INPUT_INVALID: "document_parsing_exception",
  INPUT_TOO_LARGE: "document_parsing_exception",
  UNAUTHENTICATED: "security_exception",
  PERMISSION_DENIED: "security_exception",
  NOT_FOUND: "index_not_found_exception",
  BUSY: "es_rejected_execution_exception",
  RATE_LIMITED: "es_rejected_execution_exception",
};

const typeOf = (code: string): string => TYPES[code as ErrorCode] ?? "exception";

/** The form of the error of a whole request. It includes the members of the API's own errors. */
export const elasticForm =
  (requestId: string): ErrorForm =>
  (error) => {
    const status = HTTP_STATUS[error.code];
    const cause = { type: typeOf(error.code), reason: error.message };
    const told = { error: { root_cause: [cause], ...cause }, status };
    const body = Buffer.from(`${JSON.stringify({ ...told, ...errorAnswer(error, requestId) })}\n`);
    return { status, type: "application/json", body, retryAfterSeconds: undefined };
  };

/** The error of one document. Below 500, shippers send a document again only after status 429. */
export function itemError(code: ErrorCode, reason: string): { status: number; error: object } {
  const isBusy = code === "BUSY" || code === "RATE_LIMITED";
  return { status: isBusy ? 429 : HTTP_STATUS[code], error: { type: typeOf(code), reason } };
}
