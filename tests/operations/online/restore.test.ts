import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import { readContents } from "../offline/contents.js";
import { asleep } from "./asleep.js";
import {
  type Answer,
  curl,
  dirsIn,
  download,
  type FlowgServer,
  have,
  ROOT_PASSWORD,
  startFlowg,
  until,
  upload,
} from "./flowg-server.js";
import { holdWriteLock } from "./hold-write-lock.js";
import { fillLogs } from "./log-data.js";
import { head, type RawClient, rawClient, statusOf } from "./raw-client.js";

const hasCurl = await have("curl");
const MAX_TRANSFERS = 3;
const MANY = [
  "--max-transfers",
  String(MAX_TRANSFERS),
  "--max-transfers-per-user",
  String(MAX_TRANSFERS),
];

let home: string;
let server: FlowgServer;
let root: string;
/** A token that may read, and restore nothing. */
let reader: string;
const snapshots = new Map<DatabaseKind, Buffer>();

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-restore-"));
  await fillLogs(dirsIn(home).logs, 3_000, 200);
  server = await startFlowg({ home, flags: MANY });
  root = await server.login("root", ROOT_PASSWORD);
  reader = await server.userWith("reader", "read_streams", "read_acls");
  for (const kind of DATABASE_KINDS) {
    snapshots.set(kind, (await download(server, root, `/backup/${kind}`)).bytes);
  }
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const snapshot = (kind: DatabaseKind) => snapshots.get(kind) as Buffer;
const contents = async (kind: DatabaseKind) => {
  const { contents, derived, expected } = await readContents(kind, server.dirs[kind]);
  expect(derived).toEqual(expected);
  return contents;
};

const part = (name: string, file: Uint8Array | string, more = '; filename="f.db"') =>
  Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
    Buffer.from(file),
    Buffer.from("\r\n"),
  ]);
const END = Buffer.from("--b--\r\n");
const form = (...parts: Buffer[]) => Buffer.concat([...parts, END]);

interface Posted {
  path?: string;
  as?: string;
  type?: string | undefined;
  body: Uint8Array;
}

