// A restore that the disk has no room for: nothing changes, the client hears why, and the server goes on.

import { mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { encodeValue, entryKey, streamKey } from "../../../server/records/records.js";
import { fixedHeader, makeSnapshot } from "../../formats/snapshot/make-snapshot.js";
import { clearRecords, rederive } from "../../storage/rederive.js";
import { readContents } from "../offline/contents.js";
import {
  dirsIn,
  download,
  type FlowgServer,
  ROOT_PASSWORD,
  run,
  startFlowg,
  upload,
} from "./flowg-server.js";
import { fillLogs } from "./log-data.js";

const MIB = 1024 * 1024;
const BLOCKS = 30;

let home: string;
/** Small as a file; as records, a mebibyte in each block. */
let snapshot: Buffer;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-full-disk-"));
  snapshot = await snapshotOf(BLOCKS);
  expect(snapshot.length).toBeLessThan(MIB);
});
afterAll(() => rm(home, { recursive: true, force: true }));

function snapshotOf(count: number): Promise<Buffer> {
  const text = "x".repeat(16_000);
  const value = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields: { text } });
  const uuid = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";
  const blocks = Array.from({ length: count }, (_, block) =>
    Array.from({ length: 64 }, (_, i) => ({ key: entryKey("s", block * 64 + i, uuid), value })),
  );
  const stream = {
    key: streamKey("s"),
    value: encodeValue({ ttl: 0, size: 0, indexed_fields: [] }),
  };
  return makeSnapshot([...blocks, [stream]], fixedHeader("logs"));
}

async function expectRefusal(server: FlowgServer, query: string, bytes = snapshot) {
  const as = await server.login("root", ROOT_PASSWORD);
  await server.call(as, "POST", "/pipelines/default/logs", { record: { a: "b" } });
  const before = await readContents("logs", server.dirs.logs);
  const answer = await upload(server, { as, path: `/restore/logs?${query}`, bytes });
  const after = await readContents("logs", server.dirs.logs);
  expect(after).toEqual(before);
  expect(await keptUndos(server)).toEqual([]);
  expect(await server.spooled()).toEqual([]);
  await server.call(as, "POST", "/pipelines/default/logs", { record: { a: "c" } });
  return answer;
}

const keptUndos = ({ dirs }: FlowgServer): Promise<string[]> =>
  readdir(join(dirs.logs, "undo")).catch(() => []);

/** A restore with an undo file runs out of room for that file first. */
const UNDO = "the undo file for the restore of logs";

test.each([
  ["mode=merge&undo=false", "cannot write to the logs database"],
  ["mode=replace&undo=false", "cannot write to the logs database"],
  ["mode=merge", UNDO],
  ["mode=replace", UNDO],
])("that fails on the way, with %s", async (query, told) => {
  await using server = await startFlowg({ home: join(home, query), limit: "ulimit -f 8192" });
  const answer = await expectRefusal(server, query);
  expect(answer).toMatchObject({ status: 503, body: { code: "DATABASE_UNAVAILABLE" } });
  expect(answer.body.message).toContain(told);
  // the limit is 8 MiB
  expect((await stat(join(server.dirs.logs, "data.mdb"))).size).toBeLessThan(MIB);
});

