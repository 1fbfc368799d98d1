// The completion scripts, by the shells that read them, where these are installed.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "./command-tree.js";
import { flowg } from "./flowg.js";

const has = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

let dir: string;
const scripts: Record<string, string> = {};
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-completion-"));
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout } = await flowg(["completion", shell]);
    scripts[shell] = stdout;
    await writeFile(join(dir, shell), stdout);
  }
  await writeFile(join(dir, "auth.db"), "");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test.each(["bash", "zsh", "fish"])("the script for %s knows every command and flag", (shell) => {
  const text = scripts[shell] ?? "";
  for (const { words, node } of commands) {
    expect(text).toContain(words.join(" "));
    for (const [name, arg] of Object.entries(node.args)) {
      if (arg.type !== "positional")
        expect(text).toContain(shell === "fish" ? `-l ${name}` : `--${name}`);
    }
  }
});

test("an unknown shell is refused", async () => {
  const ran = await flowg(["completion", "bsh"]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("did you mean bash?");
});

describe.skipIf(!has("bash"))("in bash", () => {
  /** What it offers for the last of these words. */
  function offers(...words: string[]): string[] {
    const script = `source ./bash
COMP_WORDS=("$@") COMP_CWORD=$(($#-1)) COMPREPLY=()
_flowg
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", "flowg", ...words], {
      cwd: dir,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter(Boolean);
  }

  test("it completes commands, flags and files", () => {
    expect(offers("ad")).toEqual(["admin"]);
    expect(offers("admin", "re")).toEqual(["restore"]);
    expect(offers("admin", "role", "")).toEqual(["create", "list", "delete", "--help"]);
    expect(offers("admin", "restore", "--dry")).toEqual(["--dry-run"]);
    expect(offers("admin", "--nothing", "restore", "--on")).toEqual(["--only"]);
    expect(offers("admin", "verify", "au")).toEqual(["auth.db"]);
    expect(offers("admin", "backup", "--backup-dir", "au")).toEqual(["auth.db"]);
    expect(offers("admin", "backup", "--token", "")).toEqual([]);
  });
});

test.skipIf(!has("zsh"))("zsh reads its script", () => {
  expect(spawnSync("zsh", ["-n", join(dir, "zsh")]).status).toBe(0);
});

test.skipIf(!has("fish"))("fish reads its script", () => {
  expect(spawnSync("fish", ["-n", join(dir, "fish")]).status).toBe(0);
});
