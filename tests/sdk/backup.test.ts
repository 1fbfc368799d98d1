// Downloads from a server that does everything wrong: each fault has its error, and no file gets the final name.

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as sdk from "../../sdk/index.js";
import {
  AUTH_BLOCKS,
  fixedHeader,
  makeSnapshot,
  SET_ID,
} from "../formats/snapshot/make-snapshot.js";
import { type FakeServer, fakeServer, sendJson, thrownBy } from "./fake-server.js";

const auth = await makeSnapshot(AUTH_BLOCKS);
const config = await makeSnapshot([], fixedHeader("config"));
const logs = await makeSnapshot([], fixedHeader("logs"));
const BINARY = { "Content-Type": "application/octet-stream" };

type Member = [name: string, bytes: Uint8Array];
const seal = async (name: string, bytes: Uint8Array) => {
  const { database, entries, blocks, rawBytes, sha256 } = await sdk.verifySnapshot(bytes);
  return { database, name, bytes: bytes.byteLength, entries, blocks, rawBytes, sha256 };
};
const SNAPSHOTS: Member[] = [
  ["auth.db", auth],
  ["config.db", config],
  ["logs.db", logs],
];
const manifestOf = async (more: Record<string, unknown> = {}): Promise<Member> => {
  const snapshots = await Promise.all(SNAPSHOTS.map(([name, bytes]) => seal(name, bytes)));
  const manifest = { setId: SET_ID, createdAt: "2026-11-23T00:00:00.000Z", snapshots, ...more };
  return ["manifest.json", Buffer.from(JSON.stringify(manifest))];
};
const manifest = await manifestOf();

async function tar(members: readonly Member[]): Promise<Buffer> {
  const packing = pack();
  for (const [name, bytes] of members) packing.entry({ name }, Buffer.from(bytes));
  packing.finalize();
  return await buffer(packing);
}

const other = await makeSnapshot([], { ...fixedHeader("logs"), setId: "another" });
const whole = await tar([...SNAPSHOTS, manifest]);
const flipped = Buffer.from(whole);
// somewhere in the first snapshot
flipped[900] = (flipped[900] ?? 0) ^ 1;

const BAD_TARS: [string, Buffer, new (...facts: never[]) => Error][] = [
  ["without its manifest", await tar(SNAPSHOTS), sdk.SnapshotIncompleteError],
  [
    "without a database",
    await tar([...SNAPSHOTS.slice(0, 2), manifest]),
    sdk.SnapshotIncompleteError,
  ],
  ["with one twice", await tar([...SNAPSHOTS, ...SNAPSHOTS, manifest]), sdk.UnexpectedAnswerError],
  [
    "with a stranger in it",
    await tar([["../evil", auth], ...SNAPSHOTS, manifest]),
    sdk.UnexpectedAnswerError,
  ],
  ["with two exchanged", await tar([["auth.db", config], manifest]), sdk.WrongDatabaseError],
  [
    "with one of another set",
    await tar([...SNAPSHOTS.slice(0, 2), ["logs.db", other], manifest]),
    sdk.SnapshotDamagedError,
  ],
  [
    "with a manifest of other snapshots",
    await tar([...SNAPSHOTS, await manifestOf({ snapshots: [] })]),
    sdk.SnapshotDamagedError,
  ],
  [
    "with a manifest that isn't JSON",
    await tar([...SNAPSHOTS, ["manifest.json", Buffer.from("{")]]),
    sdk.SnapshotDamagedError,
  ],
  [
    "with a snapshot that was cut",
    await tar([["auth.db", auth.subarray(0, 200)], manifest]),
    sdk.SnapshotIncompleteError,
  ],
  ["with a changed byte", flipped, sdk.SnapshotDamagedError],
  ["of nothing", Buffer.alloc(1024), sdk.SnapshotIncompleteError],
  ["of no bytes", Buffer.alloc(0), sdk.SnapshotIncompleteError],
  ["that isn't a tar", Buffer.alloc(2048, "x"), sdk.SnapshotIncompleteError],
];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-sdk-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const clientOf = ({ url }: FakeServer, timeout = 30_000) =>
  sdk.createClient({ baseUrl: url, token: "pat_x", retries: 0, timeout });

