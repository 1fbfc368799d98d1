// A part of a restore: what is selected comes back as the backup has it, and nothing else changes, whatever was there. The
// model knows records by their segments, and no ranges of keys.

import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import {
  encodeValue,
  entryKey,
  fieldKey,
  pipelineKey,
  roleKey,
  streamKey,
  tokenKey,
  transformerKey,
  userKey,
} from "../../../server/records/records.js";
import type { KindCounts, RestoreMode } from "../../../server/records/reports.js";
import { type Selected, selectedText } from "../../../server/records/selection.js";
import { choices, itemsOf, parts } from "./any-items.js";
import {
  type AllContents,
  anyContents,
  type Contents,
  fillAll,
  readContents,
  workspace,
} from "./contents.js";

const RUNS = { numRuns: 4, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false };

/** Whether a record is selected; `fills` where it comes only if there is none. */
function roleOf(items: readonly Selected[], hex: string): "selected" | "fills" | undefined {
  const [kind, name, third] = parts(hex);
  const of = kind === "token" ? "user" : kind === "field" || kind === "entry" ? "stream" : kind;
  const named = items.filter((item) => item.kind === of && item.name === name);
  if (named.length === 0) return undefined;
  const isWhole = named.some(({ fromMs, toMs }) => fromMs === undefined && toMs === undefined);
  if (of !== "stream" || isWhole) return "selected";
  if (kind !== "entry") return "fills";
  const ms = Number(third);
  return named.some(({ fromMs = 0, toMs = Infinity }) => ms >= fromMs && ms < toMs)
    ? "selected"
    : undefined;
}

function expectedOf(
  { before, snapshot }: { before: Contents; snapshot: Contents },
  items: readonly Selected[],
  mode: RestoreMode,
) {
  const after = new Map(before);
  const counts: Record<string, KindCounts> = {};
  const count = (hex: string, what: keyof KindCounts) => {
    const kind = parts(hex)[0] as string;
    counts[kind] ??= { added: 0, overwritten: 0, unchanged: 0, kept: 0, removed: 0 };
    counts[kind][what]++;
  };
  for (const [key, value] of snapshot) {
    const how = roleOf(items, key);
    if (how === undefined) continue;
    const old = before.get(key);
    if (old === undefined) count(key, "added");
    else if (old === value) count(key, "unchanged");
    else count(key, how === "fills" ? "kept" : "overwritten");
    if (old === undefined || how === "selected") after.set(key, value);
  }
  for (const key of before.keys()) {
    const how = roleOf(items, key);
    if (how === undefined || snapshot.has(key)) continue;
    const goes = mode === "replace" && how === "selected";
    count(key, goes ? "removed" : "kept");
    if (goes) after.delete(key);
  }
  return { after: [...after].sort(([a], [b]) => (a < b ? -1 : 1)), counts };
}

