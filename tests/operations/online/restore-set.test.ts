// POST /restore: all three databases from one tar, on a real server, with what people really send.

import { createReadStream } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, FlowgApiError } from "../../../sdk/index.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import { readContents } from "../offline/contents.js";
import {
  type Answer,
  dirsIn,
  download,
  type FlowgServer,
  ROOT_PASSWORD,
  startFlowg,
  until,
} from "./flowg-server.js";
import { fillLogs } from "./log-data.js";

const FIXTURE = new URL("../../fixtures/flowg-0.24.1/", import.meta.url).pathname;

let home: string;
let server: FlowgServer;
let root: string;
let tar: Buffer;
const snapshots = new Map<DatabaseKind, Buffer>();
let manifest: Buffer;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-restore-set-"));
  await fillLogs(dirsIn(home).logs, 2_000, 200);
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
  tar = (await download(server, root, "/backup")).bytes;
  const { extract } = await import("tar-stream");
  const members = extract();
  Readable.from([tar]).pipe(members);
  for await (const entry of members) {
    const bytes = await buffer(entry as unknown as Readable);
    const kind = DATABASE_KINDS.find((one) => entry.header.name === `${one}.db`);
    if (kind) snapshots.set(kind, bytes);
    else manifest = bytes;
  }
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const of = (kind: DatabaseKind) => snapshots.get(kind) as Buffer;
const sound = (): Record<string, Buffer> => ({
  "auth.db": of("auth"),
  "config.db": of("config"),
  "logs.db": of("logs"),
});

async function tarOf(files: Record<string, Buffer>): Promise<Buffer> {
  const made = pack();
  for (const [name, bytes] of Object.entries(files)) made.entry({ name }, bytes);
  made.finalize();
  return await buffer(made as unknown as Readable);
}

