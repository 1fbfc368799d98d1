// `flowg admin verify` and `inspect` of a snapshot in a repository: what they say of a whole one, and of a damaged one.

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { flowg as run } from "../cli/flowg.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";

const FLOWG_BACKUP = fileURLToPath(new URL("../fixtures/flowg-0.24.1", import.meta.url));

let space: Workspace;
let env: Record<string, string>;
const at = (...names: string[]) => join(space.path, ...names);
const flowg = (...words: string[]) => run(words, { env, cwd: space.path });
/** What `--json` tells. */
const told = async (...words: string[]) => {
  const { code, stdout } = await flowg("admin", ...words, "--json");
  return { exit: code, ...JSON.parse(stdout) };
};
const here = ["--repository", "here", "--identity", "id.txt"];
const both = ["--repository", "here", "--repository", "there", "--identity", "id.txt"];
let setId = "";

beforeAll(async () => {
  space = await workspace();
  env = { HOME: at("home"), XDG_CONFIG_HOME: at("config") };
  const restored = await flowg("admin", "restore", FLOWG_BACKUP);
  expect(restored.code, restored.stderr).toBe(0);
  for (const name of ["here", "there"]) {
    const made = await flowg("repository", "init", "--repository", name, "--identity", "id.txt");
    expect(made.code, made.stderr).toBe(0);
  }
  const backup = ["backup", "--repository", "here", "--repository", "there"];
  ({ setId } = await told(...backup));
  expect((await told("backup", "--repository", "here", "--only", "auth")).exit).toBe(0);
});
afterAll(() => space[Symbol.asyncDispose]());

it("says of a whole snapshot what is said of its files", async () => {
  const exported = ["--backup-dir", "files"];
  expect((await flowg("snapshots", "export", setId, ...here, ...exported)).code).toBe(0);
  const inFiles = await told("verify", "files");
  const found = await told("verify", ...here, "--snapshot", setId.slice(0, 8));
  expect(found).toMatchObject({ exit: 0, bad: [], problems: [], notes: [] });
  const facts = ({ files }: { files: { database: string; path: string; seconds: number }[] }) =>
    files
      .map(({ path, seconds, ...rest }) => rest)
      .sort((a, b) => (a.database < b.database ? -1 : 1));
  expect(facts(found)).toEqual(facts(inFiles));
  const only = await told("inspect", ...here, "--snapshot", setId, "--only", "logs");
  expect(only.snapshots).toHaveLength(1);
  const { path, seconds, ...inspected } = only.snapshots[0];
  const file = await told("inspect", "files/log.db");
  expect(file).toMatchObject(inspected);
  const sha256 = createHash("sha256").update(await readFile(at("files/log.db")));
  expect(inspected.fileSha256).toBe(sha256.digest("hex"));
  const text = await flowg("admin", "inspect", ...here, "--snapshot", setId);
  expect(text.stdout).toMatch(/^Database: +auth$[\s\S]*^Database: +logs$[\s\S]*^default +1,501/m);
  const verified = await flowg("admin", "verify", ...here, "--snapshot", setId);
  expect(verified.stdout).toMatch(/ logs +1,511 [\s\S]*^3 databases verified in /m);
});

it("says what a snapshot lacks", async () => {
  const found = await told("verify", ...here);
  expect(found).toMatchObject({
    exit: 3,
    files: [{ database: "auth" }],
    bad: [],
  });
  expect(found.problems.join()).toContain("holds no logs, config");
  expect(await told("verify", ...here, "--allow-partial")).toMatchObject({ exit: 0, problems: [] });
  expect((await told("verify", ...here, "--only", "auth")).exit).toBe(0);
  expect((await flowg("admin", "inspect", ...here, "--only", "logs")).code).toBe(8);
  expect((await flowg("admin", "verify", ...here, "--at", "2020-01-01T00:00:00Z")).code).toBe(8);
});

it("refuses what can't be meant", async () => {
  const usage = async (...words: string[]) => {
    const { code, stderr } = await flowg("admin", ...words);
    expect(code, stderr).toBe(2);
    return stderr;
  };
  for (const command of ["verify", "inspect"]) {
    expect(await usage(command, "files/log.db", ...here)).toContain("exclude each other");
    expect(await usage(command, "files/log.db", "--only", "logs")).toContain("for a repository");
    expect(await usage(command, ...here, "--only", "log2")).toContain("unknown database");
    expect(await usage(command, ...here, "--url", "http://x")).toContain("exclude each other");
    expect(await usage(command, ...here, "--at", "noon")).toContain("neither an RFC 3339");
    const unread = await flowg("admin", command, "--repository", "here", "--snapshot", setId);
    expect(unread).toMatchObject({ code: 6, stdout: "" });
  }
  expect(await usage("verify", "--snapshot", "latest")).toContain("there is none");
  expect(await usage("inspect", "--snapshot", "latest")).toContain("there is none");
  expect(await usage("inspect")).toContain("the argument FILE is missing");
});

it("goes on after a database that is damaged, and takes from another repository what is lost in one", async () => {
  const all = await readdir(at("here/segments"), { recursive: true });
  const sizes = await Promise.all(
    all
      .filter((name) => name.endsWith(".age"))
      .map(async (name) => {
        const bytes = await readFile(at("here/segments", name));
        return { path: at("here/segments", name), bytes };
      }),
  );
  // the entries
  const [largest] = sizes.sort((a, b) => b.bytes.length - a.bytes.length);
  if (!largest) throw new Error("there are no segments");
  const changed = Buffer.from(largest.bytes);
  changed[1000] = ~(changed[1000] ?? 0) & 0xff;
  await writeFile(largest.path, changed);
  const named = ["--snapshot", setId];
  const found = await told("verify", ...here, ...named);
  expect(found.exit).toBe(3);
  expect(found.files.map(({ database }: { database: string }) => database)).toEqual([
    "auth",
    "config",
  ]);
  expect(found.bad).toMatchObject([{ database: "logs", code: "REPOSITORY_DAMAGED" }]);
  const { stdout, stderr } = await flowg("admin", "verify", ...here, ...named);
  expect(stdout).toMatch(/ logs +- .* BAD$[\s\S]*^2 of 3 databases verified/m);
  expect(stderr).toMatch(/^bad: logs: segments\/.* it holds 1,501 records/m);
  const inspected = await flowg("admin", "inspect", ...here, ...named);
  expect(inspected).toMatchObject({ code: 3, stdout: "" });
  const whole = await told("verify", ...both, ...named);
  expect(whole).toMatchObject({ exit: 0, bad: [], problems: [] });
  expect(whole.files).toHaveLength(3);
  expect(whole.notes.join()).toContain("it was taken from");
});
