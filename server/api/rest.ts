// Describes a procedure for HTTP and for the OpenAPI document: its method, its path and its texts.

import type { OpenApiMeta } from "trpc-to-openapi";
import type { ErrorCode } from "../platform/errors.js";
import type { RawBody } from "./raw-bodies.js";

export const API_BASE = "/api/v1";

/** The largest body of settings and names. It holds thousands of names, and an error lists what is wrong with each. */
export const NAMES_BYTES = 2 * 1024 * 1024;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Operation {
  /** FlowG's own operation id. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** Errors beyond those of every operation of its kind, which the document adds by itself. */
  errors?: readonly ErrorCode[];
  /** The status of the answer, if it isn't 200: 202 for an operation that only begins work. */
  status?: 202;
  /** The procedure is called by POST, and writes nothing. */
  changesNothing?: true;
  /** An example of the JSON body, if there is one. */
  request?: unknown;
  /** An example of the answer. */
  response?: unknown;
}

export interface RestMeta {
  openapi: NonNullable<OpenApiMeta["openapi"]>;
  operation: Operation;
  /** The largest JSON body, if that is less than usual: for callers without credentials, and for names. */
  bodyBytes?: number;
  /** The member of a JSON body that is a log's fields. Large fields come as `WrittenFields`. */
  fieldsIn?: string;
  /** The member that a body of many logs replaces. It comes as a `LogBatch`. */
  batchIn?: string;
  /** The member in which OpenTelemetry's logs come, as a `LogBatch`. */
  otlpIn?: string;
  /** The member of the input that holds a body of plain text. */
  textIn?: string;
  /** Set if the body or the answer isn't plain JSON. */
  rawBody?: RawBody;
}

/** The meta of a JSON procedure: `rest("GET", "/users", { id: "list_users", … })`. */
export function rest(method: Method, path: `/${string}`, operation: Operation): RestMeta {
  return {
    openapi: {
      method,
      path: `${API_BASE}${path}`,
      operationId: operation.id,
      summary: operation.summary,
      tags: [operation.tag],
    },
    operation,
  };
}
