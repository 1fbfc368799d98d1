// The completion scripts, by the shells that read them, where these are installed.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";
import { commands } from "./command-tree.js";
import { answering, BUILT, flowg, shell } from "./flowg.js";

const has = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

/** A name as hostile as names can be: only control characters are forbidden. */
const DANGEROUS = "danger$(touch pwned);`touch pwned`";
const STREAMS = ["web", "app:web", "with space", "it's", DANGEROUS];

let server: TestServer;
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
  server = await startServer();
  for (const name of STREAMS) {
    const body = { config: { ttl: 0, size: 0, indexed_fields: [] } };
    const path = `/streams/${encodeURIComponent(name)}`;
    await server.must(path, { method: "PUT", json: body });
  }
  await server.must("/users/alice", { method: "PUT", json: { roles: [], password: "x" } });
  await server.must("/roles/viewer", { method: "PUT", json: { scopes: [] } });
  const { token } = (await server.must("/token", { method: "POST" })).body;
  await writeFile(join(dir, "token"), token);
  // what `flowg login` keeps
  await mkdir(join(dir, ".config/flowg"), { recursive: true });
  const logins = { [server.url]: { username: "root", token } };
  await writeFile(join(dir, ".config/flowg/logins.json"), JSON.stringify(logins));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

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
flowg() { if [ "$1" = completion ]; then "$NODE" "$BUILT" "$@"; else echo "<ran> $*"; fi; }
`,
  zsh: `PROMPT='ready> '
autoload -Uz compinit && compinit -u -D
source ./zsh
flowg() { if [ "$1" = completion ]; then "$NODE" "$BUILT" "$@"; else echo "<ran> $*"; fi; }
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
    env: { ZDOTDIR: dir, HOME: dir, HISTFILE: "", NODE: process.execPath, BUILT },
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

  test.skipIf(missing(name))("it completes values, and names of the known server", async () => {
    const shown = await typed(
      name,
      "flowg admin backup --only au\t,lo\t\r",
      "flowg admin role create --name x read_st\t\r",
      "flowg completion zs\t\r",
      "flowg serve --log-format te\t\r",
      "flowg stream get wi\t\r",
      "flowg stream get app:w\t\r",
      "flowg stream get dan\t\r",
      "flowg logs query it\t\r",
      "flowg logs ingest def\t\r",
      `flowg admin user delete --url ${server.url} --token-file token --name al\t\r`,
      `flowg admin role delete --url ${server.url} --name=vie\t\r`,
      // of this machine, and of no server that is there
      "flowg admin user delete --name al\t\r",
      "flowg stream get --url http://127.0.0.1:1 we\t\r",
    );
    const ran = [...shown.matchAll(/^<ran> (.*?)\s*$/gm)].map(([, words]) => words);
    expect(ran).toEqual([
      "admin backup --only auth,logs",
      "admin role create --name x read_streams",
      "serve --log-format text",
      "stream get with space",
      "stream get app:web",
      `stream get ${DANGEROUS}`,
      "logs query it's",
      "logs ingest default",
      `admin user delete --url ${server.url} --token-file token --name alice`,
      `admin role delete --url ${server.url} --name=viewer`,
      "admin user delete --name al",
      "stream get --url http://127.0.0.1:1 we",
    ]);
    expect(shown).toContain("#compdef flowg");
    expect(existsSync(join(dir, "pwned"))).toBe(false);
    expect(shown).not.toMatch(/pat_\w{9}|connection refused|there is no token/i);
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
  async function offers(line: string): Promise<string[]> {
    const real = `function flowg; ${process.execPath} ${BUILT} $argv; end`;
    await writeFile(join(dir, "line.fish"), `source ./fish; ${real}; complete -C '${line}'`);
    // the server is in this process: it must not be kept from answering
    const ran = await shell("fish line.fish", {
      cwd: dir,
      env: { HOME: dir, XDG_CONFIG_HOME: join(dir, ".config") },
    });
    expect(ran.stderr).toBe("");
    return ran.stdout.split("\n").filter(Boolean);
  }
  const words = async (line: string) => (await offers(line)).map((offer) => offer.split("\t")[0]);

  test("it completes commands, flags and files", async () => {
    expect(await words("flowg ad")).toEqual(["admin"]);
    expect(await words("flowg admin re")).toEqual(["restore"]);
    expect(await words("flowg admin role ")).toEqual(["create", "delete", "list"]);
    expect(await words("flowg admin restore --dry")).toEqual(["--dry-run"]);
    expect(await words("flowg admin --nothing restore --on")).toEqual(["--only"]);
    expect(await words("flowg admin verify au")).toEqual(["auth.db"]);
    expect(await words("flowg admin backup --backup-dir au")).toEqual(["auth.db"]);
    expect(await words("flowg admin backup --token ")).toEqual([]);
  });

  test("it completes values, and names of the known server", async () => {
    expect(await words("flowg admin backup --only ")).toEqual(["auth", "config", "logs"]);
    expect(await words("flowg admin backup --only auth,l")).toEqual(["auth,logs"]);
    expect(await words("flowg admin role create --name x read_st")).toEqual(["read_streams"]);
    expect(await words("flowg completion z")).toEqual(["zsh"]);
    expect(await words("flowg stream get ")).toEqual(expect.arrayContaining(STREAMS));
    expect(await words("flowg stream get dan")).toEqual([DANGEROUS]);
    expect(
      await words(`flowg admin user delete --url ${server.url} --token-file token --name al`),
    ).toEqual(["alice"]);
    expect(await words("flowg admin user delete --name al")).toEqual([]);
    expect(await words("flowg stream get --url http://127.0.0.1:1 we")).toEqual([]);
    expect(existsSync(join(dir, "pwned"))).toBe(false);
  });

  test("it says what each is", async () => {
    expect(await offers("flowg admin role l")).toEqual(["list\tList the roles and their scopes"]);
  });
});
