// Where LMDB can't open a database, it ends the process. So another process must try first.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { flowg } from "../cli/flowg.js";
import { buildLibrary, faultyEnvironment } from "../faults/library.js";
import { workspace } from "../operations/offline/contents.js";

const space = await workspace();
afterAll(() => space[Symbol.asyncDispose]());
const library = buildLibrary(space.path);

describe.skipIf("without" in library)("a database whose files LMDB can't", () => {
  it.each(["mmap"])("the process that watches reports %s", async (call) => {
    const root = join(space.path, "data");
    const dir = join(root, "auth");
    await (await openDatabase({ kind: "auth", dir, mode: "create" })).close();
    const beside = join(space.path, "beside");
    await mkdir(beside);
    const path = "path" in library ? library.path : "";
    const fault = { call, at: 1, deed: "EIO", forEver: true } as const;
    const env = await faultyEnvironment({ library: path, root, beside, fault });
    const ran = await flowg(["admin", "role", "list", "--auth-dir", dir], { env });
    expect(ran).toMatchObject({ code: 4, stdout: "" });
    expect(ran.stderr).toContain(`cannot open the auth database in ${dir}: LMDB ended the process`);
    expect(await flowg(["admin", "role", "list", "--auth-dir", dir])).toMatchObject({ code: 0 });
  });
});