describe("on a small disk", () => {
  let disk: string;
  let isMounted = false;
  beforeEach(async ({ skip }) => {
    disk = dirsIn(home).logs;
    await mkdir(disk, { recursive: true });
    const { code } = await run("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
    isMounted = code === 0;
    skip(!isMounted, "this needs the right to mount a small disk");
  });
  afterEach(async () => {
    if (isMounted) await run("umount", [disk]);
  });

  /** Leaves so much room. */
  async function fillDisk(bytes: number): Promise<string> {
    const { bavail, bsize } = await statfs(disk);
    const filler = join(disk, "filler");
    await writeFile(filler, Buffer.alloc(bavail * bsize - bytes));
    return filler;
  }

  test("that is seen before", async () => {
    await using server = await startFlowg({ home });
    const { status, body } = await expectRefusal(server, "mode=merge");
    expect({ status, body }).toMatchObject({ status: 507, body: { code: "DISK_FULL" } });
    const { neededBytes, freeBytes, missingBytes } = body.details;
    expect(neededBytes).toBeGreaterThan((BLOCKS - 2) * MIB);
    expect(missingBytes).toBe(neededBytes - freeBytes);
    expect(body.message).toContain(`${missingBytes} more than are free`);
  });

  test.each([
    ["mode=merge&undo=false", "no space left for the logs database"],
    ["mode=replace&undo=false", "no space left for the logs database"],
    ["mode=merge", UNDO],
    ["mode=replace", UNDO],
  ])("that gets full on the way, with %s", async (query, told) => {
    await fillLogs(disk, 4_000, 1_000);
    await using server = await startFlowg({ home });
    const filler = await fillDisk(3 * MIB);
    const file = join(disk, "data.mdb");
    const { size } = await stat(file);
    const bytes = await snapshotOf(5);
    const { status, body } = await expectRefusal(server, query, bytes);
    expect({ status, body }).toMatchObject({ status: 507, body: { code: "DISK_FULL" } });
    expect(body.message).toContain(told);
    // others have the room that was free
    expect((await stat(file)).size - size).toBeLessThan(MIB);
    const { bavail, bsize } = await statfs(disk);
    expect(bavail * bsize).toBeGreaterThan(2 * MIB);
    await rm(filler);
    const as = await server.login("root", ROOT_PASSWORD);
    // what a replacement removes is 4 MiB, which the disk has no room for twice
    const path = `/restore/logs?${query.split("&")[0]}&undo=false`;
    expect(await upload(server, { as, path, bytes })).toMatchObject({ status: 200 });
    const { contents } = await readContents("logs", disk);
    expect(contents.size).toBeGreaterThan(5 * 64);
  });

  test("that is too small for a backup, and says by how much before it begins", async () => {
    await fillLogs(disk, 5_000, 1_000);
    await using server = await startFlowg({ home });
    const as = await server.login("root", ROOT_PASSWORD);
    await fillDisk(MIB);
    for (const path of ["/backup/logs", "/backup"]) {
      const response = await fetch(`${server.api}${path}`, { headers: { Authorization: as } });
      const body = (await response.json()) as { details: { missingBytes: number } };
      expect(response.status).toBe(507);
      expect(body).toMatchObject({ code: "DISK_FULL", success: false });
      expect(body.details.missingBytes).toBeGreaterThan(0);
      expect(body).toMatchObject({
        message: expect.stringContaining(String(body.details.missingBytes)),
      });
      expect(response.headers.get("Content-Disposition")).toBeNull();
    }
    expect(await server.spooled()).toEqual([]);
    expect(await server.metric('flowg_open_readers{database="logs"}')).toBe(0);
  });

  test("that a backup fits on, though not what the database once held", async () => {
    await fillLogs(disk, 5_000, 1_000);
    {
      await using database = await openDatabase({ kind: "logs", dir: disk, mode: "write" });
      database.records.transactionSync(() => {
        clearRecords(database);
        rederive(database);
      });
    }
    await using server = await startFlowg({ home });
    const as = await server.login("root", ROOT_PASSWORD);
    await fillDisk(MIB / 2);
    expect((await download(server, as, "/backup/logs")).bytes.length).toBeLessThan(1_000);
  });

  test("an upload of unknown size, and the translation of one of FlowG's files", async () => {
    await using server = await startFlowg({ home });
    const as = await server.login("root", ROOT_PASSWORD);
    async function* endless() {
      yield Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="backup"; filename="f"\r\n\r\n',
      );
      for (let mib = 0; mib < 20; mib++) yield Buffer.alloc(MIB, mib);
    }
    const response = await fetch(`${server.api}/restore/logs`, {
      method: "POST",
      headers: { Authorization: as, "Content-Type": "multipart/form-data; boundary=b" },
      body: ReadableStream.from(endless()),
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(507);
    const { code, message } = (await response.json()) as Record<string, string>;
    expect(code).toBe("DISK_FULL");
    // and not where our files are
    expect(message).toBe("no space left beside the logs database");
    expect(await server.spooled()).toEqual([]);

    const genuine = await readFile(join(import.meta.dirname, "../../fixtures/flowg-0.24.1/log.db"));
    // the upload fits, and hardly more
    const filler = await fillDisk(genuine.length + MIB / 2);
    const path = "/restore/logs";
    const refused = await upload(server, { as, path, bytes: genuine });
    expect(refused).toMatchObject({ status: 507, body: { code: "DISK_FULL" } });
    expect(await server.spooled()).toEqual([]);
    await rm(filler);
    expect(await upload(server, { as, path, bytes: genuine })).toMatchObject({ status: 200 });
  });
});
