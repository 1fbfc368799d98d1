// A server under load: from another process, for a while, with clients that behave badly.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { eachRecord } from "../../../server/formats/snapshot/badger.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import { decodeValue, type EntryRecord } from "../../../server/records/records.js";
import { areMany } from "../../faults/chosen.js";
import { readBytes } from "../../formats/snapshot/make-snapshot.js";
import { readContents } from "../offline/contents.js";
import {
  anonymousMemory,
  copyOfHome,
  descriptors,
  dirsIn,
  download,
  type FlowgServer,
  ROOT_PASSWORD,
  startFlowg,
  until,
  upload,
} from "./flowg-server.js";
import { fillLogs } from "./log-data.js";
import { head, type RawClient, rawClient } from "./raw-client.js";

const MIB = 1024 * 1024;
/** A run of all faults tries as many as it takes to meet what is rare. */
const BACKUPS = areMany ? 100 : 40;
const CUTS = areMany ? 200 : 100;
/** Backups side by side: each begins a thread, and more of them only get in each other's way. */
const BACKUPS_AT_ONCE = 2;

let home: string;
let server: FlowgServer;
let root: string;
const secrets: string[] = [ROOT_PASSWORD];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-load-"));
  await fillLogs(dirsIn(home).logs, 1_000, 2_000);
  server = await startFlowg({ home, flags: ["--verbose", "--max-transfers", "64"] });
  root = await server.login("root", ROOT_PASSWORD);
  const { token } = await server.call(root, "POST", "/token");
  secrets.push(root.slice("Bearer jwt:".length), token);
  await server.call(root, "PUT", "/pipelines/twice", { flow: flowTo(...TWICE) });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** Before and after stream `bulk`: between the two, a walk takes long enough to be overtaken by what comes in. */
const TWICE = ["above", "under"] as const;

/** One ingest stores its log in both streams, in one transaction. */
function flowTo(...streams: string[]) {
  const position = { x: 0, y: 0 };
  const source = { id: "in", type: "source", position, data: { type: "direct" } };
  const routers = streams.map((stream) => ({
    id: stream,
    type: "router",
    position,
    data: { stream },
  }));
  const edges = routers.map(({ id }) => ({ id: `to ${id}`, source: "in", target: id }));
  return { version: 1, nodes: [source, ...routers], edges };
}

/** The numbers of the logs in a snapshot, by stream. */
async function numbersIn(snapshot: Buffer): Promise<Record<(typeof TWICE)[number], number[]>> {
  const numbers = { above: [] as number[], under: [] as number[] };
  await readBytes(snapshot, {
    expected: "logs",
    onBlock: (raw) => {
      eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
        const [kind, stream = ""] = Buffer.from(raw.subarray(keyStart, keyEnd))
          .toString()
          .split("\x1b");
        if (kind !== "entry" || (stream !== "above" && stream !== "under")) return;
        const { fields } = decodeValue<EntryRecord>(raw.subarray(valueStart, valueEnd));
        numbers[stream].push(Number(fields.n));
      });
    },
  });
  for (const list of Object.values(numbers)) list.sort((a, b) => a - b);
  return numbers;
}

interface Load {
  stored: number[];
  latencies: { at: number; ms: number }[];
  statuses: Record<string, number>;
}

function startLoad(): { end(): Promise<Load> } {
  const script = join(import.meta.dirname, "ingest-load.mjs");
  const child = spawn(process.execPath, [script, server.api, root, "twice"]);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  const closed = new Promise((resolve) => child.on("close", resolve));
  return {
    async end() {
      child.stdin.end();
      await closed;
      return JSON.parse(said);
    },
  };
}

