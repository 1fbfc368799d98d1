// The server logs each change that the command line made to the auth database without it, once.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { createLog } from "../../server/http/log.js";
import { OfflineTrail } from "../../server/http/offline-trail.js";
import { noteOffline, offlineEvent } from "../../server/storage/notes/offline-events.js";

const dir = await mkdtemp(join(tmpdir(), "flowg-offline-trail-"));
afterAll(() => rm(dir, { recursive: true }));

it("logs them all before a stop ends, also where the start is still at its first look", async () => {
  await using database = await lmdb.open({ kind: "auth", dir }, { mode: "create" });
  await database.change((changes) => {
    for (const user of ["alice", "bob"])
      noteOffline(changes, offlineEvent("delete user", { user }));
  });
  const lines: { action?: string; user?: string; offline?: boolean }[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const trail = new OfflineTrail(database, createLog({ verbose: false, destination }));
  let hasStarted = false;
  const started = trail.start().then(() => {
    hasStarted = true;
  });
  await trail.stop();
  expect(hasStarted).toBe(true);
  expect(lines).toMatchObject([
    { action: "delete user", user: "alice", offline: true },
    { action: "delete user", user: "bob", offline: true },
  ]);
  await started;
  expect(lines).toHaveLength(2);
});
