// Finds what a shipper asks of Elasticsearch, by method and path. Indexes are pipelines. A shipper may be configured with the
// server's address and a pipeline: then it also asks about the server below that pipeline.

export const ELASTIC_BASE = "/api/v1/middlewares/elastic";

export type ElasticCall =
  | { kind: "info" }
  | { kind: "license" }
  | { kind: "health" }
  | { kind: "nodes" }
  /** Shippers refresh an index at their end. Logs are on the disk, and found, once they are answered. */
  | { kind: "refresh" }
  /** Templates, policies and their like, which change nothing here. */
  | { kind: "template"; isWrite: boolean }
  | { kind: "index"; pipeline: string; isWrite: boolean }
  | { kind: "document"; pipeline: string; id: string | undefined }
  | { kind: "bulk"; pipeline: string | undefined };

const TEMPLATES = new Set([
  "_alias",
  "_aliases",
  "_component_template",
  "_data_stream",
  "_ilm",
  "_index_template",
  "_ingest",
  "_template",
]);
const REFRESHES = new Set(["_refresh", "_flush"]);
const DOCUMENTS = new Set(["_doc", "_create"]);

/**
 * Finds what a request asks for.
 * @param names the path's segments below the base, decoded.
 * @returns undefined if there is no answer for that
 */
export function elasticCall(method: string, names: readonly string[]): ElasticCall | undefined {
  const [first = "", ...rest] = names;
  const isRead = method === "GET" || method === "HEAD";
  if (first === "" && rest.length === 0) return isRead ? { kind: "info" } : undefined;
  if (first.startsWith("_")) return ofServer(method, names, undefined);
  const [second, third, fourth] = rest;
  if (second === undefined) {
    const isWrite = method === "PUT";
    return isRead || isWrite ? { kind: "index", pipeline: first, isWrite } : undefined;
  }
  if (second === "" && rest.length === 1) return isRead ? { kind: "info" } : undefined;
  if (!DOCUMENTS.has(second)) return ofServer(method, rest, first);
  const isSent = method === "POST" || method === "PUT";
  return isSent && fourth === undefined
    ? { kind: "document", pipeline: first, id: third || undefined }
    : undefined;
}

function ofServer(
  method: string,
  [what = "", ...rest]: readonly string[],
  pipeline: string | undefined,
): ElasticCall | undefined {
  const isRead = method === "GET" || method === "HEAD";
  const isWrite = method === "PUT" || method === "POST";
  if (what === "_bulk" && rest.length === 0)
    return isWrite ? { kind: "bulk", pipeline } : undefined;
  if (TEMPLATES.has(what)) return isRead || isWrite ? { kind: "template", isWrite } : undefined;
  if (REFRESHES.has(what) && rest.length === 0)
    return isRead || isWrite ? { kind: "refresh" } : undefined;
  if (!isRead) return undefined;
  if (what === "_license" || what === "_xpack") return { kind: "license" };
  if (what === "_cluster" && rest[0] === "health") return { kind: "health" };
  return what === "_nodes" ? { kind: "nodes" } : undefined;
}