describe("a backup into a file", () => {
  test("is what was sent, for its owner only, with progress", async () => {
    await using server = await fakeServer((_, response) => {
      response.writeHead(200, BINARY);
      response.write(auth.subarray(0, 100));
      setTimeout(() => response.end(auth.subarray(100)), 20);
    });
    const seen: sdk.TransferProgress[] = [];
    const path = join(dir, "auth.db");
    const info = await clientOf(server).backup.toFile("auth", path, {
      onProgress: (progress) => seen.push(progress),
    });
    expect(await readFile(path)).toEqual(auth);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(info).toMatchObject({ database: "auth", setId: SET_ID, bytes: auth.byteLength });
    expect(seen.at(-1)).toEqual({
      database: "auth",
      bytes: auth.byteLength,
      records: info.entries,
    });
    expect(await readdir(dir)).toEqual(["auth.db"]);
  });

  type Hostile = (response: ServerResponse) => void;
  const half = auth.subarray(0, auth.byteLength / 2);
  const FAULTS: [string, Hostile, new (...facts: never[]) => Error][] = [
    [
      "cuts the connection",
      (r) => r.writeHead(200, BINARY).write(half, () => r.destroy()),
      sdk.ConnectionError,
    ],
    [
      "ends before the seal, cleanly",
      (r) => r.writeHead(200, BINARY).end(half),
      sdk.SnapshotIncompleteError,
    ],
    [
      "sends less than it said",
      (r) =>
        r
          .writeHead(200, { ...BINARY, "Content-Length": auth.byteLength })
          .write(half, () => r.socket?.end()),
      sdk.ConnectionError,
    ],
    [
      "says less than it is",
      (r) => {
        r.writeHead(200, { ...BINARY, "Content-Length": half.byteLength });
        r.write(half);
        r.socket?.end(auth.subarray(half.byteLength));
      },
      sdk.SnapshotIncompleteError,
    ],
    ["stalls", (r) => r.writeHead(200, BINARY).write(half), sdk.TimeoutError],
    ["sends nothing", (r) => r.writeHead(200, BINARY).end(), sdk.SnapshotIncompleteError],
    ["sends JSON with 200", (r) => sendJson(r, 200, { success: true }), sdk.UnexpectedAnswerError],
    [
      "sends JSON as a snapshot",
      (r) => r.writeHead(200, BINARY).end('{"success":true}'),
      sdk.SnapshotError,
    ],
    [
      "sends a page",
      (r) => r.writeHead(200, { "Content-Type": "text/html" }).end("<p>"),
      sdk.UnexpectedAnswerError,
    ],
    ["sends another database", (r) => r.writeHead(200, BINARY).end(config), sdk.WrongDatabaseError],
    [
      "changes a byte",
      (r) => {
        const damaged = Buffer.from(auth);
        damaged[300] = (damaged[300] ?? 0) ^ 1;
        r.writeHead(200, BINARY).end(damaged);
      },
      sdk.SnapshotDamagedError,
    ],
    [
      "goes on after the seal",
      (r) => r.writeHead(200, BINARY).end(Buffer.concat([auth, auth])),
      sdk.SnapshotDamagedError,
    ],
    [
      "redirects",
      (r) => r.writeHead(302, { Location: "http://127.0.0.1:1/" }).end(),
      sdk.RedirectError,
    ],
    ["answers 204", (r) => r.writeHead(204).end(), sdk.FlowgSdkError],
  ];

  test.each(FAULTS)("from a server that %s", async (_, hostile, Class) => {
    await using server = await fakeServer((_, response) => hostile(response));
    const path = join(dir, "auth.db");
    await writeFile(path, "an older backup");
    const client = clientOf(server, Class === sdk.TimeoutError ? 200 : undefined);
    expect(await thrownBy(() => client.backup.toFile("auth", path))).toBeInstanceOf(Class);
    expect(await readdir(dir)).toEqual(["auth.db"]);
    expect(await readFile(path, "utf8")).toBe("an older backup");
    // as a stream it is no better
    const streamed = await thrownBy(async () => text((await client.backup.auth()).stream));
    expect(streamed).toBeInstanceOf(Class);
    expect(server.asked.every(({ path }) => path === "/api/v1/backup/auth")).toBe(true);
  });

  test("that can't be written is an error that names the file", async () => {
    await using server = await fakeServer((_, r) => r.writeHead(200, BINARY).end(auth));
    const client = clientOf(server);
    await mkdir(join(dir, "taken"));
    for (const path of [join(dir, "missing/auth.db"), join(dir, "taken")]) {
      const error = await thrownBy(() => client.backup.toFile("auth", path));
      expect(error).toBeInstanceOf(sdk.FileError);
      expect((error as Error).message).toContain(path.slice(0, -8));
    }
    expect(await readdir(dir)).toEqual(["taken"]);
  });

  test("that is stopped leaves nothing", async () => {
    await using server = await fakeServer((_, r) => r.writeHead(200, BINARY).write(half));
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const error = await thrownBy(() =>
      clientOf(server).backup.toFile("auth", join(dir, "auth.db"), {
        signal: stop.signal,
        onProgress,
      }),
    );
    expect(error).toBeInstanceOf(sdk.AbortError);
    expect(await readdir(dir)).toEqual([]);
  });
});

