// The yardstick of what a directory costs: files of the sizes of a repository's segments, each written, flushed, given its name and
// its directory flushed, five at a time, and nothing else.

import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { repositoryAt } from "../repositories.js";
import { type Task, used } from "../task.js";

const AT_ONCE = 5;

export const run: Task = async (places, { variant }) => {
  const from = join(repositoryAt(places, variant).url, "segments");
  const sizes: { path: string; bytes: number }[] = [];
  for (const directory of await readdir(from))
    for (const name of await readdir(join(from, directory))) {
      const path = join(directory, name);
      sizes.push({ path, bytes: (await stat(join(from, path))).size });
    }
  const random = randomBytes(Math.max(...sizes.map(({ bytes }) => bytes)));
  const next = sizes.values();
  const lane = async () => {
    for (const { path, bytes } of next) {
      const [target, directory] = [join(places.scratch, path), join(places.scratch, path, "..")];
      await mkdir(directory, { recursive: true });
      const file = await open(`${target}.part`, "wx", 0o600);
      await file.write(random, 0, bytes);
      await file.sync();
      await link(`${target}.part`, target);
      const named = await open(directory);
      await named.sync();
      await named.close();
      await unlink(`${target}.part`);
      await file.close();
    }
  };
  const facts = await used(() => Promise.all(Array.from({ length: AT_ONCE }, lane)));
  return { ...facts, objects: sizes.length };
};
