// Makes the input of a procedure from an HTTP request: the body or the query, and the names in the path, which win. It is read
// only when the procedure asks, after permissions are checked.

import type { IncomingMessage, ServerResponse } from "node:http";
import { FlowgError } from "../platform/errors.js";
import { notInQuery, unknownName } from "../platform/messages/sentences.js";
import { readJsonBody, readTextBody } from "./body.js";
import { readOtlpBody } from "./otlp-body.js";
import { decodeParams, type Match } from "./route.js";
import { receiveUpload } from "./upload.js";

export interface UploadLimits {
  /** Bytes of an uploaded file; no limit if absent. */
  maxBytes: number | undefined;
  /** A client that moves no byte for this many milliseconds is cut off. */
  stallMs: number;
  /** Bytes a second that it must send over such a time. */
  minRate: number;
  onBytes?: (bytes: number) => void;
}

export async function readInput(
  request: IncomingMessage,
  response: ServerResponse,
  { match, limits }: { match: Match; limits: UploadLimits },
): Promise<Record<string, unknown>> {
  const { route, params } = match;
  const names = decodeParams(params);
  const { rawBody } = route.meta;
  const query = readQuery(request);
  demandKnownParameters(query, match);
  if (rawBody?.kind === "upload") {
    const { field } = rawBody;
    const upload = await receiveUpload(request, response, { field, ...limits });
    return { ...query, ...names, [field]: upload };
  }
  if (route.meta.otlpIn !== undefined)
    return { ...names, [route.meta.otlpIn]: await readOtlpBody(request, response) };
  const hasBody = route.method === "POST" || route.method === "PUT";
  const { textIn } = route.meta;
  if (textIn !== undefined) return { ...names, [textIn]: await readTextBody(request, response) };
  const given = hasBody ? await readJsonBody(request, response, route.meta) : query;
  // WHATWG HTML, section "Server-sent events": a client that comes back says where it was
  const { "last-event-id": lastEventId } = request.headers;
  const resumed = rawBody?.kind === "events" && lastEventId ? { lastEventId } : {};
  return { ...given, ...resumed, ...names };
}

/**
 * Refuses unknown parameters: with a misspelt `dryRun` a restore would be real, with a misspelt `limit` an answer would be
 * long.
 * @throws INPUT_INVALID
 */
function demandKnownParameters(query: Record<string, unknown>, { route, params }: Match): void {
  const given = Object.keys(query);
  if (given.length === 0) return;
  const hasBody = route.method === "POST" || route.method === "PUT";
  const { rawBody } = route.meta;
  const isUpload = rawBody?.kind === "upload";
  const isInQuery = !hasBody || isUpload;
  const known = route.inputNames.filter(
    (name) => !Object.hasOwn(params, name) && !(isUpload && name === rawBody.field),
  );
  const issues = given
    .filter((name) => !isInQuery || !known.includes(name))
    .map((name) => ({
      path: "",
      message: isInQuery ? unknownName(name, known) : notInQuery(name, known),
    }));
  const [first] = issues;
  if (first === undefined) return;
  throw new FlowgError(
    "INPUT_INVALID",
    issues
      .map(({ message }) => message)
      .slice(0, 3)
      .join("; "),
    {
      hint: "the parameters of each path are at /api/docs",
      details: { issues },
    },
  );
}

/** Reads the query. A parameter that is given several times becomes a list. */
function readQuery(request: IncomingMessage): Record<string, string | string[]> {
  const { url = "" } = request;
  const mark = url.indexOf("?");
  if (mark < 0) return {};
  const query = url.slice(mark + 1);
  const params = new URLSearchParams(query);
  const pairs = [...new Set(params.keys())].map((name): [string, string | string[]] => {
    const values = params.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? "") : values];
  });
  return Object.fromEntries(pairs);
}
