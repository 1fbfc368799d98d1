// What clients of a server see while one drill after the other runs on its machine; and what a drill takes beyond its restore.

import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DrillReport } from "../../../server/records/drill-report.js";
import { start } from "../children.js";
import { load } from "../load/load.js";
import { dirsIn } from "../places.js";
import { ENCRYPTED, repositoryAt } from "../repositories.js";
import { FLOWG, startServer } from "../server.js";
import type { Facts, Task } from "../task.js";

const SECONDS = 6;
const LANES = [
  { requests: "ingest", connections: 8 },
  { requests: "reads", connections: 2, pauseMs: 5 },
] as const;

export const run: Task = async (places) => {
  const { source, scratch } = places;
  const { url: repository, identityFile } = repositoryAt(places, ENCRYPTED);
  const drilling = (...more: string[]) =>
    drill([
      ...["--repository", repository, "--identity", identityFile, "--scratch-dir", scratch],
      // a database of logs alone is measured
      ...["--only", "logs", "--json", "--quiet", ...more],
    ]);
  const { seconds, restore } = await drilling("--full-speed");
  const dirs = dirsIn(scratch);
  await mkdir(dirs.logs);
  await cp(join(source.logs, "data.mdb"), join(dirs.logs, "data.mdb"));
  await using server = await startServer(dirs);
  const phase = async (name: string, work?: () => Promise<unknown>): Promise<Facts> => {
    let isOver = false;
    let drills = 0;
    const working = (async () => {
      for (; work && !isOver; drills++) await work();
    })();
    const { lanes } = await load({ url: server.url, seconds: SECONDS, lanes: LANES });
    isOver = true;
    await working;
    const [ingest, reads] = lanes;
    return {
      [`${name}IngestP99`]: ingest?.p99 ?? 0,
      [`${name}ReadP99`]: reads?.p99 ?? 0,
      [`${name}Drills`]: drills,
    };
  };
  return {
    ...(await phase("idle")),
    ...(await phase("drill", () => drilling())),
    seconds,
    restoreSeconds: restore?.seconds ?? 0,
  };
};

async function drill(words: readonly string[]): Promise<DrillReport["drills"][number]> {
  const child = start([FLOWG, "drill", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH ?? "" },
  });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.once("close", resolve));
  const { reports } = JSON.parse(output) as { reports: DrillReport[] };
  const outcome = reports[0]?.drills[0];
  if (!outcome?.ok) throw new Error(`the drill failed: ${output}`);
  return outcome;
}