const p99 = (latencies: { ms: number }[]) => {
  const sorted = latencies.map(({ ms }) => ms).sort((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN).toFixed(1)} ms of ${sorted.length}`;
};

const dataFile = () => join(server.dirs.logs, "data.mdb");
const readers = () => server.metric('flowg_open_readers{database="logs"}');

test("under steady ingest every backup is of one instant, and what was answered 200 is in all later ones", async () => {
  const load = startLoad();
  const phases: Record<string, [from: number, to: number]> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = Date.now();
    const result = await work();
    phases[name] = [from, Date.now()];
    return result;
  };
  await timed("idle", () => new Promise((resolve) => setTimeout(resolve, 2_000)));
  const { size: before } = await stat(dataFile());
  let snapshot: Buffer = Buffer.alloc(0);
  let last: number[] = [];
  const backUp = async (count: number) => {
    let known: number[] = [];
    for (let i = 0; i < count; i++) {
      const { bytes } = await download(server, root, "/backup/logs");
      const { above, under } = await numbersIn(bytes);
      // in both streams or in none
      expect(above).toEqual(under);
      const later = new Set(above);
      expect(known.filter((n) => !later.has(n))).toEqual([]);
      [snapshot, known, last] = [bytes, above, above];
    }
  };
  await timed("backup", () =>
    Promise.all(Array.from({ length: BACKUPS_AT_ONCE }, () => backUp(BACKUPS / BACKUPS_AT_ONCE))),
  );
  expect(last.length).toBeGreaterThan(0);
  const { size: after } = await stat(dataFile());
  await timed("restore", async () => {
    const path = "/restore/logs";
    for (let i = 0; i < 3; i++) {
      const answer = await upload(server, { as: root, path, bytes: snapshot });
      expect(answer).toMatchObject({
        status: 200,
        body: { report: { kinds: { entry: { added: 0 } } } },
      });
    }
  });
  const { stored, latencies, statuses } = await load.end();
  stored.sort((a, b) => a - b);
  expect(Object.keys(statuses)).toEqual(["200"]);
  const { bytes: end } = await download(server, root, "/backup/logs");
  expect(await numbersIn(end)).toEqual({ above: stored, under: stored });
  // what is pinned makes the file grow: here it does by what is stored, some pages a commit
  expect(after - before).toBeLessThan(16 * MIB);
  const lines = Object.entries(phases).map(([name, [from, to]]) => {
    return `${name} ${p99(latencies.filter(({ at }) => at >= from && at < to))}`;
  });
  process.stdout.write(`ingest p99: ${lines.join(", ")}; file grew by ${after - before} bytes\n`);
  expect(await readers()).toBe(0);
});

/** Repeatable numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("uploads and downloads that are cut anywhere leave nothing behind", async () => {
  const random = randomFrom(20261123);
  const snapshots = new Map<DatabaseKind, Buffer>();
  for (const kind of DATABASE_KINDS)
    snapshots.set(kind, (await download(server, root, `/backup/${kind}`)).bytes);
  const sizeOf = (kind: DatabaseKind) => snapshots.get(kind)?.length ?? 0;
  let cuts = 0;
  /** Sends a request under a name, cuts it, and waits until the server has said how it ended. */
  const cut = async (send: (client: RawClient, id: string) => Promise<void>) => {
    const id = `cut-${cuts++}`;
    const client = await rawClient(server.url);
    await send(client, id);
    client.leave();
    await until(() => server.log().includes(`"requestId":"${id}","audit":true`));
  };
  const cutDownload = (path: string, size: number) =>
    cut(async (client, id) => {
      const headers = { Authorization: root, "X-Request-Id": id };
      await client.send(head(`GET /api/v1${path} HTTP/1.1`, headers));
      // from before the first byte to the last, early more often than late
      const wanted = Math.floor(random() ** 2 * size);
      const gone = client.ended.then(() => true);
      while (client.received() < wanted) {
        const isGone = await Promise.race([gone, new Promise((r) => setTimeout(r, 2, false))]);
        if (isGone) break;
      }
    });
  const cutUpload = (kind: DatabaseKind) =>
    cut(async (client, id) => {
      const body = Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="backup"; filename="f"\r\n\r\n'),
        snapshots.get(kind) ?? Buffer.alloc(0),
        Buffer.from("\r\n--b--\r\n"),
      ]);
      const headers = {
        Authorization: root,
        "X-Request-Id": id,
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": String(body.length),
      };
      // at one in four everything is sent, and the answer not waited for
      const length = random() < 0.25 ? body.length : Math.floor(random() * body.length);
      await client.send(head(`POST /api/v1/restore/${kind} HTTP/1.1`, headers));
      await client.send(body.subarray(0, length));
    });
  // one restore a database at a time: a second would be refused, not cut
  const lanes = [
    () => cutUpload("auth"),
    () => cutUpload("config"),
    () => cutUpload("logs"),
    () => cutDownload("/backup/logs", sizeOf("logs")),
    () => cutDownload("/backup", sizeOf("logs")),
  ];
  const round = async (count: number) => {
    await Promise.all(
      lanes.map(async (cutOne) => {
        for (let i = 0; i < count / lanes.length; i++) await cutOne();
      }),
    );
    await until(async () => (await readers()) === 0 && (await server.spooled()).length === 0);
  };
  const before = await allContents();
  await round((2 * CUTS) / 5);
  const open = await descriptors(server.pid);
  const slots = await readerSlots();
  const memory = await anonymousMemory(server.pid);
  await round((3 * CUTS) / 5);
  await until(async () => (await descriptors(server.pid)) <= open);
  expect(await readerSlots()).toBeLessThanOrEqual(slots);
  const grown = (await anonymousMemory(server.pid)) - memory;
  // each was of what is there already, and none of them a half
  expect(await allContents()).toEqual(before);
  const said = server.audit().filter(({ requestId }) => /^cut-/.test(requestId));
  const outcomes: Record<string, number> = {};
  for (const { direction, outcome, code } of said) {
    const name = `${direction} ${code ?? outcome}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  process.stdout.write(
    `${JSON.stringify(outcomes)}; memory after ${cuts} cuts: ${(grown / MIB).toFixed(1)} MiB more\n`,
  );
  expect(said).toHaveLength(CUTS);
  expect(outcomes).toEqual({
    "backup CANCELLED": expect.any(Number),
    "restore CANCELLED": expect.any(Number),
    ...("backup success" in outcomes && { "backup success": expect.any(Number) }),
    ...("restore success" in outcomes && { "restore success": expect.any(Number) }),
  });
  expect(grown).toBeLessThan(96 * MIB);
});

