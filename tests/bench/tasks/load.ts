// What clients of a server see: idle, while one backup after the other runs, and while one restore after the other
// does. Ingest without a pause on eight connections; permission checks, lists and queries on two more.

import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { load } from "../load/load.js";
import { dirsIn } from "../places.js";
import { startServer } from "../server.js";
import type { Facts, Task } from "../task.js";
import { download, upload } from "../transfers.js";

const SECONDS = 6;
const LANES = [
  { requests: "ingest", connections: 8 },
  { requests: "reads", connections: 2, pauseMs: 5 },
] as const;

export const run: Task = async ({ source, backup, scratch }) => {
  const dirs = dirsIn(scratch);
  await mkdir(dirs.logs);
  await cp(join(source.logs, "data.mdb"), join(dirs.logs, "data.mdb"));
  await using server = await startServer(dirs);
  const { url } = server;
  const phase = async (name: string, transfer?: () => Promise<void>): Promise<Facts> => {
    let isOver = false;
    let transfers = 0;
    const transferring = (async () => {
      for (; transfer && !isOver; transfers++) await transfer();
    })();
    const { lanes, busy } = await load({ url, seconds: SECONDS, lanes: LANES });
    isOver = true;
    await transferring;
    const [ingest, reads] = lanes;
    return {
      [`${name}Rate`]: ingest?.rate ?? 0,
      [`${name}IngestP99`]: ingest?.p99 ?? 0,
      [`${name}ReadP99`]: reads?.p99 ?? 0,
      [`${name}Refused`]: (ingest?.refused ?? 0) + (reads?.refused ?? 0),
      [`${name}Transfers`]: transfers,
      [`${name}LoadBusy`]: busy,
    };
  };
  return {
    ...(await phase("idle")),
    ...(await phase("backup", () => download(url, join(scratch, "log.db")))),
    ...(await phase("restore", () => upload(url, join(backup, "log.db")))),
    memory: server.memory(),
  };
};
