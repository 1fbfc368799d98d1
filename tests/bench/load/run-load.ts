// `node run-load.js JSON`: loads a server from a process of its own for some seconds, and prints what it saw.

import { Connection } from "./connection.js";
import { processorMs } from "./processor.js";
import { batchRequests, ingestRequests, readRequests } from "./requests.js";

export interface LoadInput {
  url: string;
  seconds: number;
  lanes: readonly Lane[];
  /** The server's process, whose processor time is measured together with its children's. */
  pid?: number | undefined;
}

/** Connections that each send one request after the other. */
export interface Lane {
  requests: "ingest" | "transformed" | "batches" | "reads";
  connections: number;
  /** Between an answer and the next request. */
  pauseMs?: number;
}

export interface LaneSeen {
  /** Answered 200, a second. */
  rate: number;
  /** Milliseconds, of all answers. */
  p50: number;
  p99: number;
  /** Answered otherwise. */
  refused: number;
}

export interface Seen {
  lanes: LaneSeen[];
  /** Processor time of the server's process, in all threads: milliseconds for each answer 200. */
  processor: number;
  /** How much of one core the load itself took. Near 1, the load would be what is measured. */
  busy: number;
}

/** The shortest warm-up: connections are made, and compilers on both sides do their work. */
const WARM_UP_MS = 1_000;
const WARM_UP_ANSWERS = 5_000;
const WARM_UP_MOST_MS = 20_000;
const REQUESTS = {
  ingest: ingestRequests,
  transformed: () => ingestRequests("transformed"),
  batches: batchRequests,
  reads: readRequests,
};

const input = JSON.parse(process.argv[2] ?? "") as LoadInput;
const begun = performance.now();
let answered = 0;
let from = Number.POSITIVE_INFINITY;
let until = Number.POSITIVE_INFINITY;
const running = input.lanes.map(runLane);
for (let waited = 0; waited < WARM_UP_MOST_MS; waited = performance.now() - begun) {
  if (waited >= WARM_UP_MS && answered >= WARM_UP_ANSWERS) break;
  await new Promise((resolve) => setTimeout(resolve, 10));
}
from = performance.now();
until = from + input.seconds * 1000;
const before = process.cpuUsage();
const serverBefore = processorMs(input.pid);
const lanes = await Promise.all(running);
const server = processorMs(input.pid) - serverBefore;
const { user, system } = process.cpuUsage(before);
const busy = (user + system) / 1e6 / ((performance.now() - from) / 1000);
const answers = lanes.reduce((sum, { rate }) => sum + rate * input.seconds, 0);
const processor = server / answers;
process.stdout.write(`${JSON.stringify({ lanes, busy, processor } satisfies Seen)}\n`);

async function runLane({ requests, connections, pauseMs }: Lane): Promise<LaneSeen> {
  const all = REQUESTS[requests]();
  const latencies: number[] = [];
  let refused = 0;
  let next = 0;
  const one = async () => {
    const connection = await Connection.open(input.url);
    for (let started = performance.now(); started < until; started = performance.now()) {
      const status = await connection.send(all[next++ % all.length] as Buffer);
      const ended = performance.now();
      answered++;
      if (status === 0) throw new Error("the server closed a connection");
      // what began before the time, or ends after it, isn't in it
      if (started >= from && ended <= until) latencies.push(ended - started);
      if (status !== 200) refused++;
      if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, one));
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  const rate = (latencies.length - refused) / input.seconds;
  return { rate, p50: quantile(0.5), p99: quantile(0.99), refused };
}
