import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as sdk from "../../../sdk/node/staged-file.js";
import * as server from "../../../server/platform/files/make-directory.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-make-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each([
  ["server", server.makeDirectory],
  ["SDK", sdk.makeDirectory],
])("a directory that the %s makes", (name, makeDirectory) => {
  test("is there, with those above it, for its owner only; once more, or twice at once", async () => {
    const path = join(dir, name, "a", "b");
    await Promise.all([makeDirectory(path), makeDirectory(path)]);
    await makeDirectory(path);
    for (const made of [path, join(path, "..")]) {
      const found = await stat(made);
      expect(found.isDirectory()).toBe(true);
      expect(found.mode & 0o777).toBe(0o700);
    }
  });

  test("is refused where a file has the name, or where none can be made", async ({ skip }) => {
    const file = join(dir, `${name}.txt`);
    await writeFile(file, "");
    await expect(makeDirectory(file)).rejects.toThrow();
    await expect(makeDirectory(join(file, "below"))).rejects.toThrow();
    skip(process.platform !== "linux", "only Linux has /proc, where Node's own never comes back");
    await expect(makeDirectory("/proc/flowg/backup")).rejects.toThrow();
  });
});
