// Serves `/v1/logs`, where exporters and collectors of OpenTelemetry send logs (OTLP Specification, OTLP/HTTP). It calls the
// same procedure as the API's path, and answers as the protocol demands. Clients try again only after the statuses 429, 502,
// 503 and 504.

import { toFlowgError } from "../api/failure.js";
import { HTTP_STATUS } from "../api/status.js";
import { OTLP_TYPES, otlpAnswer, otlpStatus } from "../operations/otlp/otlp-answer.js";
import type { OtlpForm } from "../operations/otlp/otlp-batch.js";
import { FlowgError } from "../platform/errors.js";
import { type ApiOptions, call } from "./api.js";
import type { ErrorForm } from "./error-answer.js";
import type { Exchange } from "./exchange.js";
import { otlpFormOf } from "./otlp-body.js";
import { findRoute, type Match } from "./route.js";

export const OTLP_PATH = "/v1/logs";
/** The header that names the pipeline, in place of the server's setting. */
const PIPELINE_HEADER = "flowg-pipeline";

export interface OtlpOptions extends ApiOptions {
  /** The pipeline for logs that name none. */
  otlpPipeline: string;
}

/** Answers a request. It never throws. */
export async function answerOtlp(exchange: Exchange, options: OtlpOptions): Promise<void> {
  const { request, response } = exchange;
  const form = otlpFormOf(request) ?? "otlp-json";
  exchange.errorForm = errorFormOf(form);
  try {
    const partial = await call(exchange, matchFor(exchange, options), options).then(
      () => undefined,
      (error: unknown) => partialSuccess(error),
    );
    const body = otlpAnswer(form, partial);
    response.statusCode = 200;
    response.setHeader("Content-Type", OTLP_TYPES[form]);
    response.setHeader("Content-Length", body.length);
    response.end(body);
  } catch (error) {
    exchange.fail(error);
  }
}

/**
 * Finds the procedure and its input.
 * @throws METHOD_NOT_ALLOWED, INPUT_INVALID
 */
function matchFor({ request }: Exchange, { otlpPipeline }: OtlpOptions): Match {
  if (request.method !== "POST") {
    throw new FlowgError("METHOD_NOT_ALLOWED", `${request.method} is not allowed here`, {
      hint: "logs are sent with POST",
      details: { allow: ["POST"] },
    });
  }
  const header = request.headers[PIPELINE_HEADER];
  const pipeline = typeof header === "string" && header !== "" ? header : undefined;
  const segment = pipeline === undefined ? encodeURIComponent(otlpPipeline) : encoded(pipeline);
  const found = findRoute("POST", `/api/v1/pipelines/${segment}/logs/otlp`);
  if (found === undefined || !("route" in found)) throw notAName();
  return found;
}

/** Encodes the header's name for a URL. A header holds ASCII, so other characters may come encoded already. */
function encoded(name: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(name));
  } catch {
    throw notAName();
  }
}

const notAName = (): FlowgError =>
  new FlowgError("INPUT_INVALID", `the header ${PIPELINE_HEADER} isn't the name of a pipeline`, {
    hint: "write characters beyond ASCII, and %, as in a URL",
  });

/**
 * The answer when some logs are stored and others refused, so that clients don't send all of them again.
 * @throws other errors
 */
function partialSuccess(thrown: unknown) {
  const error = toFlowgError(thrown);
  const { refused, stored, next, total } = error.details;
  const isPart = typeof refused === "number" && typeof stored === "number" && stored > 0;
  if (!isPart) throw error;
  const rejectedLogRecords = next === undefined ? refused : (total as number) - stored;
  return { rejectedLogRecords, errorMessage: error.message };
}

const errorFormOf =
  (form: OtlpForm): ErrorForm =>
  (error) => {
    const status = HTTP_STATUS[error.code];
    // clients give up at 507, although the disk may have room again later
    const told = status === 507 ? 503 : status;
    const text = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
    return {
      status: told,
      type: OTLP_TYPES[form],
      body: otlpStatus(form, GRPC_CODES[told] ?? UNKNOWN, text),
      retryAfterSeconds: told === 503 || told === 429 ? RETRY_AFTER_SECONDS : undefined,
    };
  };

/** The seconds to wait before the next try, where the error names none. */
const RETRY_AFTER_SECONDS = 5;
const UNKNOWN = 2;
/** The codes of google.rpc.Code, by HTTP status. */
const GRPC_CODES: Record<number, number> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  409: 10,
  413: 8,
  415: 3,
  429: 8,
  499: 1,
  500: 13,
  501: 12,
  503: 14,
};
