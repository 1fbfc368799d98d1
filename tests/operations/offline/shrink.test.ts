// An empty database must not replace a good backup: offline, online with the command line, and with the SDK.

import { cp, mkdtemp, readFile, rename, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../../sdk/index.js";
import { isFarFewer as isFarFewerOfSdk } from "../../../sdk/node/shrink.js";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { isFarFewer } from "../../../server/operations/offline/shrink.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import { flowg, type Ran } from "../../cli/flowg.js";
import { type ServerProcess, spawnServer } from "../../http/server-process.js";
import { ROOT_PASSWORD, startServer } from "../../http/test-server.js";
import { treeOf } from "../../platform/files/tree.js";

const FLOWG_BACKUP = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");

const dirsIn = (at: string): Record<DatabaseKind, string> => ({
  auth: join(at, "auth"),
  config: join(at, "config"),
  logs: join(at, "log"),
});

/** What each begins with: the import takes longer than a copy. */
let filled: string;
let home: string;
let backupDir: string;
let dirs: Record<DatabaseKind, string>;
beforeAll(async () => {
  filled = await mkdtemp(join(tmpdir(), "flowg-shrink-filled-"));
  const options = { backupDir: FLOWG_BACKUP, mode: "merge", dryRun: false } as const;
  await restoreDirectories({ dirs: dirsIn(filled), ...options });
});
afterAll(() => rm(filled, { recursive: true, force: true }));
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-shrink-"));
  await cp(filled, home, { recursive: true });
  backupDir = join(home, "backup");
  dirs = dirsIn(home);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const backup = (...more: string[]): Promise<Ran> =>
  flowg([
    "admin",
    "backup",
    "--backup-dir",
    backupDir,
    "--auth-dir",
    dirs.auth,
    "--config-dir",
    dirs.config,
    "--log-dir",
    dirs.logs,
    "--json",
    ...more,
  ]);

/** Without LMDB's lock files, which change at every look. */
const backups = () => treeOf(backupDir);

async function losing(...kinds: DatabaseKind[]): Promise<ServerProcess> {
  for (const kind of kinds) await rm(dirs[kind], { recursive: true });
  return await spawnServer(home, { env: { FLOWG_INITIAL_PASSWORD: ROOT_PASSWORD } });
}

async function stopped(server: ServerProcess): Promise<string> {
  server.child.kill("SIGTERM");
  await server.exited;
  return server.stdout();
}

describe.each([
  ["logs", /the logs database has 0 records, the backup of \S+Z in \S+log\.db has 1,511/],
  [
    "auth",
    /the auth database has 2 records, the backup of \S+Z in \S+auth\.db has 7, and was made/,
  ],
  [
    "config",
    /the config database has 1 record, the backup of \S+Z in \S+config\.db has 7, and was/,
  ],
] as const)("a %s database that was lost, and made anew", (kind, says) => {
  it("is told at the start, and replaces no backup unless told to", async () => {
    expect((await backup()).code).toBe(0);
    const before = await backups();
    const log = await stopped(await losing(kind));
    const others = DATABASE_KINDS.filter((other) => other !== kind).join(" and ");
    expect(log).toContain(`A NEW, EMPTY ${kind} DATABASE WAS MADE IN ${dirs[kind]}`);
    expect(log).toContain(`though ${others} hold data`);

    const ran = await backup();
    expect(ran.code, ran.stderr).toBe(5);
    const { code, message, hint } = JSON.parse(ran.stdout);
    expect(code).toBe("REFUSED");
    expect(message).toMatch(says);
    expect(message).toMatch(/; nothing was replaced$/);
    expect(hint).toContain("--allow-shrink");
    expect(await backups()).toEqual(before);

    expect((await backup("--allow-shrink")).code).toBe(0);
    expect(await backups()).not.toEqual(before);
    // once is enough
    expect((await backup()).code).toBe(0);
  });
});

it("a first start, and a start on what is there, say nothing of it", async () => {
  expect(await stopped(await losing())).not.toContain("NEW, EMPTY");
  expect(await stopped(await losing("auth", "config", "logs"))).not.toContain("NEW, EMPTY");
});

describe("a shrunk backup is refused also", () => {
  beforeEach(async () => {
    await backup();
    await stopped(await losing("logs"));
  });

  it("where it would stand before the file of the other name", async () => {
    await rename(join(backupDir, "log.db"), join(backupDir, "logs.db"));
    const ran = await backup();
    expect(ran.code).toBe(5);
    expect(JSON.parse(ran.stdout).message).toMatch(/logs\.db has 1,511/);
  });

  it("where the older is FlowG's own, whose count nobody knows", async () => {
    await cp(FLOWG_BACKUP, backupDir, { recursive: true });
    const ran = await backup();
    expect(ran.code).toBe(5);
    expect(JSON.parse(ran.stdout).message).toMatch(/has 0 records, .*has an unknown number of/);
  });

  it("but not where the older file is broken, or empty as FlowG leaves one", async () => {
    const log = join(backupDir, "log.db");
    await truncate(log, 0);
    expect((await backup()).code).toBe(0);
  });
});

it("what retention leaves of the logs replaces a backup, but an emptied database doesn't", async () => {
  await backup();
  const remove = async (keep: number) => {
    await using database = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
    const keys = [...database.records.keys()];
    database.records.transactionSync(() => {
      for (const key of keys.slice(keep)) database.records.remove(key);
    });
  };
  await remove(200);
  expect((await backup()).code).toBe(0);
  await remove(19);
  const ran = await backup();
  expect(ran.code).toBe(5);
  expect(JSON.parse(ran.stdout).message).toMatch(/has 19 records, .* has 200; nothing/);
});

it("far fewer is none, less than half, and of the same database's logs less than a tenth", () => {
  const cases: [DatabaseKind, older: number, records: number, far: boolean][] = [
    ["config", 8, 3, true],
    ["config", 8, 4, false],
    ["config", 4, 1, false],
    ["config", 1, 0, true],
    ["auth", 0, 0, false],
    ["logs", 1000, 100, false],
    ["logs", 1000, 99, true],
    ["logs", 1000, 0, true],
  ];
  for (const [database, older, records, far] of cases) {
    const newer = { database, records, madeAt: undefined };
    expect(isFarFewer({ records: older }, newer, false), `${older}, ${records}`).toBe(far);
  }
});

it("the SDK's rule is the server's", () => {
  const count = fc.oneof(fc.nat(300), fc.nat(3_000_000));
  const [early, late] = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"];
  const property = fc.property(
    fc.record({
      database: fc.constantFrom(...DATABASE_KINDS),
      before: fc.option(count, { nil: undefined }),
      now: count,
      isNew: fc.boolean(),
    }),
    ({ database, before, now, isNew }) => {
      const older = { createdAt: early, ...(before !== undefined && { records: before }) };
      const madeAt = isNew ? late : undefined;
      const info = { database, entries: now, header: { databaseMadeAt: madeAt } };
      const rule = isFarFewer(older, { database, records: now, madeAt }, isNew);
      expect(isFarFewerOfSdk(older, info)).toBe(rule);
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});

it("online it is the same, with the command line and the SDK", async () => {
  await using server = await startServer();
  await server.must("/pipelines/more", { method: "PUT", json: { flow: { nodes: [], edges: [] } } });
  for (let n = 0; n < 6; n++) {
    const json = { record: { message: String(n) } };
    await server.must("/pipelines/default/logs", { method: "POST", json });
  }
  const { token } = (await server.must("/token", { method: "POST" })).body;
  const client = createClient({ baseUrl: server.url, token });
  const online = (...more: string[]) =>
    flowg(["admin", "backup", "--backup-dir", backupDir, "--url", server.url, "--json", ...more], {
      env: { FLOWG_TOKEN: token },
    });
  // of another installation, with more of everything
  await backupDirectories({ dirs, backupDir });
  const before = await backups();

  const ran = await online();
  expect(ran.code, ran.stderr).toBe(5);
  const says = /the logs database has \d+ records, .*log\.db has 1,511; nothing was replaced$/;
  expect(JSON.parse(ran.stdout)).toMatchObject({
    code: "REFUSED",
    message: expect.stringMatching(says),
  });
  const refused = { code: "REFUSED", message: expect.stringMatching(says) };
  await expect(client.backup.all(backupDir)).rejects.toMatchObject(refused);
  const log = join(backupDir, "log.db");
  await expect(client.backup.toFile("logs", log)).rejects.toMatchObject(refused);
  expect(await backups()).toEqual(before);

  await client.backup.toFile("logs", log, { allowShrink: true });
  expect(await readFile(log)).not.toEqual(before["log.db"]);
  expect((await online("--allow-shrink")).code).toBe(0);
  expect((await online()).code).toBe(0);
});
