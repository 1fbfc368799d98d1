// Describes the successful answer of an operation.

import type { RawBody } from "../raw-bodies.js";
import type { Operation } from "../rest.js";
import { EVENTS_TYPE } from "../server-sent-events.js";
import { type Json, MIME_JSON, type PathOperation } from "./operation.js";

export function answerOf(
  operation: PathOperation,
  described: Operation,
  rawBody: RawBody | undefined,
): Json {
  const id = {
    "X-Request-Id": {
      description: "Names this request in the server's log.",
      schema: { type: "string" },
    },
  };
  if (rawBody?.kind === "download" && rawBody.backup !== undefined) {
    return {
      description: "A snapshot",
      headers: {
        ...id,
        "Content-Disposition": { description: "A name for the file.", schema: { type: "string" } },
      },
      content: Object.fromEntries(
        [rawBody.contentType, rawBody.alsoAs]
          .filter((type) => type !== undefined)
          .map((type) => [type, { schema: { type: "string", format: "binary" } }]),
      ),
    };
  }
  const { schema } =
    Object.values(operation.responses["200"]?.content as Record<string, Json>)[0] ?? {};
  const type =
    rawBody?.kind === "download"
      ? rawBody.contentType
      : rawBody?.kind === "events"
        ? EVENTS_TYPE
        : MIME_JSON;
  return {
    description: described.status === 202 ? "Begun" : "Done",
    headers: id,
    content: { [type]: { schema, example: described.response } },
  };
}