async function send(bytes: Uint8Array, query = "", as = root): Promise<Answer> {
  const form = new FormData();
  form.set("backup", new Blob([bytes as Uint8Array<ArrayBuffer>]), "backup.tar");
  const response = await fetch(`${server.api}/restore${query}`, {
    method: "POST",
    headers: { Authorization: as },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function contentsOf(dirs: FlowgServer["dirs"]): Promise<string[]> {
  const all: string[] = [];
  for (const kind of DATABASE_KINDS) {
    const { contents, derived, expected } = await readContents(kind, dirs[kind]);
    expect(derived).toEqual(expected);
    all.push(JSON.stringify([...contents]));
  }
  return all;
}

test("brings all three back, says so in order, leaves nothing and is in the trail", async () => {
  await server.call(root, "PUT", "/roles/later", { scopes: ["read_streams"] });
  const dry = await send(tar, "?mode=replace&dryRun=true&allowAccessChange=true");
  expect([dry.status, dry.body.report.dryRun]).toEqual([200, true]);
  expect((await server.call(root, "GET", "/roles")).roles.length).toBe(2);
  const { status, body } = await send(tar, "?mode=replace&allowAccessChange=true");
  expect([status, body.success]).toEqual([200, true]);
  const { databases, notes, dryRun } = body.report;
  expect([dryRun, notes]).toEqual([false, []]);
  expect(databases.map(({ database }: { database: string }) => database)).toEqual([
    "auth",
    "logs",
    "config",
  ]);
  expect(databases[0].kinds.role).toMatchObject({ removed: 1, unchanged: 1 });
  expect(new Set(databases.map(({ setId }: { setId: string }) => setId)).size).toBe(1);
  expect((await server.call(root, "GET", "/roles")).roles.length).toBe(1);
  expect(await server.spooled()).toEqual([]);
  await until(() => server.audit().some(({ answer }) => answer?.report?.dryRun === false));
  expect(server.audit().at(-1)).toMatchObject({ direction: "restore", database: "all" });
  expect(await server.metric('flowg_restore_total{database="all",outcome="success"}')).toBe(1);
});

const changed = (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  const at = copy.length >> 1;
  copy[at] = (copy[at] as number) ^ 0x40;
  return copy;
};

test.each<[string, () => Promise<Buffer> | Buffer, number, string, RegExp]>([
  [
    "a damaged third file",
    () => tarOf({ ...sound(), "config.db": changed(of("config")) }),
    ...([422, "SNAPSHOT_CORRUPT", /^config\.db: .*nothing was restored$/] as const),
  ],
  [
    "two files of three",
    () => tarOf({ "auth.db": of("auth"), "config.db": of("config") }),
    ...([422, "SNAPSHOT_TRUNCATED", /lacks logs\.db or log\.db/] as const),
  ],
  [
    "a file under another's name",
    () => tarOf({ ...sound(), "config.db": of("auth") }),
    ...([422, "SNAPSHOT_WRONG_DATABASE", /^config\.db: /] as const),
  ],
  [
    "a database twice",
    () => tarOf({ ...sound(), "log.db": of("logs") }),
    ...([422, "SNAPSHOT_UNRECOGNIZED", /logs database twice/] as const),
  ],
  [
    "a manifest of another backup",
    () => {
      const other = { ...JSON.parse(manifest.toString()), setId: "another" };
      return tarOf({ ...sound(), "manifest.json": Buffer.from(JSON.stringify(other)) });
    },
    ...([422, "SNAPSHOT_CORRUPT", /of another backup than manifest\.json says/] as const),
  ],
  [
    "a manifest that can't be read",
    () => tarOf({ ...sound(), "manifest.json": Buffer.from("{") }),
    ...([422, "SNAPSHOT_CORRUPT", /manifest\.json can't be read/] as const),
  ],
  [
    "snapshots of two instants",
    async () =>
      tarOf({ ...sound(), "config.db": (await download(server, root, "/backup/config")).bytes }),
    ...([409, "REFUSED", /not of one instant: auth of .*nothing was restored$/] as const),
  ],
  [
    "a tar that is cut inside a file",
    () => tar.subarray(0, of("auth").length + 700),
    ...([422, "SNAPSHOT_TRUNCATED", /cut short/] as const),
  ],
  [
    "one snapshot",
    () => of("auth"),
    ...([422, "SNAPSHOT_UNRECOGNIZED", /looks like one snapshot/] as const),
  ],
  ["a text", () => Buffer.from("hello"), 422, "SNAPSHOT_UNRECOGNIZED", /looks like text/],
])("%s is refused, and nothing changes", async (_, make, status, code, message) => {
  const before = await contentsOf(server.dirs);
  const answer = await send(await make(), "?mode=replace&allowAccessChange=true");
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.body.message).toMatch(message);
  expect(await contentsOf(server.dirs)).toEqual(before);
  expect(await server.spooled()).toEqual([]);
});

test("a user that lacks a scope of one database may restore none", async () => {
  const all = ["write_acls", "write_pipelines", "write_transformers", "write_streams"];
  const some = await server.userWith("some", ...all);
  const { status, body } = await send(tar, "", some);
  expect([status, body.code]).toEqual([403, "PERMISSION_DENIED"]);
});

test("what auth would change is refused before the first database changes", async () => {
  await server.call(root, "PUT", "/users/gone", { roles: ["admin"], password: "a long password" });
  const gone = await server.login("gone", "a long password");
  const before = await contentsOf(server.dirs);
  const { status, body } = await send(tar, "?mode=replace", gone);
  expect([status, body.code]).toEqual([409, "REFUSED"]);
  expect(body.message).toMatch(/lock you \(gone\) out.*nothing was restored/);
  expect(body.details).toMatchObject({
    restored: [],
    notRestored: ["auth", "logs", "config"],
    report: { database: "auth", dryRun: true },
  });
  expect(await contentsOf(server.dirs)).toEqual(before);
  // and with leave, a caller who is gone afterwards still gets all three done, and told
  const insisted = await send(tar, "?mode=replace&allowAccessChange=true", gone);
  expect([insisted.status, insisted.body.report?.databases.length]).toEqual([200, 3]);
});

test("FlowG's own files come in a tar, too, and with the SDK from a directory", async () => {
  const directory = join(home, "own");
  await cp(FIXTURE, directory, { recursive: true });
  const files: Record<string, Buffer> = {};
  for (const name of ["auth.db", "config.db", "log.db"])
    files[`./backup/${name}`] = await readFile(join(directory, name));
  const { status, body } = await send(await tarOf(files), "?dryRun=true");
  expect([status, body.report.databases.length]).toEqual([200, 3]);
  const client = createClient({ baseUrl: server.url, token: root.replace("Bearer jwt:", "") });
  const seen: number[] = [];
  const report = await client.restore.all(directory, {
    dryRun: true,
    onProgress: ({ bytes, totalBytes }) => seen.push(bytes / (totalBytes ?? 0)),
  });
  expect(report.databases.map(({ format }) => format)).toEqual(
    body.report.databases.map(({ format }: { format: string }) => format),
  );
  expect(seen.at(-1)).toBe(1);
  await rm(join(directory, "config.db"));
  await expect(client.restore.all(directory)).rejects.toThrow(/there is no .*config\.db; nothing/);
});

test("a server that is killed between two says so at the next run, which completes it", async () => {
  // a database of logs that takes its time
  const there = await mkdtemp(join(tmpdir(), "flowg-restore-cut-"));
  try {
    await fillLogs(dirsIn(there).logs, 100_000, 2_000);
    let cut = await startFlowg({ home: there });
    let as = await cut.login("root", ROOT_PASSWORD);
    const token = () => as.replace("Bearer jwt:", "");
    const file = join(there, "all.tar");
    const { writeFile } = await import("node:fs/promises");
    await writeFile(file, (await download(cut, as, "/backup")).bytes);
    const before = await cut.metric('flowg_restore_total{database="all",outcome="success"}');
    expect(before || 0).toBe(0);
    const sending = createClient({ baseUrl: cut.url, token: token() }).restore.all(
      createReadStream(file),
      { mode: "replace" },
    );
    const ended = sending.then(
      () => "done",
      (error: unknown) => error,
    );
    const { openDatabase } = await import("../../../server/core.js");
    const { readMark } = await import("../../../server/storage/notes/restore-mark.js");
    await until(async () => {
      await using auth = await openDatabase({ kind: "auth", dir: cut.dirs.auth, mode: "read" });
      return (await auth.read(readMark)) !== undefined;
    });
    process.kill(cut.pid, "SIGKILL");
    expect(await ended).not.toBeInstanceOf(FlowgApiError);
    await cut.stop();
    cut = await startFlowg({ home: there });
    expect(cut.log()).toMatch(/an earlier restore .* had done auth, but not logs, config/);
    as = await cut.login("root", ROOT_PASSWORD);
    const client = createClient({ baseUrl: cut.url, token: token() });
    const again = await client.restore.all(file, { mode: "replace" });
    expect(again.notes).toEqual([expect.stringMatching(/had done auth, but not logs, config/)]);
    expect((await client.restore.all(file, { dryRun: true })).notes).toEqual([]);
    await cut.stop();
  } finally {
    await rm(there, { recursive: true, force: true });
  }
});
