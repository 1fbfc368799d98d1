// Reads a JSON body, when a procedure wants it and not before.

import type { IncomingMessage, ServerResponse } from "node:http";
import express from "express";
import { FlowgError } from "../errors.js";
import { acceptBody, isBodyPending } from "./error-answer.js";

/** Largest JSON body, bytes, where a procedure sets no smaller one. */
const JSON_BODY_BYTES = 16 * 1024 * 1024;
/** Most values in one, members and elements of all depths: each is looked at, and millions of them would stall all. */
const JSON_VALUES = 10_000;
/** How long a client may take to send it. */
const JSON_BODY_MS = 60_000;

const makeParser = (limit: number) =>
  express.json({
    limit,
    // before anything is made of it
    verify: (_request, _response, bytes, charset) => {
      // what is looked at are bytes of UTF-8
      if (charset !== "utf-8") throw OTHER_CHARSET();
      demandFewValues(bytes);
    },
    // the type is checked here, with a better message
    type: () => true,
    inflate: false,
    strict: false,
  });

/** By limit: of these there are two. */
const parsers = new Map<number, ReturnType<typeof makeParser>>();

function parserFor(limit: number) {
  const parser = parsers.get(limit) ?? makeParser(limit);
  parsers.set(limit, parser);
  return parser;
}

/** `application/json`, any case, any parameters, and types like `application/problem+json`. */
const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

/**
 * @param maxBytes how large it may be
 * @returns the object that the body holds; an empty one if there is no body
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number = JSON_BODY_BYTES,
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
  if (Number(length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  acceptBody(request, response);
  const body = await receive(request, response, maxBytes);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new FlowgError("INPUT_INVALID", "the body must be a JSON object");
  return body as Record<string, unknown>;
}

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (isBodyPending(request)) {
        reject(new FlowgError("CANCELLED", "the body did not come in time"));
      }
    }, JSON_BODY_MS);
    const req = request as express.Request;
    parserFor(maxBytes)(req, response as express.Response, (error?: unknown) => {
      clearTimeout(timer);
      if (error === undefined) resolve(req.body);
      else reject(bodyError(error, maxBytes));
    });
  });
}

function bodyError(error: unknown, maxBytes: number): FlowgError {
  const { type, message } = error as { type?: string; message?: string };
  switch (type) {
    case "entity.too.large":
      return tooLarge(maxBytes);
    case "entity.verify.failed":
      return new FlowgError("INPUT_TOO_LARGE", message ?? "too many values", {
        hint: "send less at a time",
      });
    case "request.aborted":
      return new FlowgError("CANCELLED", "the client went away", { cause: error });
    case "charset.unsupported":
    case "encoding.unsupported":
      return notUtf8(error);
    default:
      return new FlowgError("INPUT_INVALID", `the body is not valid JSON: ${message}`, {
        cause: error,
      });
  }
}

function tooLarge(maxBytes: number): FlowgError {
  return new FlowgError("INPUT_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
}

const OTHER_CHARSET = () =>
  Object.assign(new Error("the body is not in UTF-8"), { type: "charset.unsupported" });

function notUtf8(cause: unknown): FlowgError {
  const { message } = cause as Error;
  return new FlowgError("MEDIA_TYPE_UNSUPPORTED", message, {
    ...{ cause, hint: "send JSON in UTF-8, not compressed" },
  });
}

function demandFewValues(bytes: Buffer): void {
  if (bytes.length <= JSON_VALUES) return;
  let values = 1;
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isInText = !isInText;
    else if (isInText) {
      if (byte === BACKSLASH) at++;
    } else if (byte === COMMA || byte === OPENING_BRACE || byte === OPENING_BRACKET) values++;
  }
  if (values > JSON_VALUES) throw new Error(`the body holds more than ${JSON_VALUES} values`);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
