// The body of OpenTelemetry's logs: JSON or protobuf, which may be compressed.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { OtlpForm } from "../operations/otlp/otlp-batch.js";
import { FlowgError } from "../platform/errors.js";
import type { LogBatch } from "../records/logs/log-batch.js";
import { JSON_TYPE, readBatch, receiveBody } from "./body.js";

const PROTOBUF_TYPE = /^application\/(?:x-)?protobuf\s*(?:;|$)/i;

/** The form that the request's type names; undefined for another type. */
export function otlpFormOf({ headers }: IncomingMessage): OtlpForm | undefined {
  const type = headers["content-type"] ?? "";
  if (PROTOBUF_TYPE.test(type)) return "otlp-protobuf";
  return JSON_TYPE.test(type) ? "otlp-json" : undefined;
}

/**
 * Reads the body.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export async function readOtlpBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<LogBatch> {
  const form = otlpFormOf(request);
  if (form === undefined) {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not declared as logs of OTLP", {
      hint: "send the header `Content-Type: application/x-protobuf`, or `application/json`",
    });
  }
  return await readBatch(await receiveBody(request, response, { inflate: true }), form);
}
