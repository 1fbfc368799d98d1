// Logs on their way through pipelines of a server, and what came of them.

import type { TestServer } from "../http/test-server.js";

export type Data = Record<string, string>;

/** Sends a log to a pipeline. */
export const ingest = (server: TestServer, pipeline: string, record: Data) =>
  server.call(`/pipelines/${pipeline}/logs`, { method: "POST", as: server.root, json: { record } });

/** The fields of all logs in a stream, newest first; empty for an unknown stream. */
export async function stored(server: TestServer, stream: string): Promise<Data[]> {
  const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
  const { body } = await server.call(`/streams/${stream}/logs?${window}`, { as: server.root });
  return (body.records ?? []).map(({ fields }: { fields: Data }) => fields);
}