/** Every record of every database, as a sum. */
async function allContents(): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const kind of DATABASE_KINDS) {
    const { contents, derived, expected } = await readContents(kind, server.dirs[kind]);
    expect(derived).toEqual(expected);
    sums[kind] = createHash("sha256")
      .update(JSON.stringify([...contents]))
      .digest("hex");
  }
  return sums;
}

/** Slots that processes and threads hold in LMDB's table of readers. */
async function readerSlots(): Promise<number> {
  await using database = await openDatabase({ kind: "logs", dir: server.dirs.logs, mode: "read" });
  const { root: env } = database as unknown as { root: { readerList(): string } };
  return env
    .readerList()
    .split("\n")
    .filter((line) => /^\s*\d+/.test(line)).length;
}

test("a larger database takes no more memory", async () => {
  const small = await peak(await copyOfHome(home), 0);
  const large = await mkdtemp(join(tmpdir(), "flowg-large-"));
  try {
    await fillLogs(dirsIn(large).logs, 60_000, 4_000);
    const big = await peak(large, 240 * MIB);
    process.stdout.write(
      `anonymous memory at its highest: ${[small, big].map((bytes) => (bytes / MIB).toFixed(0)).join(" and ")} MiB\n`,
    );
    // its snapshot has about 180 MiB, and the threads' memory differs by half as much from run to run
    expect(big).toBeLessThan(small + 110 * MIB);
  } finally {
    await rm(large, { recursive: true, force: true });
  }
});

/** The anonymous memory of a server that backs up and dry-runs a restore, at its highest. */
async function peak(where: string, atLeast: number): Promise<number> {
  await using flowg = await startFlowg({ home: where });
  const as = await flowg.login("root", ROOT_PASSWORD);
  const { size } = await stat(join(flowg.dirs.logs, "data.mdb"));
  expect(size).toBeGreaterThan(atLeast);
  let highest = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      highest = Math.max(highest, await anonymousMemory(flowg.pid));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const { bytes } = await download(flowg, as, "/backup/logs");
  const path = "/restore/logs?dryRun=true";
  expect(await upload(flowg, { as, path, bytes })).toMatchObject({ status: 200 });
  isOver = true;
  await watching;
  return highest;
}

test("no line of the log holds a password, a token or a hash", async () => {
  const ann = await server.userWith("ann", "read_streams");
  secrets.push("ann's password", ann.slice("Bearer pat:".length));
  const { bytes } = await download(server, root, "/backup/auth");
  await upload(server, { as: root, path: "/restore/auth", bytes });
  await upload(server, { as: root, path: "/restore/auth", bytes: bytes.subarray(0, -1) });
  const headers = { Authorization: `${root}x`, "Content-Type": "application/json" };
  await fetch(`${server.api}/backup/auth?token=${encodeURIComponent(root)}`, { headers });
  await fetch(`${server.api}/auth/login`, {
    method: "POST",
    headers,
    body: `{"username": "root", "password": "${ROOT_PASSWORD}`,
  });
  await readBytes(bytes, {
    onBlock: (raw) => {
      eachRecord(raw, (_from, _to, start, end) => {
        const { passwordHash, sha256 } = decodeValue<Record<string, string>>(
          raw.subarray(start, end),
        );
        for (const hash of [passwordHash, sha256]) if (hash) secrets.push(hash);
      });
    },
  });
  expect(secrets.length).toBeGreaterThan(7);
  await server.stop();
  const log = server.log();
  expect(log.length).toBeGreaterThan(10_000);
  for (const secret of secrets) expect(log.includes(secret)).toBe(false);
  expect(log).not.toMatch(/\$argon2|pat_[a-zA-Z0-9]{8}|eyJ[a-zA-Z0-9]/);
});