describe("a restore of a part", () => {
  it.each(["merge", "replace"] as const)(
    "by %s changes what is selected, and nothing else, as its dry run said",
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(anyContents, anyContents, choices, fc.boolean(), async (a, b, of, mix) => {
          const items = itemsOf(a, of);
          if (items.length === 0) return;
          const before = mix ? mixed(a, b) : b;
          await using space = await workspace();
          const backupDir = join(space.path, "backup");
          await fillAll(space.dirs("from"), a);
          await fillAll(space.dirs("to"), before);
          await backupDirectories({ dirs: space.dirs("from"), backupDir });
          const select = items.map(selectedText);
          const options = { dirs: space.dirs("to"), backupDir, mode, select, allowNoAdmin: true };
          const dry = await restoreDirectories({ ...options, dryRun: true });
          const wet = await restoreDirectories({ ...options, dryRun: false });
          const counted = (report: typeof wet) =>
            report.databases.map(({ database, kinds }) => [database, kinds]);
          expect(counted(dry)).toEqual(counted(wet));
          for (const kind of DATABASE_KINDS) {
            const { contents, derived, expected } = await readContents(
              kind,
              space.dirs("to")[kind],
            );
            const model = expectedOf({ before: before[kind], snapshot: a[kind] }, items, mode);
            expect([...contents]).toEqual(model.after);
            expect(derived).toEqual(expected);
            const report = wet.databases.find(({ database }) => database === kind);
            expect(report?.kinds ?? {}).toEqual(model.counts);
          }
        }),
        RUNS,
      );
    },
  );

  it("touches and needs no database in which nothing is selected", async () => {
    await using space = await sample();
    const { dirs, backupDir } = space;
    await rm(join(backupDir, "auth.db"));
    await rm(join(backupDir, "log.db"));
    const select = ["pipeline=default"];
    const report = await restoreDirectories({ ...space.options, select, mode: "replace" });
    expect(report.databases).toMatchObject([
      { database: "config", selected: ["pipeline=default"], kinds: { pipeline: { added: 1 } } },
    ]);
    expect(report.databases).toHaveLength(1);
    await expect(readContents("auth", dirs.auth)).rejects.toMatchObject({
      code: "DATABASE_MISSING",
    });
  });

  it.each([
    [["user=alcie"], 'the backup has no user "alcie"; did you mean "alice"?'],
    [["stream=wbe,from=2020-01-01"], 'the backup has no stream "wbe"; did you mean "web"?'],
    [
      ["stream=web,from=2030-01-01"],
      "the backup has no entries of stream=web,from=2030-01-01T00:00:00.000Z",
    ],
    [["user=alice", "role=nobody"], 'the backup has no role "nobody"'],
  ])("of %j is refused before anything changes", async (select, message) => {
    await using space = await sample();
    await expect(restoreDirectories({ ...space.options, select })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining(message),
    });
    for (const kind of DATABASE_KINDS)
      await expect(readContents(kind, space.dirs[kind])).rejects.toMatchObject({
        code: "DATABASE_MISSING",
      });
  });

  it("checks the whole file, also where the fault is outside of the part", async () => {
    await using space = await sample();
    const path = join(space.backupDir, "auth.db");
    const bytes = await readFile(path);
    // in the seal: outside of every part
    const at = bytes.length - 40;
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(path, bytes);
    await expect(
      restoreDirectories({ ...space.options, select: ["role=ops"] }),
    ).rejects.toMatchObject({ code: "SNAPSHOT_CORRUPT" });
  });

  it("names what then dangles, unless it comes along", async () => {
    await using space = await sample();
    const warningsOf = async (...select: string[]) => {
      const report = await restoreDirectories({ ...space.options, select, dryRun: true });
      return report.databases.flatMap(({ warnings }) => warnings);
    };
    expect(await warningsOf("user=alice")).toEqual([
      'user "alice" has role "ops", which is not there: select it, too, or make it',
    ]);
    expect(await warningsOf("user=alice", "role=ops")).toEqual([]);
    expect(await warningsOf("pipeline=default", "stream=web")).toEqual([
      'pipeline "default" works with transformer "parse", which is not there: select it, too, or make it',
    ]);
    expect(await warningsOf("pipeline=default", "stream=web", "transformer=parse")).toEqual([]);
  });

  it("leaves a stream configured as it is where only a stretch of time comes back, and says so", async () => {
    await using space = await sample();
    const now = encodeValue({ ttl: 60, size: 0, indexed_fields: ["host"] });
    const here: [string, string][] = [
      [streamKey("web").toString("hex"), now.toString("hex")],
      [streamKey("app").toString("hex"), now.toString("hex")],
    ];
    await fillAll(space.dirs, { auth: new Map(), config: new Map(), logs: new Map(here) });
    const select = ["stream=web,from=2023-11-14T22:13:20Z,to=2023-11-14T22:13:21Z"];
    const report = await restoreDirectories({ ...space.options, select, mode: "replace" });
    expect(report.databases[0]?.kinds).toMatchObject({
      entry: { added: 1, removed: 0 },
      stream: { kept: 1, overwritten: 0 },
    });
    expect(report.databases[0]?.warnings.toSorted()).toEqual([
      'stream "web" is configured otherwise than in the backup, and stays as it is: select the stream without times to bring its configuration back',
      expect.stringContaining('stream "web" keeps entries for 60 seconds'),
    ]);
    const { contents, derived, expected } = await readContents("logs", space.dirs.logs);
    expect(contents.get(streamKey("web").toString("hex"))).toBe(now.toString("hex"));
    expect(contents.get(streamKey("app").toString("hex"))).toBe(now.toString("hex"));
    expect(derived).toEqual(expected);
  });

  it("says where a stream has no configuration at all", async () => {
    await using space = await sample();
    const report = await restoreDirectories({ ...space.options, select: ["stream=bare"] });
    expect(report.databases[0]?.warnings).toEqual([
      'stream "bare" has no configuration, neither here nor in the backup: its entries are kept without limits until it gets one',
    ]);
  });

  it("keeps an administrator, as every restore of auth does", async () => {
    await using space = await sample();
    const admin: [string, string][] = [
      [roleKey("ops").toString("hex"), hex({ scopes: ["write_acls"] })],
      [userKey("root").toString("hex"), hex({ passwordHash: "$argon2id$x", roles: ["ops"] })],
    ];
    await fillAll(space.dirs, { auth: new Map(admin), config: new Map(), logs: new Map() });
    await expect(
      restoreDirectories({ ...space.options, select: ["role=ops"] }),
    ).rejects.toMatchObject({ code: "REFUSED", message: expect.stringContaining("administer") });
  });

  it("completes no run that was cut: the next one still tells of it", async () => {
    await using space = await sample();
    const { openDatabase } = await import("../../../server/engine/lmdb/open.js");
    const { writeMark } = await import("../../../server/storage/notes/restore-mark.js");
    await fillAll(space.dirs, { auth: new Map(), config: new Map(), logs: new Map() });
    {
      await using database = await openDatabase({
        kind: "auth",
        dir: space.dirs.auth,
        mode: "write",
      });
      const mark = {
        run: "cut",
        at: "2026-01-01T00:00:00.000Z",
        of: ["auth", "logs"] as DatabaseKind[],
      };
      database.local.transactionSync(() => writeMark(database, mark));
    }
    const select = ["user=alice", "stream=web"];
    const first = await restoreDirectories({ ...space.options, select });
    const second = await restoreDirectories({ ...space.options, select });
    for (const { notes } of [first, second])
      expect(notes).toContainEqual(expect.stringContaining("it had done auth, but not logs"));
  });

  it.each([
    [{ only: ["auth"] as DatabaseKind[] }, "and --only (in the API `only`) leaves logs out"],
    [{ replaceDamaged: true }, "exclude each other"],
  ])("is refused together with %j", async (more, message) => {
    await using space = await sample();
    await expect(
      restoreDirectories({ ...space.options, select: ["stream=web"], ...more }),
    ).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining(message) });
  });
});

