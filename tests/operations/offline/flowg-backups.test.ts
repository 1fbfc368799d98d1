// Genuine FlowG backups, through the command line: what their README says comes out, and lets in who was let in, and
// nobody else.

import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupDirectories, type DatabaseDirs, restoreDirectories } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { under } from "../../../server/records/keys.js";
import type { DatabaseRestoreReport, Progress } from "../../../server/records/reports.js";
import { openAuthStore } from "../../../server/stores/auth/store.js";
import { flowg } from "../../cli/flowg.js";
import { treeOf } from "../../platform/files/tree.js";
import { run } from "../../processes/child.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample, type State, stateOf } from "./sample.js";

const FIXTURES = fileURLToPath(new URL("../../fixtures/flowg-0.24.1", import.meta.url));

let space: Workspace;
let dirs: DatabaseDirs;
let restored: State;

function words(command: string, at: DatabaseDirs, backupDir = FIXTURES): string[] {
  const flags = ["--auth-dir", at.auth, "--config-dir", at.config, "--log-dir", at.logs];
  return ["admin", command, "--backup-dir", backupDir, ...flags, "--json"];
}

beforeAll(async () => {
  space = await workspace();
  dirs = space.dirs("data");
});
afterAll(() => space[Symbol.asyncDispose]());

const none = { overwritten: 0, unchanged: 0, kept: 0, removed: 0 };
const COUNTS = {
  auth: { role: { added: 2, ...none }, user: { added: 3, ...none }, token: { added: 2, ...none } },
  config: {
    alert: { added: 1, ...none },
    pipeline: { added: 4, ...none },
    transformer: { added: 2, ...none },
  },
  logs: {
    entry: { added: 1501, ...none },
    field: { added: 7, ...none },
    stream: { added: 3, ...none },
  },
};

const countsIn = (stdout: string) =>
  Object.fromEntries(
    (JSON.parse(stdout).databases as DatabaseRestoreReport[]).map(({ database, kinds }) => [
      database,
      kinds,
    ]),
  );

describe("FlowG's own backups", () => {
  it("are restored with the counts of their README, as the dry run said", async () => {
    const fixtures = await treeOf(FIXTURES);
    const dry = await flowg([...words("restore", dirs), "--dry-run"]);
    expect(dry.code, dry.stderr).toBe(0);
    expect(await readdir(space.path)).toEqual([]);
    const wet = await flowg(words("restore", dirs));
    expect(wet.code, wet.stderr).toBe(0);
    for (const { stdout } of [dry, wet]) expect(countsIn(stdout)).toEqual(COUNTS);
    for (const { format, warnings } of JSON.parse(wet.stdout).databases) {
      expect(format).toMatch(/^flowg-/);
      if (format === "flowg-badger") expect(warnings.join()).toContain("carries no checksum");
    }
    // and nothing is left on the way, nor changed in the backup
    expect((await readdir(join(space.path, "data"))).sort()).toEqual(["auth", "config", "logs"]);
    expect(await treeOf(FIXTURES)).toEqual(fixtures);
    restored = await stateOf(dirs);
  });

  it("bring nothing deleted back", async () => {
    await using auth = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "read" });
    const all = [...auth.records.range()].map(({ key, value }) => `${key}=${value}`).join("\n");
    expect(all).not.toContain("gone");
    const { users, roles } = openAuthStore(auth);
    expect(await users.list()).toEqual([
      { name: "eve", roles: ["viewer"] },
      { name: "guest", roles: [] },
      { name: "root", roles: ["admin"] },
    ]);
    expect((await roles.list()).map(({ name, scopes }) => [name, scopes.length])).toEqual([
      ["admin", 6],
      ["viewer", 1],
    ]);
  });

  it("backed up and restored again are the same", async () => {
    const backupDir = join(space.path, "again");
    const again = space.dirs("again-data");
    await backupDirectories({ dirs, backupDir });
    await restoreDirectories({ dirs: again, backupDir, mode: "replace", dryRun: false });
    expect(await stateOf(again)).toEqual(restored);
    // and a second restore of FlowG's own over them finds everything as it is
    const report = await flowg([...words("restore", again), "--dry-run"]);
    for (const kinds of Object.values(countsIn(report.stdout))) {
      for (const counts of Object.values(kinds)) {
        expect(counts).toMatchObject({ added: 0, overwritten: 0, kept: 0 });
      }
    }
  });

  it("let in who had a token or a password, once for a better hash", async () => {
    await cp(dirs.auth, join(space.path, "used"), { recursive: true });
    const dir = join(space.path, "used");
    await using auth = await openDatabase({ kind: "auth", dir, mode: "write" });
    const { tokens, users } = openAuthStore(auth);
    const tokenRecords = () =>
      [...auth.records.range(under("token", "root"))].map(({ value }) =>
        Object.keys(JSON.parse(`${value}`)),
      );
    expect(tokenRecords()).toEqual([["legacyHash"]]);
    for (const name of ["root", "guest"]) {
      const token = (await readFile(join(FIXTURES, `${name}.tok`), "utf8")).trim();
      expect(await tokens.authenticate(token)).toBe(name);
    }
    expect(tokenRecords()).toEqual([["sha256"]]);
    expect(await tokens.authenticate(`pat_${"x".repeat(32)}`)).toBeUndefined();
    for (const name of ["root", "guest", "eve"]) {
      expect(await users.checkPassword(name, name)).toBe(true);
    }
    expect(await users.checkPassword("gone", "gone")).toBe(false);
    expect(await users.checkPassword("eve", "")).toBe(false);
  });
});

