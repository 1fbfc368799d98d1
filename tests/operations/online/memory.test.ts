// A restore's memory, whatever is uploaded: small files that expand to gigabytes. Real servers, each a process of its own.

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import {
  encodeValue,
  entryKey,
  streamKey,
  transformerKey,
  userKey,
} from "../../../server/records/records.js";
import { fixedHeader, makeSnapshot, type Pair } from "../../formats/snapshot/make-snapshot.js";
import { type FlowgServer, ROOT_PASSWORD, startFlowg, upload } from "./flowg-server.js";

const MIB = 1024 * 1024;
const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";
const NONE = encodeValue({ ttl: 0, size: 0, indexed_fields: [] });

const entry = (ms: number, text: string): Pair => ({
  key: entryKey("s", ms, UUID),
  value: encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields: { text } }),
});

/** Each pair in a block of its own, made while it is written. */
function* entries(count: number, bytes: number): Generator<Pair[]> {
  const text = "x".repeat(bytes);
  for (let ms = 0; ms < count; ms += 1) yield [entry(ms, text)];
  yield [{ key: streamKey("s"), value: NONE }];
}

function* users(count: number, bytes: number): Generator<Pair[]> {
  const value = encodeValue({ passwordHash: "x".repeat(bytes), roles: [] });
  for (let n = 0; n < count; n += 1)
    yield [{ key: userKey(`u${String(n).padStart(4, "0")}`), value }];
}

function* transformers(count: number, bytes: number): Generator<Pair[]> {
  const value = Buffer.alloc(bytes, "x");
  for (let n = 0; n < count; n += 1)
    yield [{ key: transformerKey(`t${String(n).padStart(4, "0")}`), value }];
}

function* streams(count: number, bytes: number): Generator<Pair[]> {
  const value = encodeValue({ ttl: 0, size: 0, indexed_fields: ["x".repeat(bytes)] });
  for (let n = 0; n < count; n += 1)
    yield [{ key: streamKey(`s${String(n).padStart(4, "0")}`), value }];
}

/** The most memory that the process has had, MiB. */
async function peakMib({ pid }: FlowgServer): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

interface Case {
  what: string;
  kind: DatabaseKind;
  blocks: Generator<Pair[]>;
}

const REFUSED: Case[] = [
  { what: "20 entries of 58 MB", kind: "logs", blocks: entries(20, 58_000_000) },
  { what: "5,000 entries of 100 kB", kind: "logs", blocks: entries(5_000, 100_000) },
  { what: "20 users of 58 MB", kind: "auth", blocks: users(20, 58_000_000) },
  { what: "20 scripts of 58 MB", kind: "config", blocks: transformers(20, 58_000_000) },
  { what: "20 streams of 58 MB", kind: "logs", blocks: streams(20, 58_000_000) },
];

test.runIf(process.platform === "linux").each(REFUSED)(
  "$what are refused, as a dry run too, before they take the memory",
  async ({ kind, blocks }) => {
    const bytes = await makeSnapshot(blocks, fixedHeader(kind));
    expect(bytes.length).toBeLessThan(8 * MIB);
    await using server = await startFlowg({ flags: ["--max-restore-memory", "256MiB"] });
    const as = await server.login("root", ROOT_PASSWORD);
    for (const path of [
      `/restore/${kind}?dryRun=true`,
      `/restore/${kind}?allowAccessChange=true`,
    ]) {
      const { status, body } = await upload(server, { as, path, bytes });
      expect({ status, code: body.code }).toEqual({ status: 413, code: "INPUT_TOO_LARGE" });
      expect(body.hint).toContain("--max-restore-memory");
      expect(body.details.maxBytes).toBe(256 * MIB);
    }
    expect(await server.spooled()).toEqual([]);
    const peak = await peakMib(server);
    expect(peak).toBeLessThan(256 + 700);
  },
);

test.runIf(process.platform === "linux")(
  "what is allowed takes what it is allowed, beside a few blocks on their way",
  async () => {
    const bytes = await makeSnapshot(entries(4, 58_000_000), fixedHeader("logs"));
    await using server = await startFlowg({ flags: ["--max-restore-memory", "250MiB"] });
    const as = await server.login("root", ROOT_PASSWORD);
    const dry = await upload(server, { as, path: "/restore/logs?dryRun=true", bytes });
    expect(dry.body.report.kinds.entry.added).toBe(4);
    const dryPeak = await peakMib(server);
    const real = await upload(server, { as, path: "/restore/logs", bytes });
    expect(real.body.report.kinds.entry.added).toBe(4);
    const peak = await peakMib(server);
    expect(dryPeak).toBeLessThan(700);
    expect(peak).toBeLessThan(250 + 700);
    const more = await makeSnapshot(entries(5, 58_000_000), fixedHeader("logs"));
    expect((await upload(server, { as, path: "/restore/logs", bytes: more })).status).toBe(413);
  },
);
