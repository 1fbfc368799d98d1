// A restore that the disk has no room for: nothing changes, the client hears why, and the server goes on.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeValue, entryKey, streamKey } from "../../server/database/records.js";
import { readContents } from "../restore/contents.js";
import { fixedHeader, makeSnapshot } from "../snapshot/make-snapshot.js";
import {
  dirsIn,
  type FlowgServer,
  ROOT_PASSWORD,
  run,
  startFlowg,
  upload,
} from "./flowg-server.js";

const MIB = 1024 * 1024;
const BLOCKS = 30;

let home: string;
/** Small as a file; as records, a mebibyte a block. */
let snapshot: Buffer;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-full-disk-"));
  const text = "x".repeat(16_000);
  const value = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields: { text } });
  const uuid = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";
  const blocks = Array.from({ length: BLOCKS }, (_, block) =>
    Array.from({ length: 64 }, (_, i) => ({ key: entryKey("s", block * 64 + i, uuid), value })),
  );
  const stream = {
    key: streamKey("s"),
    value: encodeValue({ ttl: 0, size: 0, indexed_fields: [] }),
  };
  snapshot = await makeSnapshot([...blocks, [stream]], fixedHeader("logs"));
  expect(snapshot.length).toBeLessThan(MIB);
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function expectRefusal(server: FlowgServer, mode: string) {
  const as = await server.login("root", ROOT_PASSWORD);
  await server.call(as, "POST", "/pipelines/default/logs", { record: { a: "b" } });
  const before = await readContents("logs", server.dirs.logs);
  const path = `/restore/logs?mode=${mode}`;
  const answer = await upload(server, { as, path, bytes: snapshot });
  const after = await readContents("logs", server.dirs.logs);
  expect(after).toEqual(before);
  expect(await server.spooled()).toEqual([]);
  await server.call(as, "POST", "/pipelines/default/logs", { record: { a: "c" } });
  return answer;
}

test.each(["merge", "replace"])("that fails on the way, in mode %s", async (mode) => {
  await using server = await startFlowg({ home: join(home, mode), limit: "ulimit -f 8192" });
  const answer = await expectRefusal(server, mode);
  expect(answer).toMatchObject({ status: 503, body: { code: "DATABASE_UNAVAILABLE" } });
  expect(answer.body.message).toContain("cannot write to the logs database");
});

test("that is seen before, on a small disk", async ({ skip }) => {
  const disk = dirsIn(home).logs;
  await mkdir(disk, { recursive: true });
  const { code } = await run("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
  skip(code !== 0, "this needs the right to mount a small disk");
  try {
    await using server = await startFlowg({ home });
    const { status, body } = await expectRefusal(server, "merge");
    expect({ status, body }).toMatchObject({ status: 507, body: { code: "DISK_FULL" } });
    const { neededBytes, freeBytes, missingBytes } = body.details;
    expect(neededBytes).toBeGreaterThan((BLOCKS - 2) * MIB);
    expect(missingBytes).toBe(neededBytes - freeBytes);
    expect(body.message).toContain(`${missingBytes} more than are free`);
  } finally {
    await run("umount", [disk]);
  }
});
