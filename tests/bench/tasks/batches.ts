// Measures many entries in one request against a bare loop of `putSync` of the same entries with the same index, flushed as
// often; one entry in each request through a transformer of five lines against the same without it; and the latter again with ten
// thousand pipelines stored beside the one that is used.

import { join } from "node:path";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { entryKey } from "../../../server/records/records.js";
import { entries, INDEXED } from "../entries.js";
import { load } from "../load/load.js";
import { dirsIn } from "../places.js";
import { AUTHORIZATION, type Server, startServer } from "../server.js";
import type { Facts, Task } from "../task.js";

const SECONDS = 5;
const CONNECTIONS = 32;
const TOGETHER = 1_000;
const ROUNDS = 100;
const PIPELINES = 10_000;
/** Requests at once that store them. */
const STORED_AT_ONCE = 50;

const SCRIPT = `.level = upcase(string!(.level))
.took = to_int!(.took_ms)
.slow = .took > 500
.source = "bench"
del(.trace)`;

export const run: Task = async ({ scratch }) => {
  const put = await bareLoop(join(scratch, "bare"));
  await using server = await startServer(dirsIn(scratch));
  await configure(server);
  const batches = await rateOf(server, "batches", 1);
  const facts: Facts = {
    putMs: put.ms,
    putProcessor: put.processor,
    ndjsonMs: batches.p50,
    ndjsonProcessor: batches.processor,
  };
  for (const requests of ["ingest", "transformed"] as const) {
    const { rate, processor } = await rateOf(server, requests, CONNECTIONS);
    Object.assign(facts, { [`${requests}Rate`]: rate, [`${requests}Processor`]: processor });
  }
  await storePipelines(server);
  const { rate, processor } = await rateOf(server, "ingest", CONNECTIONS);
  return { ...facts, storedRate: rate, storedProcessor: processor, memory: server.memory() };
};

/**
 * Stores this many entries, each round in a transaction that is flushed.
 * @returns the median in milliseconds, and the processor time of a round
 */
async function bareLoop(dir: string): Promise<{ ms: number; processor: number }> {
  await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
  const how = { encoding: "binary", keyEncoding: "binary" } as const;
  const records = database.root.openDB<Buffer, Buffer>({ name: "records", ...how });
  const index = database.root.openDB<Buffer, Buffer>({ name: "index", ...how });
  const all = [...entries(TOGETHER)];
  const nothing = Buffer.alloc(0);
  const times: number[] = [];
  let processor = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const made = all.map(({ stream, ms, uuid, level, json }) => {
      const key = entryKey(stream, ms + round * 1e9, uuid);
      return {
        key,
        value: Buffer.from(json),
        posting: Buffer.concat([Buffer.from(`${level}\0`), key]),
      };
    });
    const before = process.cpuUsage();
    const started = performance.now();
    records.transactionSync(() => {
      for (const { key, value, posting } of made) {
        records.putSync(key, value);
        index.putSync(posting, nothing);
      }
    });
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    processor += (user + system) / 1_000 / ROUNDS;
  }
  return { ms: times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN, processor };
}

const putTo =
  ({ url }: Server) =>
  async (path: string, json: unknown) => {
    const { status } = await fetch(`${url}/api/v1${path}`, {
      method: "PUT",
      headers: { Authorization: AUTHORIZATION, "Content-Type": "application/json" },
      body: JSON.stringify(json),
    });
    if (status !== 200) throw new Error(`${path} was answered ${status}`);
  };

/** Each leads to a stream of its own. */
async function storePipelines(server: Server): Promise<void> {
  const put = putTo(server);
  for (let from = 0; from < PIPELINES; from += STORED_AT_ONCE)
    await Promise.all(
      Array.from({ length: STORED_AT_ONCE }, (_, i) => {
        const name = `unused-${from + i}`;
        const nodes = [
          { id: "in", type: "source", data: { type: "direct" } },
          { id: "out", type: "router", data: { stream: name } },
        ];
        const edges = [{ id: "1", source: "in", target: "out" }];
        return put(`/pipelines/${name}`, { flow: { nodes, edges } });
      }),
    );
}

async function configure(server: Server): Promise<void> {
  const put = putTo(server);
  const config = { ttl: 0, size: 0, indexed_fields: [INDEXED] };
  for (const stream of ["default", "transformed"]) await put(`/streams/${stream}`, { config });
  await put("/transformers/five-lines", { script: SCRIPT });
  const nodes = [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "script", type: "transform", data: { transformer: "five-lines" } },
    { id: "out", type: "router", data: { stream: "transformed" } },
  ];
  const edges = [
    { id: "1", source: "in", target: "script" },
    { id: "2", source: "script", target: "out" },
  ];
  await put("/pipelines/transformed", { flow: { nodes, edges } });
}

async function rateOf(
  { url, pid }: Server,
  requests: "ingest" | "transformed" | "batches",
  connections: number,
) {
  const lanes = [{ requests, connections }] as const;
  const { lanes: seen, processor } = await load({ url, pid, seconds: SECONDS, lanes });
  const [lane] = seen;
  if (!lane || lane.refused > 0) throw new Error("not all was answered 200");
  return { ...lane, processor };
}
