// Reads a JSON body, when a procedure wants it and not before.

import type { IncomingMessage, ServerResponse } from "node:http";
import express from "express";
import { FlowgError } from "../errors.js";
import { acceptBody, isBodyPending } from "./error-answer.js";

/** Largest JSON body, bytes. */
export const JSON_BODY_BYTES = 16 * 1024 * 1024;
/** How long a client may take to send it. */
const JSON_BODY_MS = 60_000;

const parse = express.json({
  limit: JSON_BODY_BYTES,
  // the type is checked here, with a better message
  type: () => true,
  inflate: false,
  strict: false,
});

/** `application/json`, any case, any parameters, and types like `application/problem+json`. */
const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

/**
 * @returns the object that the body holds; an empty one if there is no body
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Record<string, unknown>> {
  // not "is it complete": a small body is, before anybody reads it
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && Number(length ?? 0) === 0) return {};
  const type = request.headers["content-type"];
  if (type !== undefined && !JSON_TYPE.test(type)) {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not declared as JSON", {
      hint: "send the header `Content-Type: application/json`",
    });
  }
  if (Number(length ?? 0) > JSON_BODY_BYTES) throw tooLarge();
  acceptBody(request, response);
  const body = await receive(request, response);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new FlowgError("INPUT_INVALID", "the body must be a JSON object");
  return body as Record<string, unknown>;
}

function receive(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (isBodyPending(request)) {
        reject(new FlowgError("CANCELLED", "the body did not come in time"));
      }
    }, JSON_BODY_MS);
    const req = request as express.Request;
    parse(req, response as express.Response, (error?: unknown) => {
      clearTimeout(timer);
      if (error === undefined) resolve(req.body);
      else reject(bodyError(error));
    });
  });
}

function bodyError(error: unknown): FlowgError {
  const { type, message } = error as { type?: string; message?: string };
  switch (type) {
    case "entity.too.large":
      return tooLarge();
    case "request.aborted":
      return new FlowgError("CANCELLED", "the client went away", { cause: error });
    case "charset.unsupported":
    case "encoding.unsupported":
      return new FlowgError("MEDIA_TYPE_UNSUPPORTED", message ?? "unsupported encoding", {
        cause: error,
        hint: "send JSON in UTF-8, not compressed",
      });
    default:
      return new FlowgError("INPUT_INVALID", `the body is not valid JSON: ${message}`, {
        cause: error,
      });
  }
}

function tooLarge(): FlowgError {
  return new FlowgError("INPUT_TOO_LARGE", `the body is larger than ${JSON_BODY_BYTES} bytes`);
}
