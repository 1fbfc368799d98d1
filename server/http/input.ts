// What a procedure gets as its input over HTTP: the body or the query, and the names in the path, which win. Read only
// once the procedure asks, after its permissions were checked.

import type { IncomingMessage, ServerResponse } from "node:http";
import { readJsonBody } from "./body.js";
import { decodeParams, type Match } from "./route.js";
import { receiveUpload } from "./upload.js";

export interface UploadLimits {
  /** Bytes of an uploaded file; no limit if absent. */
  maxBytes: number | undefined;
  /** A client that moves no byte for so long is cut off. */
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
  const { transfer } = route.meta;
  if (transfer?.kind === "upload") {
    const { field } = transfer;
    const upload = await receiveUpload(request, response, { field, ...limits });
    return { ...readQuery(request), ...names, [field]: upload };
  }
  const hasBody = route.method === "POST" || route.method === "PUT";
  const given = hasBody
    ? await readJsonBody(request, response, route.meta.bodyBytes)
    : readQuery(request);
  return { ...given, ...names };
}

/** A parameter that is given twice is a list, which no schema of ours takes. */
function readQuery(request: IncomingMessage): Record<string, string | string[]> {
  const query = /\?(.*)$/.exec(request.url ?? "")?.[1] ?? "";
  const params = new URLSearchParams(query);
  const pairs = [...new Set(params.keys())].map((name): [string, string | string[]] => {
    const values = params.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? "") : values];
  });
  return Object.fromEntries(pairs);
}