describe("a backup as a stream", () => {
  test("has its headers, and may be left half-way", async () => {
    let closed = false;
    await using server = await fakeServer((_, response) => {
      response.on("close", () => (closed = true));
      response.writeHead(200, {
        ...BINARY,
        "Content-Disposition": "attachment; filename=logs.db",
        "Flowg-Snapshot-Set": SET_ID,
        "Flowg-Snapshot-Created": "2026-11-23T00:00:00Z",
        "X-Request-Id": "r-7",
      });
      response.write(logs.subarray(0, 50));
    });
    const backup = await clientOf(server).backup.logs();
    expect(backup).toMatchObject({
      filename: "logs.db",
      setId: SET_ID,
      createdAt: "2026-11-23T00:00:00Z",
    });
    expect(backup.headers.get("x-request-id")).toBe("r-7");
    const reader = backup.stream.getReader();
    expect(Buffer.from((await reader.read()).value ?? [])).toEqual(logs.subarray(0, 50));
    await reader.cancel();
    await expect.poll(() => closed).toBe(true);
  });
});

describe("a backup of all three", () => {
  const serving = (bytes: Uint8Array) =>
    fakeServer((_, r) => r.writeHead(200, { "Content-Type": "application/x-tar" }).end(bytes));

  test("is three whole files of one instant", async () => {
    await using server = await serving(await tar([...SNAPSHOTS, manifest]));
    const target = join(dir, "new/backup");
    const set = await clientOf(server).backup.all(target);
    expect(set).toMatchObject({ setId: SET_ID, createdAt: "2026-11-23T00:00:00.000Z" });
    expect(set.snapshots.map(({ database, path }) => [database, path])).toEqual([
      ["auth", join(target, "auth.db")],
      ["config", join(target, "config.db")],
      ["logs", join(target, "log.db")],
    ]);
    expect((await readdir(target)).sort()).toEqual(["auth.db", "config.db", "log.db"]);
    expect(await readFile(join(target, "auth.db"))).toEqual(auth);
    expect(await readFile(join(target, "log.db"))).toEqual(logs);
  });

  test.each(BAD_TARS)("%s is refused, and leaves the older ones", async (_, bytes, Class) => {
    await using server = await serving(bytes);
    await writeFile(join(dir, "auth.db"), "older");
    const error = await thrownBy(() => clientOf(server).backup.all(dir));
    expect(error).toBeInstanceOf(Class);
    expect(await readdir(dir)).toEqual(["auth.db"]);
    expect(await readFile(join(dir, "auth.db"), "utf8")).toBe("older");
  });

  test("cut at any byte is refused", async () => {
    // the tar's own end is empty blocks, which a reader may do without
    const end = whole.byteLength - 1024;
    for (let length = 0; length < end; length += 97) {
      await using server = await serving(whole.subarray(0, length));
      const error = await thrownBy(() => clientOf(server).backup.all(dir));
      expect(error, `cut at ${length}`).toBeInstanceOf(sdk.SnapshotIncompleteError);
      expect(await readdir(dir)).toEqual([]);
    }
  });

  test("whose connection breaks is that, and no file", async () => {
    await using server = await fakeServer((_, r) => {
      r.writeHead(200, { "Content-Type": "application/x-tar" });
      r.write(whole.subarray(0, 3000), () => r.destroy());
    });
    const error = await thrownBy(() => clientOf(server).backup.all(dir));
    expect(error).toBeInstanceOf(sdk.ConnectionError);
    expect(await readdir(dir)).toEqual([]);
  });

  test("removes what a killed run left, and nothing else", async () => {
    const left = ".log.db.999999999-0a1b2c3d.part";
    await writeFile(join(dir, left), "half");
    await writeFile(join(dir, ".log.db.part"), "mine");
    await using server = await serving(whole);
    await clientOf(server).backup.all(dir);
    expect((await readdir(dir)).sort()).toEqual([".log.db.part", "auth.db", "config.db", "log.db"]);
  });
});
