// Snapshots of a repository read in place: right, and by fetching only the segments that can hold what is asked for.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  diffBackups,
  initRepository,
  itemsInPlace,
  openRepository,
  openSnapshot,
  queryInPlace,
  restoreDirectories,
  snapshotAt,
} from "../../../server/core.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import { encodeValue, entryKey, pipelineKey, streamKey } from "../../../server/records/records.js";
import { repositoryKeys } from "../../../server/repository/keys/repository-keys.js";
import {
  MANIFEST_FORMAT,
  type Manifest,
  type SegmentEntry,
} from "../../../server/repository/manifest.js";
import { putManifest } from "../../../server/repository/manifest-objects.js";
import { databaseSums } from "../../../server/repository/manifest-sums.js";
import type { Repository } from "../../../server/repository/repository.js";
import { cutSegments } from "../../../server/repository/segments/cut-segments.js";
import { SegmentStore } from "../../../server/repository/segments/segment-store.js";
import { flowg } from "../../cli/flowg.js";
import { type Pair, rawBlocks } from "../../formats/snapshot/make-snapshot.js";
import { MemoryPlace } from "../../repository/memory-place.js";
import { readContents } from "../offline/contents.js";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 28);
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

const entry = (stream: string, ms: number, salt = ""): Pair => ({
  key: entryKey(stream, ms, uuid(ms % 1_000_000)),
  value: encodeValue({
    timestamp: new Date(ms).toISOString(),
    fields: { level: ms % 2 ? "info" : "error", salt },
  }),
});

/** A segment for each hour of two streams, and one for the streams themselves. */
function logs(salts: Record<number, string> = {}): Pair[][] {
  const hours = ["app", "web"].flatMap((stream) =>
    Array.from({ length: 6 }, (_, hour) =>
      Array.from({ length: 4 }, (_, n) => entry(stream, START + hour * HOUR + n, salts[hour])),
    ),
  );
  const streams = ["app", "web"].map((name) => ({
    key: streamKey(name),
    value: encodeValue({ ttl: 0, size: 0, indexed_fields: [] }),
  }));
  return [...hours, streams];
}

const CONFIG: Pair[][] = [
  [{ key: pipelineKey("default"), value: Buffer.from('{"version":1,"nodes":[],"edges":[]}') }],
];

async function* inSegments(segments: Pair[][]) {
  for await (const block of rawBlocks(segments)) yield { ...block, endsSegment: true };
}

async function put(repository: Repository, databases: Partial<Record<DatabaseKind, Pair[][]>>) {
  const store = await SegmentStore.open(repository);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: 1,
    setId: randomUUID(),
    createdAt: new Date(START + 6 * HOUR + Object.keys(databases).length - 1).toISOString(),
    producer: "flowg test",
    host: "here",
    tags: [],
    databases: {},
  };
  for (const [kind, segments] of Object.entries(databases) as [DatabaseKind, Pair[][]][]) {
    const entries: SegmentEntry[] = [];
    for await (const { records } of cutSegments(kind, inSegments(segments), () => {})) {
      const facts = records.facts();
      const found = store.find(facts.contentSha256);
      entries.push(found ?? (await store.put(kind, facts, await records.pack())));
    }
    manifest.databases[kind] = { ...databaseSums(entries), segments: entries };
  }
  await putManifest(repository, manifest);
  return manifest.setId;
}

function countedRepository() {
  const place = new MemoryPlace();
  const id = randomUUID();
  const repository = { id, place, keys: repositoryKeys({ id, trusted: [] }) };
  let gets: string[] = [];
  place.before = async (request) => {
    if (request.startsWith("get segments/")) gets.push(request);
  };
  const fetched = () => {
    const seen = gets.length;
    gets = [];
    return seen;
  };
  return { repository, fetched };
}

it("a query fetches the segments of its hours, an item those of its kind, and nothing twice", async () => {
  const { repository, fetched } = countedRepository();
  await put(repository, { logs: logs(), config: CONFIG });
  const backup = await snapshotAt([{ repository }], {});
  fetched();
  const hour = { stream: "web", fromMs: START + 2 * HOUR, toMs: START + 3 * HOUR };
  const times = (entries: { timestamp: string }[]) => entries.map(({ timestamp }) => timestamp);
  expect(times(await queryInPlace(backup, hour))).toEqual(
    [3, 2, 1, 0].map((n) => new Date(START + 2 * HOUR + n).toISOString()),
  );
  expect(fetched()).toBe(1);
  const query = { ...hour, toMs: START + 4 * HOUR, filter: 'level = "error"', limit: 3 };
  expect(times(await queryInPlace(backup, query))).toEqual(
    [HOUR + 2, HOUR, 2].map((n) => new Date(START + 2 * HOUR + n).toISOString()),
  );
  expect(fetched()).toBe(2);
  // whether there is such a stream, the last segment tells
  await expect(queryInPlace(backup, { ...hour, stream: "wbe" })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining('did you mean "web"?'),
  });
  expect(fetched()).toBe(1);
  expect([...(await itemsInPlace(backup, "pipeline")).keys()]).toEqual(["default"]);
  expect([...(await itemsInPlace(backup, "stream")).keys()]).toEqual(["app", "web"]);
  expect(fetched()).toBe(2);
});

