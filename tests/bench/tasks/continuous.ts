// Ingest into a server with a continuous backup, and into one without; and what a repository lacks of 1,000 entries a second at
// random moments: what a kill then, and the loss of the disk, would take. FLOWG_BENCH_S3=s3://… stores there, not in a directory.

import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listDeltas, readDelta } from "../../../server/repository/deltas/delta-objects.js";
import { load } from "../load/load.js";
import { processorMs } from "../load/processor.js";
import { dirsIn } from "../places.js";
import {
  CONTINUOUS,
  HOST,
  makeRepository,
  openedRepository,
  type RepositoryAt,
} from "../repositories.js";
import { type Server, startServer } from "../server.js";
import type { Facts, Task } from "../task.js";

const SECONDS = 3;
const TURNS = 4;
const WARM_UP_SECONDS = 3;
const LANES = [{ requests: "ingest", connections: 8 }] as const;
const LOSS_SECONDS = 20;
/** Some 1,000 entries a second. */
const STEADY = [{ requests: "ingest", connections: 10, pauseMs: 9 }] as const;
/** What the first deltas say is of before. */
const BEGIN_MS = 4_000;
const MOMENTS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export const run: Task = async (places) => {
  const { source, scratch } = places;
  const server = async (name: string, flags: readonly string[]) => {
    const dirs = dirsIn(join(scratch, name));
    await mkdir(dirs.logs, { recursive: true });
    await cp(join(source.logs, "data.mdb"), join(dirs.logs, "data.mdb"));
    return await startServer(dirs, flags, credentials());
  };
  const at = await makeRepository(places, CONTINUOUS);
  const { url, keyFile } = at;
  const flags = ["--continuous", "--repository", url, "--repository-key", keyFile];
  const facts: Facts = {};
  await using on = await server("on", [...flags, "--backup-host", HOST]);
  await untilStored(on);
  {
    // one costs nothing while the other has its turn
    await using off = await server("off", []);
    const [without, withIt] = [new Ingest(off), new Ingest(on)];
    for (const one of [without, withIt]) await one.warmUp();
    for (let turn = 0; turn < TURNS; turn++) {
      await without.go();
      await withIt.go();
    }
    Object.assign(facts, without.facts("off"), withIt.facts("on"));
  }
  await untilStored(on);
  return { ...facts, ...(await loss(on, at)) };
};

const credentials = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name.startsWith("AWS_")),
  ) as Record<string, string>;

/** What a server takes in its turns, and its processor time for that. */
class Ingest {
  readonly #server: Server;
  #entries = 0;
  #ms = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  async warmUp(): Promise<void> {
    await load({ url: this.#server.url, seconds: WARM_UP_SECONDS, lanes: LANES });
  }

  async go(): Promise<void> {
    const { url, pid } = this.#server;
    const before = processorMs(pid);
    const { lanes } = await load({ url, seconds: SECONDS, lanes: LANES });
    this.#ms += processorMs(pid) - before;
    this.#entries += (lanes[0]?.rate ?? 0) * SECONDS;
  }

  facts(name: string): Facts {
    return {
      [`${name}Rate`]: this.#entries / (TURNS * SECONDS),
      [`${name}Ms`]: this.#ms / this.#entries,
    };
  }
}

/** Resolves once a snapshot and all that came after it are stored. */
async function untilStored({ managementUrl }: Server): Promise<void> {
  const now = Date.now() / 1000;
  for (;;) {
    const text = await (await fetch(`${managementUrl}/metrics`)).text();
    const found = /^flowg_continuous_last_success_timestamp_seconds\{.*\} (\S+)$/m.exec(text);
    if (Number(found?.[1]) > now) return;
    await sleep(100);
  }
}

async function loss({ url }: Server, at: RepositoryAt): Promise<Facts> {
  const repository = await openedRepository(at, { reads: true });
  const began = Date.now();
  const span = { from: new Date(began), to: new Date(began + DAY_MS) };
  /** When each delta was first there. */
  const seen = new Map<string, number>();
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      for (const { path } of await listDeltas(repository, span))
        if (!seen.has(path)) seen.set(path, Date.now());
      await sleep(10);
    }
  })();
  const { lanes } = await load({ url, seconds: LOSS_SECONDS, lanes: STEADY });
  isOver = true;
  const ended = Date.now();
  await watching;
  const known: { seenAt: number; until: number }[] = [];
  for (const [path, seenAt] of seen) {
    const delta = await readDelta(repository, path);
    const parts = Object.values(delta?.header.databases ?? {});
    known.push({ seenAt, until: Math.min(...parts.map(({ until }) => until)) });
  }
  await repository.place.close();
  const losses: number[] = [];
  for (let n = 0; n < MOMENTS; n++) {
    const then = began + BEGIN_MS + Math.random() * (ended - began - BEGIN_MS);
    const untils = known.filter(({ seenAt }) => seenAt <= then).map(({ until }) => until);
    losses.push((then - Math.max(...untils)) / 1000);
  }
  losses.sort((a, b) => a - b);
  return {
    lossP50: losses[MOMENTS / 2] ?? 0,
    lossP99: losses[Math.floor(MOMENTS * 0.99)] ?? 0,
    lossMost: losses.at(-1) ?? 0,
    steadyRate: lanes[0]?.rate ?? 0,
  };
}
