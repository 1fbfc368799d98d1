import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backupDirectories } from "../../server/core.js";
import { type Workspace, workspace } from "../restore/contents.js";
import { fillSample } from "../restore/sample.js";
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
  const note = expect.stringMatching(/^the snapshots are not of one instant: auth of .+, logs of /);
  expect(mixed).toMatchObject({ code: 0, stderr: expect.stringContaining("not of one instant") });
  expect(JSON.parse(mixed.stdout)).toMatchObject({ notes: [note] });

  const whole = await flowg(["admin", "verify", backup("monday"), "--json"]);
  expect(JSON.parse(whole.stdout)).toMatchObject({ notes: [] });
  expect(whole.stderr).not.toContain("one instant");
});