it("a difference fetches only what the two don't share", async () => {
  const { repository, fetched } = countedRepository();
  const first = await put(repository, { logs: logs() });
  const second = await put(repository, { logs: logs({ 4: "changed" }), config: CONFIG });
  const at = (snapshot: string) => snapshotAt([{ repository }], { snapshot });
  const [one, two] = [await at(first), await at(second)];
  fetched();
  const report = await diffBackups(one, two);
  expect(report).toMatchObject({ equal: false, onlyBefore: [], onlyAfter: ["config"] });
  expect(report.databases).toEqual([
    {
      database: "logs",
      equal: false,
      kinds: {
        entry: { added: 0, removed: 0, changed: 8, names: { added: [], removed: [], changed: [] } },
      },
      streams: ["app", "web"].map((name) => ({
        name,
        added: 0,
        removed: 0,
        changed: 4,
        from: new Date(START + 4 * HOUR).toISOString(),
        to: new Date(START + 4 * HOUR + 3).toISOString(),
      })),
    },
  ]);
  expect(fetched()).toBe(4);
  expect(await diffBackups(one, one)).toMatchObject({ equal: true });
  expect(fetched()).toBe(0);
});

it("a restore of a part fetches what can hold it, twice: to check it, and to restore it", async () => {
  const { repository, fetched } = countedRepository();
  await put(repository, { logs: logs(), config: CONFIG });
  const { from } = await openSnapshot([{ repository }], {});
  const home = await mkdtemp(join(tmpdir(), "flowg-part-"));
  const dirs = { auth: join(home, "auth"), config: join(home, "config"), logs: join(home, "logs") };
  const restore = (select: string[]) =>
    restoreDirectories({
      dirs,
      backupDir: "",
      from,
      mode: "merge",
      dryRun: false,
      select,
    });
  try {
    fetched();
    const report = await restore([
      "stream=web,from=2026-11-28T02:00:00Z,to=2026-11-28T04:00:00Z",
      "pipeline=default",
    ]);
    expect(report.databases).toMatchObject([
      { database: "logs", kinds: { entry: { added: 8 }, stream: { added: 1 } } },
      { database: "config", kinds: { pipeline: { added: 1 } } },
    ]);
    // two hours, and the streams; the pipelines
    expect(fetched()).toBe(2 * (3 + 1));
    const { derived, expected, contents } = await readContents("logs", dirs.logs);
    expect(contents.size).toBe(9);
    expect(derived).toEqual(expected);
    await expect(restore(["user=alice"])).rejects.toMatchObject({ code: "NOT_FOUND" });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

it("what one repository has lost, the other gives, and that is told", async () => {
  const [a, b] = [countedRepository(), countedRepository()];
  await put(a.repository, { logs: logs() });
  for (const [path, object] of a.repository.place.objects)
    b.repository.place.objects.set(path, object);
  const [lost] = a.repository.place.paths("segments/");
  await a.repository.place.remove(lost as string);
  const notes: string[] = [];
  const both = [a.repository, b.repository];
  const backup = await snapshotAt(
    both.map((repository) => ({ repository })),
    {},
    { onNote: (note) => notes.push(note) },
  );
  const all = async (stream: string) => queryInPlace(backup, { stream, fromMs: 0 });
  expect([...(await all("app")), ...(await all("web"))]).toHaveLength(48);
  await itemsInPlace(backup, "stream");
  expect(notes).toEqual([expect.stringContaining("taken from")]);
});

it("the command line reads a snapshot by its id, by latest, and by a moment", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-repository-"));
  try {
    const url = join(home, "repository");
    const keys = { HOME: home, XDG_CONFIG_HOME: home };
    await initRepository({ url, readers: {}, unencrypted: true });
    const repository = await openRepository({ url });
    const first = await put(repository, { logs: logs() });
    const second = await put(repository, { logs: logs({ 4: "changed" }), config: CONFIG });
    await repository.place.close();
    const run = (...words: string[]) =>
      flowg([...words, "--repository", url, "--json"], { env: keys });
    const query = await run("logs", "query", "web", "--last=1h", "--snapshot", first.slice(0, 8));
    expect(query).toMatchObject({ code: 0 });
    expect(JSON.parse(query.stdout).records).toHaveLength(4);
    const pipeline = await run("pipeline", "get", "default", "--snapshot=latest");
    expect(JSON.parse(pipeline.stdout)).toMatchObject({ name: "default", pipeline: { nodes: [] } });
    expect(await run("stream", "list", "--at=2026-11-28")).toMatchObject({ code: 8 });
    const streams = await run("stream", "list", "--at=2026-11-29");
    expect(Object.keys(JSON.parse(streams.stdout).streams)).toEqual(["app", "web"]);
    const diff = await run("snapshots", "diff", first, second);
    expect(diff).toMatchObject({ code: 11 });
    expect(JSON.parse(diff.stdout)).toMatchObject({ equal: false, onlyAfter: ["config"] });
    const dead = ["--repository", join(home, "gone")];
    for (const words of [
      ["stream", "list", "--snapshot=latest"],
      ["logs", "query", "web", "--last=1h", "--snapshot=latest"],
      ["snapshots", "diff", first, first],
    ])
      expect(await run(...words, ...dead), words.join(" ")).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(join(home, "gone")),
      });
    const dirs = ["auth", "config", "log"].map((kind) => `--${kind}-dir=${join(home, kind)}`);
    const select = "--select=stream=web,from=2026-11-28T05:00:00Z";
    const restored = await run("admin", "restore", select, "--at=2026-11-29", ...dirs);
    expect(restored).toMatchObject({ code: 0 });
    expect(JSON.parse(restored.stdout).databases).toMatchObject([
      { kinds: { entry: { added: 4 } } },
    ]);
    const unclear = await flowg(["stream", "list", "--snapshot=latest"], { env: keys });
    expect(unclear).toMatchObject({ code: 2, stderr: expect.stringContaining("none is named") });
    const both = await run("stream", "list", "--backup", home, "--snapshot=latest");
    expect(both).toMatchObject({ code: 2 });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
