// Measures ingest with one entry in each request, over 8 and 32 connections, flushed and only committed before it is answered,
// and the same load on a bare express handler.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../children.js";
import { load } from "../load/load.js";
import { dirsIn } from "../places.js";
import { lineWith, startServer } from "../server.js";
import type { Facts, Task } from "../task.js";

const SECONDS = 5;
const CONNECTIONS = [8, 32] as const;
const EXPRESS = fileURLToPath(new URL("../load/express-server.js", import.meta.url));

export const run: Task = async ({ scratch }) => {
  const express = start([EXPRESS], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await lineWith(express, "listening");
  await using server = await startServer(dirsIn(join(scratch, "flushed")));
  await using committed = await startServer(dirsIn(join(scratch, "committed")), [
    "--durability",
    "committed",
  ]);
  const bareUrl = line.slice(line.indexOf("http"));
  const facts: Facts = {};
  for (const connections of CONNECTIONS) {
    Object.assign(
      facts,
      await ingest(`express${connections}`, { url: bareUrl, pid: express.pid, connections }),
      await ingest(`flowg${connections}`, { url: server.url, pid: server.pid, connections }),
      await ingest(`committed${connections}`, {
        url: committed.url,
        pid: committed.pid,
        connections,
      }),
    );
  }
  express.kill();
  return { ...facts, memory: server.memory(), committedMemory: committed.memory() };
};

interface Ingest {
  url: string;
  pid: number | undefined;
  connections: number;
}

async function ingest(name: string, { url, pid, connections }: Ingest): Promise<Facts> {
  const lanes = [{ requests: "ingest", connections }] as const;
  const { lanes: seen, busy, processor } = await load({ url, pid, seconds: SECONDS, lanes });
  const [lane] = seen;
  if (!lane || lane.refused > 0) throw new Error("not all was answered 200");
  return {
    [`${name}Rate`]: lane.rate,
    [`${name}P50`]: lane.p50,
    [`${name}P99`]: lane.p99,
    [`${name}Processor`]: processor,
    [`${name}LoadBusy`]: busy,
  };
}