/** Posts exactly these bytes. */
async function post(posted: Posted): Promise<Answer> {
  const { path = "/restore/config", as = root, body } = posted;
  const type = "type" in posted ? posted.type : "multipart/form-data; boundary=b";
  const response = await fetch(`${server.api}${path}`, {
    method: "POST",
    headers: { Authorization: as, ...(type === undefined ? {} : { "Content-Type": type }) },
    body: body as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const changed = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 0x40;
  return copy;
};

describe("refused, and not one record changed:", () => {
  const sound = () => part("backup", snapshot("config"));
  const file = (bytes: Uint8Array | string) => form(part("backup", bytes));
  test.each<[string, () => Posted, number, string, RegExp?]>([
    [
      "a text where the file should be",
      () => ({ body: form(part("backup", "config.db", "")) }),
      ...([400, "INPUT_INVALID", /text, not a file/] as const),
    ],
    ["no part at all", () => ({ body: END }), 400, "INPUT_INVALID", /no part "backup"/],
    [
      "a part of another name",
      () => ({ body: form(part("file", snapshot("config"))) }),
      ...([400, "INPUT_INVALID", /part "file"/] as const),
    ],
    [
      "another part after the file",
      () => ({ body: form(sound(), part("note", "x", "")) }),
      ...([400, "INPUT_INVALID", /part "note"/] as const),
    ],
    [
      "the file twice",
      () => ({ body: form(sound(), sound()) }),
      ...([400, "INPUT_INVALID", /more than one part/] as const),
    ],
    ["an empty file", () => ({ body: file("") }), 400, "INPUT_INVALID", /empty/],
    [
      "a body that ends before its closing boundary",
      () => ({ body: sound() }),
      ...([400, "INPUT_INVALID", /malformed or cut short/] as const),
    ],
    [
      "another boundary than was said",
      () => ({ body: form(sound()), type: "multipart/form-data; boundary=c" }),
      ...([400, "INPUT_INVALID"] as const),
    ],
    [
      "no boundary",
      () => ({ body: form(sound()), type: "multipart/form-data" }),
      ...([400, "INPUT_INVALID", /boundary/] as const),
    ],
    [
      "an encoding that nobody uses",
      () => ({
        body: form(
          part(
            "backup",
            snapshot("config"),
            '; filename="f"\r\nContent-Transfer-Encoding: quoted-printable',
          ),
        ),
      }),
      ...([400, "INPUT_INVALID"] as const),
    ],
    ["no body", () => ({ body: new Uint8Array(0) }), 400, "INPUT_INVALID", /no body/],
    ...[
      "application/octet-stream",
      "application/json",
      "multipart/mixed; boundary=b",
      undefined,
    ].map((type): [string, () => Posted, number, string] => [
      `a body of type ${type}`,
      () => ({ body: form(sound()), type }),
      ...([415, "MEDIA_TYPE_UNSUPPORTED"] as const),
    ]),
    [
      "a snapshot of another database",
      () => ({ body: file(snapshot("auth")) }),
      ...([422, "SNAPSHOT_WRONG_DATABASE", /auth.*config/] as const),
    ],
    [
      "a snapshot cut short",
      () => ({ body: file(snapshot("config").subarray(0, -10)) }),
      ...([422, "SNAPSHOT_TRUNCATED"] as const),
    ],
    [
      "a snapshot with one changed bit",
      () => ({ body: file(changed(snapshot("config"), snapshot("config").length >> 1)) }),
      ...([422, "SNAPSHOT_CORRUPT"] as const),
    ],
    [
      "a snapshot with something after it",
      () => ({ body: file(Buffer.concat([snapshot("config"), Buffer.from("\n")])) }),
      ...([422, "SNAPSHOT_CORRUPT"] as const),
    ],
    ["JSON", () => ({ body: file('{"success": false}') }), 422, "SNAPSHOT_UNRECOGNIZED", /JSON/],
    [
      "a page of HTML",
      () => ({ body: file("<!doctype html><title>502</title>") }),
      ...([422, "SNAPSHOT_UNRECOGNIZED", /HTML/] as const),
    ],
    [
      "a mistyped flag, which must not be taken for no flag",
      () => ({ body: form(sound()), path: "/restore/config?dryrun=true" }),
      ...([400, "INPUT_INVALID", /dryrun/] as const),
    ],
    [
      "a flag that is neither yes nor no",
      () => ({ body: form(sound()), path: "/restore/config?dryRun=maybe" }),
      ...([400, "INPUT_INVALID", /dryRun/] as const),
    ],
    [
      "a flag without a value",
      () => ({ body: form(sound()), path: "/restore/config?dryRun" }),
      ...([400, "INPUT_INVALID", /dryRun/] as const),
    ],
    [
      "a mode that does not exist",
      () => ({ body: form(sound()), path: "/restore/config?mode=wipe" }),
      ...([400, "INPUT_INVALID", /mode/] as const),
    ],
  ])("%s", async (_, posted, status, code, message = /./) => {
    await server.call(root, "PUT", "/transformers/kept", { script: "kept" });
    const before = await contents("config");
    const answer = await post(posted());
    expect(answer.body).toMatchObject({ success: false, code });
    expect(answer.status).toBe(status);
    expect(answer.body.message).toMatch(message);
    if (/TRUNCATED|CORRUPT/.test(code)) {
      expect(answer.body.details).toMatchObject({ offset: expect.any(Number) });
    }
    expect(await contents("config")).toEqual(before);
    expect(await server.spooled()).toEqual([]);
  });

  test("all three of one download, unpacked by nobody", async () => {
    const { bytes } = await download(server, root, "/backup");
    const answer = await post({ body: form(part("backup", bytes)) });
    expect(answer).toMatchObject({ status: 422, body: { code: "SNAPSHOT_UNRECOGNIZED" } });
    expect(answer.body.message).toMatch(/tar/);
  });

  test("one of FlowG's own files that is cut short", async () => {
    const genuine = await readFile(join(import.meta.dirname, "../../fixtures/flowg-0.24.1/log.db"));
    const before = await contents("logs");
    const body = form(part("backup", genuine.subarray(0, genuine.length - 1000)));
    const answer = await post({ path: "/restore/logs", body });
    expect(answer).toMatchObject({ status: 422, body: { code: "SNAPSHOT_TRUNCATED" } });
    expect(await contents("logs")).toEqual(before);
    expect(await server.spooled()).toEqual([]);
  });
});

describe("a restore", () => {
  test("overwrites and keeps, replaces, or only says what it would do", async () => {
    const before = await contents("config");
    await server.call(root, "PUT", "/transformers/added", { script: "new" });
    await server.call(root, "DELETE", "/pipelines/default");
    const counts = { unchanged: expect.any(Number), overwritten: 0, added: 0 };
    const bytes = snapshot("config");
    const send = (query: string) =>
      upload(server, { as: root, path: `/restore/config${query}`, bytes });
    const dry = await send("?dryRun=true&mode=replace");
    expect(dry.body.report).toMatchObject({
      database: "config",
      mode: "replace",
      dryRun: true,
      format: "snapshot",
      kinds: { pipeline: { added: 1 }, transformer: { ...counts, kept: 0, removed: 2 } },
    });
    expect((await server.call(root, "GET", "/transformers")).transformers).toContain("added");
    const merged = await send("");
    expect(merged.body).toMatchObject({ success: true });
    expect(merged.body.report).toMatchObject({
      mode: "merge",
      dryRun: false,
      kinds: { pipeline: { added: 1 }, transformer: { ...counts, kept: 2, removed: 0 } },
    });
    expect((await server.call(root, "GET", "/transformers")).transformers).toContain("added");
    expect((await server.call(root, "GET", "/pipelines")).pipelines).toEqual(["default"]);
    const replaced = await send("?mode=replace");
    expect(replaced.body.report).toMatchObject({ kinds: { transformer: { removed: 2 } } });
    expect((await server.call(root, "GET", "/transformers")).transformers).toEqual([]);
    expect(await contents("config")).not.toEqual(before);
    await until(() => server.audit().some(({ answer }) => answer?.report.mode === "replace"));
    expect(server.audit().at(-1)).toMatchObject({
      msg: "restore",
      database: "config",
      outcome: "success",
      user: "root",
      address: "127.0.0.1",
      seconds: expect.any(Number),
      bytes: bytes.length,
      answer: { report: { kinds: { transformer: { removed: 2 } } } },
    });
  });

  test("that has no room for the upload says how much is missing, before the upload comes", async () => {
    const client = await rawClient(server.url);
    const size = 2 ** 52;
    await client.send(
      restoreHead("config", { "Content-Length": String(size), Expect: "100-continue" }),
    );
    await until(() => client.text().includes("100 Continue"));
    await client.send(form(part("backup", "the beginning")).subarray(0, -END.length));
    await until(() => client.text().includes(" 507 "));
    const { missingBytes, neededBytes, freeBytes } = bodyOf(client).details;
    expect(neededBytes).toBe(size);
    expect(missingBytes).toBe(neededBytes - freeBytes);
    client.leave();
    await until(async () => (await server.spooled()).length === 0);
  });
});

function restoreHead(kind: DatabaseKind, headers: Record<string, string>): string {
  return head(`POST /api/v1/restore/${kind} HTTP/1.1`, {
    Authorization: root,
    "Content-Type": "multipart/form-data; boundary=b",
    ...headers,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
function bodyOf(client: RawClient): any {
  return JSON.parse(client.text().split("\r\n\r\n").at(-1) ?? "");
}

/** A restore whose upload has begun and goes on when the test wants. */
async function beginRestore(kind: DatabaseKind): Promise<{ client: RawClient; rest: Buffer }> {
  const body = form(part("backup", snapshot(kind)));
  const client = await rawClient(server.url);
  const before = (await server.spooled()).length;
  await client.send(
    restoreHead(kind, { "Content-Length": String(body.length), Connection: "close" }),
  );
  await client.send(body.subarray(0, 150));
  await until(async () => (await server.spooled()).length > before);
  return { client, rest: body.subarray(150) };
}

describe("one at a time, and a few at once:", () => {
  test("a second restore of a database is told to wait, and the first goes on", async () => {
    const { client, rest } = await beginRestore("config");
    const second = await post({ body: form(part("backup", snapshot("config"))) });
    expect(second).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    await client.send(rest);
    await client.ended;
    expect(statusOf(client.text())).toBe(200);
    const third = await post({ body: form(part("backup", snapshot("config"))) });
    expect(third.status).toBe(200);
  });

  test("beyond the limit, transfers are told when to come back", async () => {
    const begun = await Promise.all([beginRestore("auth"), beginRestore("config")]);
    begun.push(await beginRestore("logs"));
    const answers = [
      await fetch(`${server.api}/backup/auth`, { headers: { Authorization: root } }),
      await fetch(`${server.api}/backup`, { headers: { Authorization: root } }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ code: "BUSY" });
    }
    await until(() => server.audit().at(-1)?.database === "all");
    const refused = { direction: "backup", outcome: "refused", code: "BUSY", user: "root" };
    expect(server.audit().slice(-2)).toMatchObject([refused, refused]);
    for (const { client } of begun) client.leave();
    await until(async () => (await server.spooled()).length === 0);
    await download(server, root, "/backup/auth");
  });
});

describe("an early refusal reaches", () => {
  const BIG = 20 * 1024 * 1024;
  let big: string;
  beforeAll(async () => {
    big = join(home, "big.db");
    await writeFile(big, Buffer.alloc(BIG, "x"));
  });

  test("a client that waits for leave, without it", async () => {
    const client = await rawClient(server.url);
    await client.send(
      restoreHead("logs", {
        Authorization: reader,
        "Content-Length": String(BIG),
        Expect: "100-continue",
      }),
    );
    await client.ended;
    expect(client.text()).not.toContain("100 Continue");
    expect(statusOf(client.text())).toBe(403);
    expect(bodyOf(client)).toMatchObject({ details: { missingScopes: ["write_streams"] } });
  });

  const cases: [string, number, string, string[]][] = [
    ["403", 403, "/restore/logs", ["--form"]],
    ["401", 401, "/restore/logs", ["--form"]],
    ["415", 415, "/restore/logs", ["--data-binary"]],
    ["422", 422, "/restore/logs", ["--form"]],
    ["409", 409, "/restore/config", ["--form"]],
  ];
  const asOf = (status: number) =>
    status === 403 ? reader : status === 401 ? "Bearer pat:pat_nobody" : root;

  test.for(cases)("curl, with and without leave: %s", async ([, status, path, how], { skip }) => {
    skip(!hasCurl, "curl is missing");
    const first = status === 409 ? await beginRestore("config") : undefined;
    const file = how[0] === "--form" ? `backup=@${big}` : `@${big}`;
    for (const expectation of ["Expect: 100-continue", "Expect:"]) {
      const headers = ["-H", `Authorization: ${asOf(status)}`, "-H", expectation];
      const form = [...how, file];
      const ran = await curl(...headers, ...form, "-w", "\n%{http_code}", `${server.api}${path}`);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      const [body = "", code] = ran.stdout.toString().split(/\n+/);
      expect(Number(code)).toBe(status);
      expect(JSON.parse(body)).toMatchObject({ success: false });
    }
    first?.client.leave();
    await until(async () => (await server.spooled()).length === 0);
  });

  test.each(cases)(
    "fetch, and who sends everything before it listens: %s",
    async (_, status, path, how) => {
      const first = status === 409 ? await beginRestore("config") : undefined;
      const bytes = await readFile(big);
      const type = how[0] === "--form" ? "multipart/form-data; boundary=b" : "application/x";
      const body = form(part("backup", bytes));
      const answer = await post({ path, as: asOf(status), type, body });
      expect(answer).toMatchObject({ status, body: { success: false } });

      const client = await rawClient(server.url);
      client.stall();
      await client.send(
        head(`POST /api/v1${path} HTTP/1.1`, {
          Authorization: asOf(status),
          "Content-Type": type,
          "Content-Length": String(body.length),
          Connection: "close",
        }),
      );
      await client.send(body);
      client.read();
      await client.ended;
      expect(statusOf(client.text())).toBe(status);
      expect(bodyOf(client)).toMatchObject({ success: false });
      first?.client.leave();
      await until(async () => (await server.spooled()).length === 0);
    },
  );

  test("who sends more than is taken", async () => {
    await using small = await startFlowg({ flags: ["--max-upload", "1MiB"] });
    const as = await small.login("root", ROOT_PASSWORD);
    const bytes = await readFile(big);
    const answer = await upload(small, { as, path: "/restore/logs", bytes });
    expect(answer).toMatchObject({ status: 413, body: { code: "INPUT_TOO_LARGE" } });
    expect(answer.body.details).toEqual({ maxBytes: 1024 * 1024 });
    if (hasCurl) {
      for (const length of ["Transfer-Encoding: chunked", "X: y"]) {
        const words = ["-H", `Authorization: ${as}`, "-H", length, "--form", `backup=@${big}`];
        const ran = await curl(...words, "-w", "\n%{http_code}", `${small.api}/restore/logs`);
        expect(ran.stdout.toString()).toMatch(/\n413$/);
      }
    }
    expect(await small.spooled()).toEqual([]);
    const { bytes: fits } = await download(small, as, "/backup/logs");
    expect(await upload(small, { as, path: "/restore/logs", bytes: fits })).toMatchObject({
      status: 200,
    });
  });
});

describe("while a restore lasts long", () => {
  test("what is answered 200 is kept, what waits too long is told when to come back, and reads go on", async () => {
    // another process has the write lock: the restore waits for it, and everybody else for the restore
    const holder = await holdWriteLock("logs", server.dirs.logs);
    const bytes = snapshot("logs");
    const tasks = `/proc/${server.pid}/task`;
    const before = (await readdir(tasks)).length;
    const restoring = upload(server, { as: root, path: "/restore/logs", bytes });
    // the thread that changes the database is there, and all wait: for the write lock, since nothing else is left to do
    await until(async () => (await readdir(tasks)).length > before);
    await asleep(server.pid);

    const answers: { n: number; status: number; retry: string | null }[] = [];
    const send = async (n: number) => {
      const response = await fetch(`${server.api}/pipelines/default/logs`, {
        method: "POST",
        headers: { Authorization: root, "Content-Type": "application/json" },
        body: JSON.stringify({ record: { n: String(n) } }),
      });
      const retry = response.headers.get("Retry-After");
      answers.push({ n, status: response.status, retry });
    };
    const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=5";
    const early = Promise.all(Array.from({ length: 20 }, (_, i) => send(i)));
    let reads = 0;
    let isOver = false;
    const reading = (async () => {
      while (!isOver) {
        const { records } = await server.call(root, "GET", `/streams/bulk/logs?${window}`);
        expect(records).toHaveLength(5);
        reads++;
      }
    })();
    await early;
    // a writer that comes this late is not kept waiting as long again
    await send(20);
    isOver = true;
    await reading;
    expect(reads).toBeGreaterThan(20);
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    for (const { retry } of busy) expect(Number(retry)).toBeGreaterThan(0);

    const waiting = send(21);
    holder.stdin.end();
    expect((await restoring).status).toBe(200);
    await waiting;
    await send(22);
    const kept = answers.filter(({ status }) => status === 200).map(({ n }) => n);
    expect(kept).toContain(22);
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 503]);
    const found = await server.call(
      root,
      "GET",
      `/streams/default/logs?${window.replace("5", "100")}`,
    );
    const numbers = found.records.map(({ fields }: { fields: { n: string } }) => Number(fields.n));
    expect(numbers.sort()).toEqual(kept.sort());
    await contents("logs");
  });
});
