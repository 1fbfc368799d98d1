// A server under load: from another process, for a while, with clients that behave badly.

import { spawn } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../server/database/open.js";
import { decodeValue, type EntryRecord } from "../../server/database/records.js";
import { eachRecord } from "../../server/snapshot/badger.js";
import { readBytes } from "../snapshot/make-snapshot.js";
import {
  anonymousMemory,
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
import { head, rawClient } from "./raw-client.js";

const MIB = 1024 * 1024;
const BACKUPS = 25;
const CUTS = 60;

let home: string;
let server: FlowgServer;
let root: string;
const secrets: string[] = [ROOT_PASSWORD];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-load-"));
  await fillLogs(dirsIn(home).logs, 1_500, 2_000);
  server = await startFlowg({ home, flags: ["--verbose", "--max-transfers", "64"] });
  root = await server.login("root", ROOT_PASSWORD);
  const { token } = await server.call(root, "POST", "/token");
  secrets.push(root.slice("Bearer jwt:".length), token);
  await server.call(root, "PUT", "/pipelines/twice", { flow: flowTo("left", "right") });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** One ingest stores its log in both streams, in one transaction. */
function flowTo(...streams: string[]) {
  const position = { x: 0, y: 0 };
  const source = { id: "in", type: "source", position, data: { type: "direct" } };
  const routers = streams.map((stream) => ({
    ...{ id: stream, type: "router", position, data: { stream } },
  }));
  const edges = routers.map(({ id }) => ({ id: `to ${id}`, source: "in", target: id }));
  return { version: 1, nodes: [source, ...routers], edges };
}

/** The numbers of the logs in a snapshot, by stream. */
async function numbersIn(snapshot: Buffer): Promise<Record<string, number[]>> {
  const numbers: Record<string, number[]> = { left: [], right: [] };
  await readBytes(snapshot, {
    expected: "logs",
    onBlock: (raw) => {
      eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
        const [kind, stream = ""] = Buffer.from(raw.subarray(keyStart, keyEnd))
          .toString()
          .split("\x1b");
        if (kind !== "entry" || !(stream in numbers)) return;
        const { fields } = decodeValue<EntryRecord>(raw.subarray(valueStart, valueEnd));
        numbers[stream]?.push(Number(fields.n));
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
  await timed("idle", () => new Promise((resolve) => setTimeout(resolve, 1_000)));
  const { size: before } = await stat(dataFile());
  let last: number[] = [];
  let snapshot: Buffer = Buffer.alloc(0);
  await timed("backup", async () => {
    for (let i = 0; i < BACKUPS; i++) {
      ({ bytes: snapshot } = await download(server, root, "/backup/logs"));
      const { left = [], right } = await numbersIn(snapshot);
      // in both streams or in none
      expect(left).toEqual(right);
      const later = new Set(left);
      expect(last.filter((n) => !later.has(n))).toEqual([]);
      last = left;
    }
  });
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
  expect(await numbersIn(end)).toEqual({ left: stored, right: stored });
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
  const { bytes: snapshot } = await download(server, root, "/backup/logs");
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="backup"; filename="f"\r\n\r\n'),
    snapshot,
    Buffer.from("\r\n--b--\r\n"),
  ]);
  const cutDownload = async (path: string) => {
    const client = await rawClient(server.url);
    await client.send(head(`GET /api/v1${path} HTTP/1.1`, { Authorization: root }));
    // with one megabyte in eight before it, more often than not
    const wanted = Math.floor(random() ** 3 * snapshot.length);
    const gone = client.ended.then(() => true);
    while (client.received() < wanted) {
      const isGone = await Promise.race([gone, new Promise((r) => setTimeout(r, 2, false))]);
      if (isGone) break;
    }
    client.leave();
    await client.ended;
  };
  const cutUpload = async () => {
    const client = await rawClient(server.url);
    const headers = {
      Authorization: root,
      "Content-Type": "multipart/form-data; boundary=b",
      "Content-Length": String(body.length),
    };
    // at one in four everything is sent, and the answer not waited for
    const length = random() < 0.25 ? body.length : Math.floor(random() * body.length);
    await client.send(head("POST /api/v1/restore/logs HTTP/1.1", headers));
    await client.send(body.subarray(0, length));
    client.leave();
    await client.ended;
  };
  const round = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const way = random();
      if (way < 0.4) await cutUpload();
      else await cutDownload(way < 0.8 ? "/backup/logs" : "/backup");
    }
    await until(async () => (await readers()) === 0 && (await server.spooled()).length === 0);
    // the restore that got everything may still be at it
    await until(
      async () =>
        (await upload(server, { as: root, path: "/restore/logs?dryRun=true", bytes: snapshot }))
          .status === 200,
    );
  };
  const before = await readContentsHash();
  await round(CUTS / 3);
  const open = await descriptors(server.pid);
  const slots = await readerSlots();
  const memory = await anonymousMemory(server.pid);
  await round((2 * CUTS) / 3);
  await until(async () => (await descriptors(server.pid)) <= open);
  expect(await readerSlots()).toBeLessThanOrEqual(slots);
  const grown = (await anonymousMemory(server.pid)) - memory;
  process.stdout.write(`memory after ${CUTS} cuts: ${(grown / MIB).toFixed(1)} MiB more\n`);
  expect(grown).toBeLessThan(96 * MIB);
  // each was of what is there already, and none of them a half
  expect(await readContentsHash()).toEqual(before);
});

async function readContentsHash(): Promise<number> {
  const { bytes } = await download(server, root, "/backup/logs");
  return (await readBytes(bytes)).seal.entries;
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
  const small = await peak(home, 0);
  const large = await mkdtemp(join(tmpdir(), "flowg-large-"));
  try {
    await fillLogs(dirsIn(large).logs, 50_000, 4_000);
    const big = await peak(large, 200 * MIB);
    process.stdout.write(
      `anonymous memory at its highest: ${[small, big].map((bytes) => (bytes / MIB).toFixed(0)).join(" and ")} MiB\n`,
    );
    expect(big).toBeLessThan(small + 150 * MIB);
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
