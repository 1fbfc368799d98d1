// A repository whose repository.json is gone or damaged: its snapshots are read all the same, nothing is written, and a repair
// puts the file back.

import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { encodeValue, roleKey } from "../../server/records/records.js";
import { putBackFile } from "../../server/repository/lost-file.js";
import { openRepositoryAt } from "../../server/repository/open-at.js";
import { flowg as run } from "../cli/flowg.js";
import { workspace } from "../operations/offline/contents.js";

async function world({ unencrypted = false } = {}) {
  const space = await workspace();
  const at = (name: string) => join(space.path, name);
  for (const kind of ["auth", "config", "logs"] as const) {
    const dir = space.dirs("data")[kind];
    await using database = await lmdb.open({ kind, dir }, { mode: "create" });
    if (kind !== "auth") continue;
    await database.change((changes) =>
      changes.put(roleKey("admin"), encodeValue({ scopes: ["write_acls"] })),
    );
  }
  const flowg = async (line: string, home = "home") =>
    await run(line.split(" ").filter(Boolean), {
      env: { HOME: at(home), FLOWG_REPOSITORY: at("repository") },
      cwd: space.path,
    });
  const dirsOf = (name: string) =>
    `--auth-dir ${name}/auth --config-dir ${name}/config --log-dir ${name}/logs`;
  const keys = unencrypted ? "--unencrypted" : "--identity id --repository-key key";
  expect(await flowg(`repository init ${keys}`)).toMatchObject({ code: 0 });
  const backup = `admin backup ${unencrypted ? "" : "--repository-key key"} ${dirsOf("data")}`;
  expect(await flowg(backup)).toMatchObject({ code: 0 });
  const file = at("repository/repository.json");
  return { flowg, at, file, backup, dirsOf, [Symbol.asyncDispose]: space[Symbol.asyncDispose] };
}

it.each([
  ["gone", (file: string) => rename(file, `${file}.elsewhere`)],
  ["damaged", (file: string) => writeFile(file, "\0".repeat(900))],
])(
  "with a file that is %s, an identity restores on a machine that knows nothing else",
  async (_, lose) => {
    await using at = await world();
    await lose(at.file);
    const restore = `admin restore --identity id --allow-no-admin ${at.dirsOf("new")}`;
    const restored = await at.flowg(`${restore} --json`, "elsewhere");
    expect(restored).toMatchObject({ code: 0 });
    expect(JSON.parse(restored.stdout).databases[0]).toMatchObject({
      database: "auth",
      kinds: { role: { added: 1 } },
    });
    expect(restored.stderr).toContain("snapshots are read without it");
  },
);

it("a repair keeps what is left of a damaged file, and overwrites none that was put back meanwhile", async () => {
  await using at = await world();
  const right = await readFile(at.file);
  const cut = right.subarray(0, -20);
  await writeFile(at.file, cut);
  const keys = { identityFiles: [at.at("id")], keyFiles: [at.at("key")] };
  const opened = await openRepositoryAt(at.at("repository"), keys);
  const { lostFile } = opened;
  if (!lostFile) throw new Error("the file is damaged");
  await writeFile(at.file, right);
  const putBack = () => putBackFile(opened, { lostFile, dryRun: false });
  expect(await putBack()).toContain("another one back meanwhile");
  expect(await readFile(at.file)).toEqual(right);
  await writeFile(at.file, cut);
  expect(await putBack()).toBeUndefined();
  await opened.place.close();
  const names = await readdir(at.at("repository"));
  const kept = names.filter((name) => name.startsWith("repository.json.damaged-"));
  expect(kept).toHaveLength(1);
  expect(await readFile(at.at(`repository/${kept[0]}`))).toEqual(cut);
  expect(await at.flowg(at.backup)).toMatchObject({ code: 0 });
});

it("nothing is written to it, and a repair puts it back for the key file's machine and for others", async () => {
  await using at = await world();
  const { id, recipients } = JSON.parse(await readFile(at.file, "utf8"));
  await rm(at.file);
  // a machine that only writes has nothing to read with
  expect(await at.flowg(at.backup)).toMatchObject({ code: 8 });
  const refused = await at.flowg(`${at.backup} --identity id`);
  expect(refused).toMatchObject({ code: 8, stderr: expect.stringContaining("nothing is written") });

  for (const line of [
    "forget --keep-last 1",
    "repository prune",
    "forget --keep-last 1 --dry-run",
  ]) {
    expect(await at.flowg(`${line} --identity id --repository-key key`)).toMatchObject({
      code: 8,
      stderr: expect.stringContaining("nothing is written"),
    });
  }
  const drill = await at.flowg("drill --identity id --repository-key key --json");
  expect(JSON.parse(drill.stdout).reports[0].notes.join()).toContain("nothing is written");
  expect(await readdir(at.at("repository"))).not.toContain("verified");

  const check = await at.flowg("repository check --identity id --json", "elsewhere");
  expect(check.code).toBe(3);
  expect(JSON.parse(check.stdout).repositories[0]).toMatchObject({
    lostFile: expect.stringContaining("repository.json"),
    snapshots: 1,
    lost: [],
  });
  expect(check.stderr).toContain("--repair puts repository.json back");
  const repair = "repository check --identity id --repair";
  const without = await at.flowg(repair, "elsewhere");
  expect(without.stdout).toContain("can't be put back: no key file of the repository");
  const withKey = `${repair} --repository-key key`;
  const dry = await at.flowg(`${withKey} --dry-run`);
  expect(dry.stdout).toContain("a repair would put repository.json back");
  await expect(readFile(at.file)).rejects.toMatchObject({ code: "ENOENT" });
  const repaired = await at.flowg(withKey);
  expect(repaired.stdout).toContain("repository.json was put back");
  expect(repaired.stderr).not.toContain("--repair puts");

  expect(JSON.parse(await readFile(at.file, "utf8"))).toMatchObject({ id, recipients });
  expect(await at.flowg(at.backup)).toMatchObject({ code: 0 });
  const checked = await at.flowg("repository check --identity id --read-data", "elsewhere");
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.stdout).toContain("nothing: each segment is there, and what was read is whole");
  expect(await at.flowg("repository key --identity id --repository-key key-2")).toMatchObject({
    code: 0,
  });
});

it("an unencrypted one is read without it, unless something says that it was encrypted", async () => {
  await using at = await world({ unencrypted: true });
  await rm(at.file);
  const verified = await at.flowg("admin verify");
  expect(verified).toMatchObject({ code: 0 });
  expect(verified.stderr).toContain("snapshots are read without it");
  expect(await at.flowg(at.backup)).toMatchObject({ code: 8 });
  await using other = await world();
  await rename(at.at("repository"), other.at("repository-2"));
  const given = "admin verify --identity id --repository repository-2";
  expect(await other.flowg(given)).toMatchObject({ code: 8 });
  await rename(other.at("repository-2"), at.at("repository"));
  expect((await at.flowg("repository check --repair")).stdout).toContain("was put back");
  expect(await at.flowg(at.backup)).toMatchObject({ code: 0 });
});

it("snapshots that another key has signed don't tell what it said", async () => {
  await using at = await world();
  await rm(at.file);
  expect(
    await at.flowg("repository init --identity mallory --repository theirs", "m"),
  ).toMatchObject({
    code: 0,
  });
  const verify = await at.flowg("admin verify --identity mallory", "m");
  expect(verify).toMatchObject({ code: 8 });
  expect(verify.stderr).toContain("holds snapshots, and its repository.json is gone");
  expect(verify.stderr).toContain("and the signing key (--trusted-key");
});
