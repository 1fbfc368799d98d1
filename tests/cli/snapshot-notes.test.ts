import { copyFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backupDirectories } from "../../server/core.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";
import { fillSample } from "../operations/offline/sample.js";
import { flowg } from "./flowg.js";

let space: Workspace;
const backup = (name: string) => join(space.path, name);

beforeAll(async () => {
  space = await workspace();
  const dirs = space.dirs("source");
  await fillSample(dirs);
  for (const name of ["monday", "tuesday"]) {
    await backupDirectories({ dirs, backupDir: backup(name) });
  }
  await copyFile(join(backup("monday"), "log.db"), join(backup("tuesday"), "log.db"));
});
afterAll(() => space[Symbol.asyncDispose]());

test("a verification says of sound snapshots that they don't belong together", async () => {
  const mixed = await flowg(["admin", "verify", backup("tuesday"), "--json"]);
  const [note] = JSON.parse(mixed.stdout).problems;
  const begin = `${backup("tuesday")}: the snapshots are not of one instant: auth of `;
  expect(note.slice(0, begin.length)).toBe(begin);
  expect(note).toContain(", logs of ");
  expect(mixed).toMatchObject({ code: 3, stderr: expect.stringContaining("not of one instant") });
  expect(JSON.parse(mixed.stdout)).toMatchObject({ success: false, problems: [note], notes: [] });
  const allowed = await flowg(["admin", "verify", backup("tuesday"), "--allow-mixed", "--json"]);
  expect(allowed).toMatchObject({ code: 0, stderr: expect.stringContaining("not of one instant") });
  expect(JSON.parse(allowed.stdout)).toMatchObject({ success: true, problems: [], notes: [note] });

  const whole = await flowg(["admin", "verify", backup("monday"), "--json"]);
  expect(JSON.parse(whole.stdout)).toMatchObject({ notes: [] });
  expect(whole.stderr).not.toContain("one instant");
});

test("a verification says which databases a directory has no snapshot of, and which file is no good", async () => {
  await rm(join(backup("monday"), "config.db"));
  const partial = await flowg(["admin", "verify", backup("monday"), "--json"]);
  const note = `${backup("monday")} holds no snapshot of config`;
  expect(partial).toMatchObject({ code: 3, stderr: expect.stringContaining(note) });
  expect(JSON.parse(partial.stdout)).toMatchObject({ problems: [note] });
  const allowed = await flowg(["admin", "verify", backup("monday"), "--allow-partial", "--json"]);
  expect(allowed).toMatchObject({ code: 0, stderr: expect.stringContaining(note) });
  expect(JSON.parse(allowed.stdout)).toMatchObject({ notes: [note] });

  const file = join(backup("monday"), "log.db");
  expect((await flowg(["admin", "verify", file])).stderr).not.toContain("holds no snapshot");
  await truncate(file, 0);
  const broken = await flowg(["admin", "verify", backup("monday")]);
  expect(broken).toMatchObject({ code: 3, stderr: expect.stringContaining(`bad: ${file}: `) });
  expect(broken.stdout).toMatch(/^\S+log\.db +- +- +- +- +BAD$/m);
});

test("a token that stands where a file should is not shown on", async () => {
  const token = `pat_${"x".repeat(32)}`;
  for (const words of [
    ["admin", "user", "list", "--url", "http://127.0.0.1:1", "--token-file", token],
    ["admin", "user", "list", token, "--json"],
  ]) {
    const { code, stderr, stdout } = await flowg(words);
    expect(code).not.toBe(0);
    expect(stderr).toContain("pat_…");
    expect(stderr + stdout).not.toContain(token);
  }
});