describe("the command line's restore", () => {
  it("restores what --only names, merges, and replaces with --yes", async () => {
    const at = space.dirs("options");
    await fillSample(at, { entries: 10 });
    const before = await stateOf(at);
    const only = await flowg([...words("restore", at), "--only", "config"]);
    expect(only.code, only.stderr).toBe(0);
    expect(countsIn(only.stdout)).toEqual({
      config: {
        alert: { added: 1, ...none },
        pipeline: { added: 4, ...none, kept: 4 },
        transformer: { added: 2, ...none, kept: 4 },
      },
    });
    const merged = await stateOf(at);
    expect({ ...merged, config: "" }).toEqual({ ...before, config: "" });
    expect(merged.config).not.toBe(before.config);

    const unsure = await flowg([...words("restore", at), "--replace"]);
    expect(unsure.code).toBe(5);
    expect(JSON.parse(unsure.stdout)).toMatchObject({ success: false, code: "REFUSED" });
    expect(await stateOf(at)).toEqual(merged);

    const previewed = await flowg([...words("restore", at), "--replace", "--dry-run"]);
    expect(await stateOf(at)).toEqual(merged);
    const replaced = await flowg([...words("restore", at), "--replace", "--yes"]);
    expect(replaced.code, replaced.stderr).toBe(0);
    expect(countsIn(replaced.stdout)).toEqual(countsIn(previewed.stdout));
    expect(countsIn(replaced.stdout).auth?.user).toEqual({ ...none, added: 3, removed: 700 });
    expect(await stateOf(at)).toEqual(restored);
  });

  it("refuses databases that there are not", async () => {
    for (const only of ["loge", "", "auth,", "auth,users"]) {
      const { code } = await flowg([...words("restore", dirs), "--only", only]);
      expect(code, only).toBe(2);
    }
  });
});

