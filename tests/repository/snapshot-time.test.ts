// A snapshot has the time of its instant, however long it takes until a backup goes on: what is written after that time isn't in it.

import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { backupDirectories } from "../../server/operations/offline/backup.js";
import { openBackup } from "../../server/operations/online/backup.js";
import { openBackupSet } from "../../server/operations/online/backup-set.js";
import { backUpServed } from "../../server/operations/repository/backup-served.js";
import { openReachable } from "../../server/operations/repository/open-reachable.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { encodeValue, roleKey } from "../../server/records/records.js";
import type { Engine } from "../../server/storage/engine.js";
import { workspace } from "../operations/offline/contents.js";
import { newRepository, openServed, ROOT } from "./served.js";

it("has the time of its instant, into files, over HTTP and into a repository", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  const live = await openServed(dirs);
  await live.databases.auth.change((changes) => {
    for (const [key, value] of ROOT) changes.put(key, value);
  });
  /** The time of the last write that no snapshot has. */
  let missed = 0;
  const engine: Engine = {
    ...lmdb,
    hold: async (...given) => {
      const held = await lmdb.hold(...given);
      const until = Date.now();
      while (Date.now() <= until) await new Promise(setImmediate);
      missed = Date.now();
      await live.databases.auth.change((changes) =>
        changes.put(roleKey(`role-${missed}`), encodeValue({ scopes: [] })),
      );
      return held;
    },
  };
  const before = Date.now();
  const expectTrue = ({ createdAt }: { createdAt: string }) => {
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(createdAt)).toBeLessThan(missed);
  };

  expectTrue(await backupDirectories({ dirs, backupDir: join(space.path, "files") }, engine));

  const places = DATABASE_KINDS.map((kind) => ({ kind, dir: dirs[kind] }));
  const { signal } = new AbortController();
  const online = { engine, signal, onReader: () => () => {} };
  const set = await openBackupSet(places, online);
  expectTrue(set);
  for await (const _ of set.stream);
  const one = await openBackup({ kind: "auth", dir: dirs.auth }, online);
  expectTrue(one);
  for await (const _ of one.stream);

  const { url, keyFile } = await newRepository(join(space.path, "off-site"));
  await using open = await openReachable({ urls: [url], keyFiles: [keyFile] });
  const served = { engine, databases: live.databases, onReader: () => () => {} };
  expectTrue(await backUpServed(served, { repositories: open.given, tags: [], host: "here" }));
  await live.close();
});
