// FlowG's own files uploaded where the disk has a few pages left: whatever the answer, the server lives, and nothing
// is left behind.

import { mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { smallDisk } from "../../platform/files/small-disk.js";
import { readContents } from "../offline/contents.js";
import { ROOT_PASSWORD, startFlowg, upload } from "./flowg-server.js";

const FIXTURES = new URL("../../fixtures/flowg-0.24.1/", import.meta.url);
const FREE_KIB = [4, 8, 16, 28, 44];

for (const [kind, name] of [
  ["auth", "auth.db"],
  ["config", "config.db"],
  ["logs", "log.db"],
] as const) {
  test(`FlowG's ${kind} database, dry and in earnest`, async ({ skip }) => {
    const home = await mkdtemp(join(tmpdir(), "flowg-nearly-full-"));
    try {
      const disk = join(home, "disk");
      using _ = await smallDisk(disk, "16m", skip);
      await using server = await startFlowg({ home: disk });
      const as = await server.login("root", ROOT_PASSWORD);
      const bytes = await readFile(new URL(name, FIXTURES));
      const filler = join(disk, "filler");
      for (const free of FREE_KIB) {
        for (const query of ["?dryRun=true", ""]) {
          await rm(filler, { force: true });
          const { bavail, bsize } = await statfs(disk);
          await writeFile(filler, Buffer.alloc(bavail * bsize - free * 1024));
          const before = await readContents(kind, server.dirs[kind]);
          const { status, body } = await upload(server, {
            as,
            path: `/restore/${kind}${query}`,
            bytes,
          });
          const what = `${free} KiB free: ${JSON.stringify(body)}`;
          expect([200, 507], what).toContain(status);
          if (status !== 200) expect(body.code, what).toBe("DISK_FULL");
          if (status !== 200 || query !== "") {
            expect(await readContents(kind, server.dirs[kind]), what).toEqual(before);
          }
          expect(await server.spooled(), what).toEqual([]);
        }
      }
      await rm(filler);
      expect(await upload(server, { as, path: `/restore/${kind}`, bytes })).toMatchObject({
        status: 200,
      });
      expect(await server.stop()).toBe(0);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}