describe("verify and inspect", () => {
  /** Nothing of ours in the place for temporary files of this run. */
  async function withoutTraces(run: (env: Record<string, string>) => Promise<unknown>) {
    const scratch = join(space.path, `tmp-${Math.random()}`);
    await cp(FIXTURES, join(scratch, "backup"), { recursive: true });
    const before = await treeOf(scratch);
    await run({ TMPDIR: scratch });
    expect(await treeOf(scratch)).toEqual(before);
  }

  it("only read, also FlowG's own files", async () => {
    await withoutTraces(async (env) => {
      const backup = join(env.TMPDIR ?? "", "backup");
      const verified = await flowg(["admin", "verify", backup, "--json"], { env });
      expect(verified.code, verified.stderr).toBe(0);
      expect(JSON.parse(verified.stdout).files).toHaveLength(3);
      for (const name of ["auth.db", "log.db", "config.db"]) {
        const inspected = await flowg(["admin", "inspect", join(backup, name), "--json"], { env });
        expect(inspected.code, inspected.stderr).toBe(0);
      }
    });
    const ours = join(space.path, "again");
    const before = await treeOf(ours);
    expect((await flowg(["admin", "verify", ours])).code).toBe(0);
    expect((await flowg(["admin", "inspect", join(ours, "log.db")])).code).toBe(0);
    expect(await treeOf(ours)).toEqual(before);
  });

  it("leave nothing behind when they are stopped by Ctrl-C", async () => {
    await withoutTraces(async (env) => {
      const log = join(env.TMPDIR ?? "", "backup", "log.db");
      let stopped = false;
      const ran = await flowg(["admin", "inspect", log], {
        env,
        stdin: "",
        onOutput: (_, child) => {
          if (!stopped) child.kill("SIGINT");
          stopped = true;
        },
      });
      // it may have been faster
      expect([0, 130]).toContain(ran.code);
    });
  });
});

it("no scratch directory of a killed import stays: the next one sweeps it", async () => {
  const scratch = join(space.path, "killed");
  await cp(FIXTURES, join(scratch, "backup"), { recursive: true });
  const path = join(scratch, "backup", "log.db");
  const shell = `export TMPDIR="${scratch}"`;
  const die = { phase: "importing", database: "logs", records: 0 } as const;
  const killed = await run({ do: "verify", options: { path }, die, shell });
  expect(killed.signal).toBe("SIGKILL");
  expect((await readdir(scratch)).sort()[0]).toMatch(/^\.flowg-scratch-\d+-/);
  const { gave } = await run({ do: "verify", options: { path }, shell });
  expect(gave?.[0]?.kinds).toMatchObject({ entry: 1501 });
  expect(await readdir(scratch)).toEqual(["backup"]);
});

it("the progress of an import counts all that it does: each phase begins at nothing and ends with all", async () => {
  const seen: Progress[] = [];
  const onProgress = (progress: Progress) => void seen.push({ ...progress });
  const { databases } = await restoreDirectories({
    dirs: space.dirs("progress"),
    backupDir: FIXTURES,
    mode: "merge",
    dryRun: false,
    only: ["logs"],
    onProgress,
  });
  const phases = [...new Set(seen.map(({ phase }) => phase))];
  expect(phases).toEqual(["importing", "verifying", "restoring", "finishing"]);
  // nobody knows how far the end of a transaction is: it claims nothing
  const records = Object.values(databases[0]?.kinds ?? {}).reduce(
    (sum, { added }) => sum + added,
    0,
  );
  expect(seen.at(-1)).toEqual({ database: "logs", phase: "finishing", records, bytes: 0 });
  for (const phase of phases.slice(0, -1)) {
    const done = seen
      .filter((progress) => progress.phase === phase)
      .map(({ bytes, totalBytes = Number.NaN }) => bytes / totalBytes);
    // blocks are counted, and the seal stands behind them
    expect(done.at(-1), phase).toBeGreaterThan(0.99);
    expect(done.at(-1), phase).toBeLessThanOrEqual(1);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done[0]).toBeLessThanOrEqual(0.5);
  }
  // FlowG's file has been read to its end by then, and is still to be translated
  const importing = seen.filter(({ phase }) => phase === "importing");
  const share = importing.map(({ bytes, totalBytes = 0 }) => bytes / totalBytes);
  expect(
    importing.map(({ bytes, totalBytes = 0 }) => Math.floor(totalBytes / 2) - bytes),
  ).toContain(0);
  expect(share.filter((done) => done > 0.5 && done < 1).length).toBeGreaterThan(0);
});
