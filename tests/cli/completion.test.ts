// The completion scripts, by the shells that read them, where these are installed.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "./command-tree.js";
import { answering, flowg, shell } from "./flowg.js";

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

/** CI has all three; elsewhere a shell may be missing. */
const missing = (name: string) => !process.env.CI && !has(name);

/** What an interactive shell starts with: `flowg` then says what it was called with. */
const BEGINNINGS: Record<string, string> = {
  bash: `PS1='ready> '
source ./bash
flowg() { echo "<ran> $*"; }
`,
  zsh: `PROMPT='ready> '
autoload -Uz compinit && compinit -u -D
source ./zsh
flowg() { echo "<ran> $*" }
`,
};

/** Types into a real shell at a terminal, and gives all that it shows. */
async function typed(name: string, ...lines: string[]): Promise<string> {
  await writeFile(join(dir, ".zshrc"), BEGINNINGS.zsh ?? "");
  await writeFile(join(dir, "bashrc"), BEGINNINGS.bash ?? "");
  const interactive = name === "zsh" ? "zsh -i" : "bash --rcfile bashrc -i";
  const answers = [...lines, "exit\r"].map((keys): [string, string] => ["ready> ", keys]);
  const { stdout } = await shell(`exec script -qec '${interactive}' /dev/null`, {
    cwd: dir,
    env: { ZDOTDIR: dir, HOME: dir, HISTFILE: "" },
    onOutput: answering(answers),
  });
  return stdout;
}

describe.each(["bash", "zsh"])("in %s", (name) => {
  test.skipIf(missing(name))("the tab key completes commands, flags and files", async () => {
    const shown = await typed(
      name,
      "flowg ad\tre\t--dry\t\r",
      "flowg admin --nothing restore --on\t\r",
      "flowg admin verify au\t\r",
      "flowg admin backup --backup-dir au\t\r",
      "flowg admin backup --token au\t\r",
    );
    const ran = [...shown.matchAll(/^<ran> (.*?)\s*$/gm)].map(([, words]) => words);
    expect(ran).toEqual([
      "admin restore --dry-run",
      "admin --nothing restore --only",
      "admin verify auth.db",
      "admin backup --backup-dir auth.db",
      "admin backup --token au",
    ]);
  });

  test.skipIf(missing(name))("it lists what is possible", async () => {
    const shown = await typed(name, "flowg admin role \t\t\u0015\r");
    for (const word of ["create", "list", "delete", "--help"]) expect(shown).toContain(word);
    expect(shown.includes("List the roles and their scopes")).toBe(name === "zsh");
    // nothing of another place
    expect(shown).not.toContain("restore");
  });
});

describe.skipIf(missing("fish"))("in fish", () => {
  /** What it offers for the last word of a line, each with its description. */
  function offers(line: string): string[] {
    const script = `source ./fish; complete -C '${line}'`;
    const env = { PATH: process.env.PATH, HOME: dir, XDG_CONFIG_HOME: dir };
    const { stdout, stderr } = spawnSync("fish", ["-c", script], {
      cwd: dir,
      env,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter(Boolean);
  }
  const words = (line: string) => offers(line).map((offer) => offer.split("\t")[0]);

  test("it completes commands, flags and files", () => {
    expect(words("flowg ad")).toEqual(["admin"]);
    expect(words("flowg admin re")).toEqual(["restore"]);
    expect(words("flowg admin role ")).toEqual(["create", "delete", "list"]);
    expect(words("flowg admin restore --dry")).toEqual(["--dry-run"]);
    expect(words("flowg admin --nothing restore --on")).toEqual(["--only"]);
    expect(words("flowg admin verify au")).toEqual(["auth.db"]);
    expect(words("flowg admin backup --backup-dir au")).toEqual(["auth.db"]);
    expect(words("flowg admin backup --token ")).toEqual([]);
  });

  test("it says what each is", () => {
    expect(offers("flowg admin role l")).toEqual(["list\tList the roles and their scopes"]);
  });
});
