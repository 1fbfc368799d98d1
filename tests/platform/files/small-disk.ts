// A disk that is nearly as small as what is put on it.

import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import type { TestContext } from "vitest";

/**
 * Mounts one at `path`, until it is disposed of. Skips the test where nothing can be mounted.
 * @param size as mount(8) takes it: `"512k"`
 */
export async function smallDisk(
  path: string,
  size: string,
  skip: TestContext["skip"],
): Promise<Disposable> {
  await mkdir(path);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]);
  skip(status !== 0, "no file system can be mounted here");
  return { [Symbol.dispose]: () => void spawnSync("umount", [path]) };
}
