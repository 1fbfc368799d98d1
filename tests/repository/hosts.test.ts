// Two servers that back up into one repository: each command that takes the newest snapshot takes that of the host it is told, and
// a restore that isn't told says whose it takes.

import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { encodeValue, roleKey } from "../../server/records/records.js";
import { flowg as run } from "../cli/flowg.js";
import { workspace } from "../operations/offline/contents.js";

test("a host's snapshots are chosen by its name", async () => {
  await using space = await workspace();
  const repository = join(space.path, "repository");
  const env = { HOME: space.path, FLOWG_REPOSITORY: repository };
  const flowg = async (line: string) =>
    await run(line.split(" ").filter(Boolean), { env, cwd: space.path });
  const dirsOf = (name: string) => {
    const { auth, config, logs } = space.dirs(name);
    return `--auth-dir ${auth} --config-dir ${config} --log-dir ${logs}`;
  };
  expect((await flowg("repository init --unencrypted")).code).toBe(0);
  for (const host of ["web-1", "web-2"]) {
    const dirs = space.dirs(host);
    for (const kind of ["auth", "config", "logs"] as const) {
      await using database = await openDatabase({ kind, dir: dirs[kind], mode: "create" });
      if (kind !== "auth") continue;
      await database.change((changes) =>
        changes.put(roleKey(host), encodeValue({ scopes: ["write_acls"] })),
      );
    }
    expect(await flowg(`admin backup --host ${host} ${dirsOf(host)}`)).toMatchObject({ code: 0 });
  }

  const hostsIn = async (line: string) =>
    JSON.parse((await flowg(`snapshots list --json ${line}`)).stdout).repositories[0].snapshots.map(
      ({ host }: { host: string }) => host,
    );
  expect(await hostsIn("")).toEqual(["web-2", "web-1"]);
  expect(await hostsIn("--host web-1")).toEqual(["web-1"]);
  expect(await hostsIn("--host web-1 --host web-2")).toEqual(["web-2", "web-1"]);
  expect(await hostsIn("--host web-3")).toEqual([]);

  const restore = `admin restore --dry-run --allow-no-admin ${dirsOf("new")}`;
  const untold = await flowg(restore);
  expect(untold.code).toBe(0);
  expect(untold.stderr).toMatch(/snapshot \S+ of \S+, host web-2, in/);
  expect(untold.stderr).toContain("the repository also has those of web-1: choose with --host");
  const told = await flowg(`${restore} --host web-1`);
  expect(told.code).toBe(0);
  expect(told.stderr).toContain("host web-1, in");
  expect(told.stderr).not.toContain("choose with --host");
  const none = await flowg(`${restore} --host web-3`);
  expect(none).toMatchObject({ code: 8 });
  expect(none.stderr).toMatch(/no snapshot of the host "web-3": .*; hosts: web-1, web-2/);

  const diff = (host: string) =>
    flowg(`snapshots diff latest ${repository}/../files --host ${host}`);
  const made = await flowg(`snapshots export latest --host web-1 --backup-dir ${space.path}/files`);
  expect(made).toMatchObject({ code: 0 });
  expect([(await diff("web-1")).code, (await diff("web-2")).code]).toEqual([0, 11]);
});
