// Ingest, one entry in each request, over 32 connections; and the same load on a bare express handler.

import { fileURLToPath } from "node:url";
import { start } from "../children.js";
import { load } from "../load/load.js";
import type { Seen } from "../load/run-load.js";
import { dirsIn } from "../places.js";
import { lineWith, startServer } from "../server.js";
import type { Task } from "../task.js";

const SECONDS = 5;
const CONNECTIONS = 32;
const EXPRESS = fileURLToPath(new URL("../load/express-server.js", import.meta.url));

const ingest = (url: string): Promise<Seen> =>
  load({ url, seconds: SECONDS, lanes: [{ requests: "ingest", connections: CONNECTIONS }] });

export const run: Task = async ({ scratch }) => {
  const express = start([EXPRESS], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await lineWith(express, "listening");
  const bare = await ingest(line.slice(line.indexOf("http")));
  express.kill();
  await using server = await startServer(dirsIn(scratch));
  const flowg = await ingest(server.url);
  const [[bareLane], [flowgLane]] = [bare.lanes, flowg.lanes];
  if (!bareLane || !flowgLane || bareLane.refused + flowgLane.refused > 0)
    throw new Error("not all was answered 200");
  return {
    express: bareLane.rate,
    expressLoadBusy: bare.busy,
    flowg: flowgLane.rate,
    flowgP99: flowgLane.p99,
    flowgLoadBusy: flowg.busy,
    memory: server.memory(),
  };
};
