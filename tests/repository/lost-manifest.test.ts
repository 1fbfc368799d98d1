// A repository whose newest snapshot is gone, but for its signature: a restore and a drill take the one before, and say so.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { encodeValue, roleKey } from "../../server/records/records.js";
import { flowg as run } from "../cli/flowg.js";
import { workspace } from "../operations/offline/contents.js";

it("names the newer snapshot of which only the signature is there, where the newest is wanted", async () => {
  await using space = await workspace();
  const dirsOf = (name: string) =>
    `--auth-dir ${name}/auth --config-dir ${name}/config --log-dir ${name}/logs`;
  const flowg = (line: string) =>
    run(line.split(" "), {
      env: { HOME: join(space.path, "home"), FLOWG_REPOSITORY: join(space.path, "repository") },
      cwd: space.path,
    });
  for (const kind of DATABASE_KINDS) {
    const dir = space.dirs("data")[kind];
    await using _ = await lmdb.open({ kind, dir }, { mode: "create" });
  }
  expect(await flowg("repository init --identity id")).toMatchObject({ code: 0 });
  const add = async (name: string) => {
    const { auth: dir } = space.dirs("data");
    await using database = await lmdb.open({ kind: "auth", dir }, { mode: "write" });
    await database.change((changes) =>
      changes.put(roleKey(name), encodeValue({ scopes: ["write_acls"] })),
    );
  };
  for (const name of ["first", "second"]) {
    await add(name);
    expect(await flowg(`admin backup --host web-1 ${dirsOf("data")}`)).toMatchObject({ code: 0 });
  }
  const restored = async (words: string) => {
    const restore = `admin restore --identity id --allow-no-admin --dry-run --json ${dirsOf("new")}`;
    const { code, stdout } = await flowg(`${restore} ${words}`);
    expect(code).toBe(0);
    const { databases, notes } = JSON.parse(stdout);
    return { roles: databases[0].kinds.role.added, notes };
  };
  expect(await restored("--latest")).toEqual({ roles: 2, notes: [] });
  const snapshots = join(space.path, "repository/snapshots");
  const paths = (await readdir(snapshots, { recursive: true })).filter((path) =>
    path.endsWith(".age"),
  );
  const [first = "", second = ""] = paths.sort();
  await rm(join(snapshots, second));
  const [, time = ""] = /(\d\d-\d\d-\d\d\.\d{3}Z)/.exec(second) ?? [];
  const newer = `the signature of a newer snapshot, of ${second.slice(0, 10)}T${time.replace("-", ":").replace("-", ":")}`;
  const note = expect.stringMatching(`${newer}.* or somebody has removed it$`);
  expect(await restored("--latest")).toEqual({ roles: 1, notes: [note] });
  // nothing tells of which host it was
  const others = expect.stringMatching(`${newer}.* It may be another host's$`);
  expect(await restored("--latest --host web-1")).toEqual({ roles: 1, notes: [others] });
  const drilled = async (words: string) => {
    const { stdout } = await flowg(`drill --identity id --json ${words}`);
    return JSON.parse(stdout).reports[0].notes;
  };
  expect(await drilled("--full-speed")).toEqual([note]);
  expect(await drilled("--snapshot latest")).toEqual([note]);
  expect(await drilled("--each-age")).toEqual([note]);
  // who names another state doesn't miss it
  const id = first.slice(first.indexOf("Z-") + 2, first.indexOf(".json"));
  expect(await restored(`--snapshot ${id}`)).toEqual({ roles: 1, notes: [] });
  expect(await drilled(`--snapshot ${id}`)).toEqual([]);
});