const hex = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("hex");

/** Half of a's records with other values, and all of b's. */
function mixed(a: AllContents, b: AllContents): AllContents {
  const mix = (kind: DatabaseKind): Contents => {
    const own = [...a[kind]].filter((_, n) => n % 2 === 0);
    const values = [...a[kind]];
    const changed = own.map(([key, value], n): [string, string] => {
      const other = values[(2 * n + 1) % values.length];
      const isSame = other && parts(other[0])[0] === parts(key)[0] && parts(key)[0] !== "token";
      return [key, isSame ? other[1] : value];
    });
    return new Map([...new Map([...b[kind], ...changed])].sort(([x], [y]) => (x < y ? -1 : 1)));
  };
  return { auth: mix("auth"), config: mix("config"), logs: mix("logs") };
}

const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";

/** A small backup, and nothing where it is to be restored. */
async function sample() {
  const space = await workspace();
  const backupDir = join(space.path, "backup");
  const flow = {
    nodes: [
      { id: "a", type: "source", data: { type: "direct" } },
      { id: "b", type: "transform", data: { transformer: "parse" } },
      { id: "c", type: "router", data: { stream: "web" } },
    ],
    edges: [{ id: "e", source: "a", target: "c" }],
  };
  const entry = (ms: number) =>
    hex({ timestamp: new Date(ms).toISOString(), fields: { host: "a" } });
  const at = 1_700_000_000_000;
  const of = (pairs: [Buffer, string][]): Contents =>
    new Map(pairs.map(([key, value]) => [key.toString("hex"), value]));
  await fillAll(space.dirs("from"), {
    auth: of([
      [roleKey("ops"), hex({ scopes: [] })],
      [tokenKey("alice", UUID), hex({ sha256: "a".repeat(64) })],
      [userKey("alice"), hex({ passwordHash: "$argon2id$x", roles: ["ops"] })],
      [userKey("bob"), hex({ passwordHash: "$argon2id$x", roles: [] })],
    ]),
    config: of([
      [pipelineKey("default"), hex(flow)],
      [transformerKey("parse"), Buffer.from("script").toString("hex")],
    ]),
    logs: of([
      [entryKey("bare", at, UUID), entry(at)],
      [entryKey("web", at, UUID), entry(at)],
      [entryKey("web", at + 1000, UUID), entry(at + 1000)],
      [fieldKey("web", "host"), ""],
      [streamKey("web"), hex({ ttl: 0, size: 0, indexed_fields: [] })],
    ]),
  });
  await backupDirectories({ dirs: space.dirs("from"), backupDir });
  const dirs = space.dirs("to");
  return {
    dirs,
    backupDir,
    options: { dirs, backupDir, mode: "merge" as RestoreMode, dryRun: false },
    [Symbol.asyncDispose]: () => space[Symbol.asyncDispose](),
  };
}
