// A backup can rename its first file, but no other, and can't put the first one back. It says which files are of which backup,
// removes none that was not put back, and the next run puts them back first.

import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backupDirectories } from "../../server/core.js";
import { fillSample } from "../operations/offline/sample.js";
import { treeOf } from "../platform/files/tree.js";
import { buildLibrary, type Fault, flowgWithFault } from "./library.js";

const space = await mkdtemp(join(tmpdir(), "flowg-mixed-"));
const library = buildLibrary(space);
const data = join(space, "data");
const dirs = { auth: join(data, "auth"), config: join(data, "config"), logs: join(data, "logs") };
const older = join(space, "older");

beforeAll(async () => {
  await fillSample(dirs, { entries: 50 });
  await backupDirectories({ dirs, backupDir: older });
});
afterAll(() => rm(space, { recursive: true, force: true }));

const words = (into: string) => [
  "admin",
  "backup",
  "--backup-dir",
  into,
  "--auth-dir",
  dirs.auth,
  "--config-dir",
  dirs.config,
  "--log-dir",
  dirs.logs,
];

async function backUp(name: string, fault: Fault) {
  if ("without" in library) throw new Error(library.without);
  const into = join(space, name);
  await cp(older, into, { recursive: true });
  const injection = { library: library.path, root: into, beside: space, fault };
  return { into, ran: await flowgWithFault(words(into), injection) };
}

describe.skipIf("without" in library)("a backup that can't rename", () => {
  test("its second file puts the first one back", async () => {
    const { into, ran } = await backUp("once", { call: "rename", at: 2, deed: "EIO" });
    expect(ran.code).toBe(8);
    expect(ran.stderr).toMatch(/error: cannot rename .*log\.db: EIO/);
    expect(await treeOf(into)).toEqual(await treeOf(older));
  });

  test("any more says which files are of which backup, and keeps the older ones", async () => {
    const fault: Fault = { call: "rename", at: 2, deed: "EIO", forEver: true };
    const { into, ran } = await backUp("for ever", fault);
    expect(ran.code).toBe(8);
    const said =
      /of the new backup: (.*); of the older: (.*); what they replaced is kept as (.*)\n/;
    const [, isNew, isOlder, kept = ""] = said.exec(ran.stderr) ?? [];
    expect([isNew, isOlder]).toEqual(["auth.db", "config.db, log.db"]);
    expect(await readFile(kept)).toEqual(await readFile(join(older, "auth.db")));
    expect(ran.stderr).toContain("hint: the next backup into this directory puts the older");

    // a run that fails before its own files have names puts back what was kept
    const stopped = backupDirectories({ dirs, backupDir: into, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await treeOf(into)).toEqual(await treeOf(older));
  });
});
