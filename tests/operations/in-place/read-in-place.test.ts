// Backups read where they are: the answers are those of a model that knows no ranges, and those of a server on the same records.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backupAt, itemsInPlace, queryInPlace } from "../../../server/core.js";
import { backupDirectories } from "../../../server/operations/offline/backup.js";
import { matchesFilter, parseFilter } from "../../../server/records/logs/filter.js";
import type { EntryRecord } from "../../../server/records/records.js";
import { openConfigStore } from "../../../server/stores/config/store.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { memoryEngine } from "../../storage/memory-engine.js";
import { collect } from "../../stores/logs/collect.js";
import { type AllContents, anyContents } from "../offline/contents.js";
import { writeBackup } from "./model.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-in-place-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const parts = (hex: string) => Buffer.from(hex, "hex").toString().split("\x1b");
const FILTERS = [undefined, 'level = "info"', 'not (level in ["info"])'];

function model(
  { logs }: AllContents,
  query: { stream: string; fromMs: number; toMs?: number; filter?: string; limit?: number },
): EntryRecord[] {
  const { stream, fromMs, toMs = Infinity, filter, limit = Infinity } = query;
  const found = [...logs].flatMap(([key, value]) => {
    const [kind, name, ms] = parts(key);
    if (kind !== "entry" || name !== stream || Number(ms) < fromMs || Number(ms) >= toMs) return [];
    const entry = JSON.parse(Buffer.from(value, "hex").toString()) as EntryRecord;
    return filter && !matchesFilter(parseFilter(filter), entry.fields) ? [] : [entry];
  });
  return found.reverse().slice(0, limit);
}

describe("a backup that is read in place", () => {
  it("answers a query with the stream's entries in the window, newest first", async () => {
    const moment = fc.integer({ min: 0, max: 2_000_000_000_000 });
    await fc.assert(
      fc.asyncProperty(
        anyContents,
        fc.record({ a: moment, b: moment, filter: fc.constantFrom(...FILTERS) }),
        fc.option(fc.integer({ min: 1, max: 3 })),
        fc.integer({ min: 1, max: 9 }),
        async (contents, { a, b, filter }, limit, atOnce) => {
          const names = [...contents.logs.keys()].map(parts).filter(([kind]) => kind === "stream");
          const stream = names[0]?.[1];
          if (stream === undefined) return;
          await writeBackup(home, contents, atOnce);
          const window = { fromMs: Math.min(a, b), ...(a < b ? { toMs: b } : {}) };
          const query = { stream, ...window, ...(filter && { filter }), ...(limit && { limit }) };
          expect(await queryInPlace(await backupAt(home), query)).toEqual(model(contents, query));
        },
      ),
      { numRuns: 30, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false },
    );
  });

  it("gives what a server gives of the same records", async () => {
    const engine = memoryEngine();
    const dirs = {
      auth: join(home, "auth"),
      config: join(home, "config"),
      logs: join(home, "logs"),
    };
    await engine.open({ kind: "auth", dir: dirs.auth }, { mode: "create" });
    const config = openConfigStore(
      await engine.open({ kind: "config", dir: dirs.config }, { mode: "create" }),
    );
    const logs = openLogStore(
      await engine.open({ kind: "logs", dir: dirs.logs }, { mode: "create" }),
    );
    await config.bootstrap();
    await config.transformers.save("t", '.level = "ü"');
    await config.alerts.save("a", { url: "http://localhost:1/", headers: { x: "y" } });
    await logs.streams.configure("app", { ttl: 0, size: 3, indexed_fields: ["level"] });
    for (let n = 1; n <= 40; n++)
      await logs.ingest(
        [{ stream: "app", fields: { level: n % 2 ? "info" : "error", n: String(n) } }],
        n,
      );
    await logs.finishWork();
    const backupDir = join(home, "backup");
    await backupDirectories({ dirs, backupDir }, engine);
    const backup = await backupAt(backupDir);
    for (const query of [
      { fromMs: 0 },
      { fromMs: 5, toMs: 17, filter: 'level = "error"' },
      { fromMs: 5, toMs: 35, filter: 'level != "error"', limit: 3 },
      { fromMs: 41 },
    ])
      expect(await queryInPlace(backup, { stream: "app", ...query })).toEqual(
        await collect(logs, "app", query),
      );
    expect((await itemsInPlace(backup, "pipeline")).get("default")).toEqual(
      await config.pipelines.get("default"),
    );
    expect((await itemsInPlace(backup, "alert")).get("a")).toEqual(await config.alerts.get("a"));
    expect([...(await itemsInPlace(backup, "transformer"))]).toEqual([["t", '.level = "ü"']]);
    expect([...(await itemsInPlace(backup, "stream"))]).toEqual([
      ["app", await logs.streams.get("app")],
    ]);
  });

  it("says nothing of a file that is damaged anywhere, and names a stream that was meant", async () => {
    const contents: AllContents = { auth: new Map(), config: new Map(), logs: sampleLogs() };
    await writeBackup(home, contents, 1);
    const backup = await backupAt(home);
    await expect(queryInPlace(backup, { stream: "wbe", fromMs: 0 })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: 'the backup has no stream "wbe"; did you mean "web"?',
    });
    await expect(
      queryInPlace(backup, { stream: "web", fromMs: 0, filter: "level =" }),
    ).rejects.toMatchObject({ code: "INPUT_INVALID" });
    const path = join(home, "log.db");
    const bytes = await readFile(path);
    const at = bytes.length - 40;
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(path, bytes);
    await expect(queryInPlace(backup, { stream: "web", fromMs: 0 })).rejects.toMatchObject({
      code: "SNAPSHOT_CORRUPT",
      message: expect.stringContaining(path),
    });
  });
});

function sampleLogs(): Map<string, string> {
  const hex = (text: string) => Buffer.from(text).toString("hex");
  const uuid = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";
  return new Map([
    [
      hex(`entry\x1bweb\x1b${"5".padStart(20, "0")}\x1b${uuid}`),
      hex('{"timestamp":"t","fields":{}}'),
    ],
    [hex("stream\x1bweb"), hex('{"ttl":0,"size":0,"indexed_fields":[]}')],
  ]);
}
