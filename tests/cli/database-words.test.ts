// The log database by its own name and by FlowG's; and what a damaged file of a backup leaves to be done.

import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient, verifySnapshot } from "../../sdk/index.js";
import { fillSample } from "../operations/offline/sample.js";
import { shell } from "./flowg.js";

let home: string;
const run = (line: string) => shell(line, { cwd: home });
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-words-test-"));
  const at = (name: string) => join(home, "data", name);
  await fillSample({ auth: at("auth"), config: at("config"), logs: at("logs") }, { entries: 50 });
  await run("flowg admin backup -q");
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("log and logs are one database", async () => {
  for (const only of ["log", "logs", "auth,log", "log, logs"]) {
    const ran = await run(`flowg admin restore --dry-run --json --only "${only}"`);
    expect(ran.code, ran.stderr).toBe(0);
    const { databases } = JSON.parse(ran.stdout);
    expect(databases.at(-1).database).toBe("logs");
  }
  const other = "flowg admin backup -q --logs-dir ./data/logs --backup-dir other";
  expect(await run(other)).toMatchObject({ code: 0, stderr: "" });
  const both = await run("flowg admin backup --logs-dir a --log-dir b");
  expect(both).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--log-dir is given twice"),
  });
  const file = join(home, "backup/log.db");
  expect((await verifySnapshot(file, { database: "log" })).database).toBe("logs");
  await expect(verifySnapshot(file, { database: "lgs" as "log" })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  const client = createClient({ baseUrl: "http://127.0.0.1:1", token: "x" });
  const saved = client.backup.toFile("lgs" as "log", join(home, "x.db"));
  await expect(saved).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

test("a damaged file's hint says what to do with the others", async () => {
  await truncate(join(home, "backup/log.db"), 900);
  const restored = await run("flowg admin restore");
  expect(restored).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(
      /nothing was restored\nhint: restore from an older backup; the other files of this one are sound: --only auth,config restores them\n/,
    ),
  });
  const verified = await run("flowg admin verify");
  expect(verified.stderr).toContain(
    "hint: restore from an older backup; the other files of this one are sound",
  );
  await writeFile(join(home, "backup/config.db"), "");
  expect((await run("flowg admin restore")).stderr).toContain("more files of this one are damaged");
  expect((await run("flowg admin restore --only auth")).code).toBe(0);
});

test("the help of --filter shows its syntax", async () => {
  for (const command of ["query", "tail"]) {
    const { stdout } = await run(`flowg logs ${command} --help`);
    expect(stdout.replace(/\s+/g, " ")).toContain('level = "error", != "v", in ["a", "b"]');
  }
});
