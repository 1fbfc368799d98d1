// A server that restores with faults of system calls: a restore of one database, and of all three, and one that is taken back.
// See faults.test.ts.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { buildLibrary } from "./library.js";
import { restoring } from "./online-restore.js";
import { undoing } from "./online-undo.js";
import { makeTemplate } from "./restored-states.js";
import { LONG, tryServed } from "./try-served.js";

const space = await mkdtemp(join(tmpdir(), "flowg-restore-faults-"));
const library = buildLibrary(space);
const template = join(space, "template");
const backup = join(space, "backup");

beforeAll(async () => {
  if (!("without" in library)) await makeTemplate(template, backup);
});
afterAll(() => rm(space, { recursive: true, force: true }));

describe("a server with faults of system calls, while it restores", () => {
  test.for(["logs", "all"] as const)("%s", { timeout: LONG }, async (what, { skip }) => {
    if ("without" in library) return skip(library.without);
    await tryServed(`restore of ${what} by a server`, {
      library: library.path,
      space: join(space, what),
      template,
      newWork: () => restoring({ backup, what }),
    });
  });

  test("that is taken back", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    await tryServed("undo of a restore by a server", {
      library: library.path,
      space: join(space, "undo"),
      template,
      newWork: (beside) => undoing({ backup, root: join(beside, "root") }),
    });
  });
});
