// How a procedure shows itself over HTTP: its method and path, and what the OpenAPI document says of it.

import type { OpenApiMeta } from "trpc-to-openapi";
import type { ErrorCode } from "../platform/errors.js";
import type { RawBody } from "./raw-bodies.js";

export const API_BASE = "/api/v1";

/** A body of settings and names, up to thousands of these: what is wrong with each would be told. */
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
  /** The answer's, where it is another than 200: 202 for what only begins. */
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
  /** How large a JSON body may be, where that is less than usual: for callers that have shown no credentials, and for names. */
  bodyBytes?: number;
  /** The member of a JSON body that is a log's fields: where they are large, they come as `WrittenFields`. */
  fieldsIn?: string;
  /** The member that a body of many logs may replace: it comes as a `LogBatch`. */
  batchIn?: string;
  /** The member that OpenTelemetry's logs come as, in a `LogBatch`. */
  otlpIn?: string;
  /** The member of the input that holds the body, where that is plain text. */
  textIn?: string;
  /** Where the body or the answer isn't plain JSON. */
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
