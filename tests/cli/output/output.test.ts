import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fakeInstallation, flowg, shell } from "../flowg.js";

const fake = await fakeInstallation();
afterAll(() => fake[Symbol.asyncDispose]());
const { main } = fake;

describe("stdout", () => {
  test("has the result and nothing else", async () => {
    const { stdout, stderr } = await flowg(["admin", "backup"], { main });
    expect(stdout).toBe(
      [
        "Database  File                  Records     Size  Ratio",
        "auth      ./backup/auth.db            3  1.5 KiB   6.4x",
        "config    ./backup/config.db          3  1.5 KiB   6.4x",
        "logs      ./backup/log.db     1,234,567  1.5 KiB   6.4x",
        "total     ./backup            1,234,573  4.5 KiB   6.4x",
        "3 databases backed up and verified in 1.3 s (as of 2026-11-23T01:02:03Z, set 6f8f5ba8-2b6f-4a3f-8a64-0d6bd0a3f6a1)",
        "",
      ].join("\n"),
    );
    expect(stderr.split("\n")).toEqual([
      "auth database ./data/auth, config database ./data/config, logs database ./data/logs -> ./backup",
      ...["auth", "config", "logs"].flatMap((kind) => [`${kind}: reading`, `${kind}: verifying`]),
      "done",
      "",
    ]);
  });

  test("has FlowG's tables", async () => {
    expect((await flowg(["admin", "role", "list"], { main })).stdout).toBe(
      "Name   Scopes\nadmin  [a b]\n",
    );
    expect((await flowg(["admin", "user", "list"], { main })).stdout).toBe(
      "Name  Roles\nroot  [admin]\n",
    );
    const words = ["admin", "role", "create", "--name", "x", "--", "read_streams", "send_logs"];
    expect((await flowg(words, { main })).stdout).toBe(
      "Name  Scopes\nx     [read_streams send_logs]\n",
    );
  });

  test("has one line where there is nothing to list", async () => {
    for (const [what, text] of Object.entries({ role: "No roles found", user: "No users found" })) {
      const ran = await flowg(["admin", what, "list", "--auth-dir=empty"], { main });
      expect(ran).toMatchObject({ code: 0, stdout: `${text}\n` });
    }
    const words = ["admin", "token", "list", "--user=root", "--auth-dir=empty"];
    expect(await flowg(words, { main })).toMatchObject({ code: 0, stdout: "No tokens found\n" });
  });

  test("has only the token", async () => {
    const { stdout } = await flowg(["admin", "token", "create", "--user", "root"], { main });
    expect(stdout).toBe(`pat_${"x".repeat(32)}\n`);
  });

  test("has the version and nothing else, also with --version", async () => {
    const { version } = createRequire(import.meta.url)("../../../package.json");
    const ran = await flowg(["version"]);
    expect(ran).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect(await flowg(["--version"])).toEqual(ran);
    expect(JSON.parse((await flowg(["version", "--json"])).stdout)).toEqual({
      success: true,
      version,
    });
  });

  test("deleting what is not there succeeds, as in FlowG, but says so", async () => {
    const gone = await flowg(["admin", "role", "delete", "--name", "admin"], { main });
    expect(gone).toMatchObject({ code: 0, stdout: "Role admin deleted\n" });
    const never = await flowg(["admin", "role", "delete", "--name", "nimda", "-q"], { main });
    expect(never).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "warning: Role nimda did not exist: nothing was deleted\n",
    });
  });

  test("a restore reports each kind of item, notes and warnings", async () => {
    const { stdout, stderr } = await flowg(["admin", "restore", "--only", "logs,auth"], { main });
    expect(stdout).toBe(
      [
        "Database  Kind  Added  Overwritten  Unchanged  Kept  Removed",
        "auth      auth  1,000            2          3     4        0",
        "logs      logs  1,000            2          3     4        0",
        "auth: merged with ./backup/auth.db, made 2026-11-23T01:02:03Z",
        "logs: merged with ./backup/logs.db, made 2026-11-23T01:02:03Z",
        "2 databases restored in 1 min 01 s",
        "",
      ].join("\n"),
    );
    expect(stderr).toContain("warning: an earlier run was cut\n");
    expect(stderr).toContain("warning: auth: carries no");
    const dry = await flowg(["admin", "restore", "--dry-run", "--replace"], { main });
    expect(dry.stdout).toContain("\ndry run: nothing was written\n");
  });

  test("--replace without a terminal needs --yes", async () => {
    const refused = await flowg(["admin", "restore", "--replace"], { main });
    expect(refused).toMatchObject({ code: 5, stdout: "" });
    expect(refused.stderr).toContain("hint: add --yes to insist");
    const agreed = await flowg(["admin", "restore", "--replace", "-y"], { main });
    expect(agreed.stdout).toContain("auth: replaced by ./backup/auth.db");
  });
});

describe("--quiet", () => {
  test("silences progress, remarks and confirmations", async () => {
    for (const words of [["backup"], ["verify", "x"], ["role", "create", "--name", "x"]]) {
      const ran = await flowg(["admin", ...words, "--quiet"], { main });
      expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
    }
  });

  test("keeps what was asked for, errors and warnings", async () => {
    const list = await flowg(["admin", "role", "list", "-q"], { main });
    expect(list).toMatchObject({ stdout: "Name   Scopes\nadmin  [a b]\n", stderr: "" });
    const token = await flowg(["admin", "token", "create", "--user=root", "-q"], { main });
    expect(token.stdout).toMatch(/^pat_/);
    expect((await flowg(["admin", "restore", "-q"], { main })).stderr).toMatch(/^warning: /);
    expect((await flowg(["admin", "verify", "throw-REFUSED", "-q"], { main })).stderr).toMatch(
      /^error: /,
    );
  });
});

describe("--json", () => {
  test.each([
    [["backup"], { setId: expect.any(String), snapshots: { length: 3 } }],
    [["restore"], { dryRun: false, databases: { length: 3 }, notes: { length: 1 } }],
    [["verify", "x"], { files: [{ database: "logs", entries: 2 }] }],
    [
      ["inspect", "x"],
      { database: "logs", streams: [{ name: "evil\x1b[2Jname\n" }, { name: "日本" }] },
    ],
    [["role", "list"], { roles: [{ name: "admin", scopes: ["a", "b"] }] }],
    [["role", "create", "--name=x", "s"], { role: { name: "x", scopes: ["s"] } }],
    [["role", "delete", "--name=x"], { deleted: false }],
    [["user", "list"], { users: [{ name: "root", roles: ["admin"] }] }],
    [["user", "delete", "--name=root"], { deleted: true }],
    [
      ["token", "create", "--user=root"],
      { token: expect.any(String), token_uuid: expect.any(String) },
    ],
    [["token", "list", "--user=root"], { token_uuids: ["11111111-2222-4333-8444-555555555555"] }],
  ])("%j gives one object on one line", async (words, expected) => {
    const { code, stdout } = await flowg(["admin", ...words, "--json"], { main });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    // nothing a terminal would obey
    expect(stdout.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(stdout)).toMatchObject({ success: true, ...expected });
  });

  test.each([
    [["admin", "verify", "throw-SNAPSHOT_CORRUPT", "--json"], 3, "SNAPSHOT_CORRUPT"],
    [["admin", "verify", "fault", "--json"], 1, "INTERNAL"],
    [["admin", "inspect", "--json"], 2, "USAGE"],
    [["admin", "bogus", "--json"], 2, "USAGE"],
    [["admin", "token", "list", "--user=nobody", "--json"], 8, "NOT_FOUND"],
  ])("%j: errors are one object too, and on stderr for people", async (words, exit, code) => {
    const ran = await flowg(words, { main });
    expect(ran.code).toBe(exit);
    expect(ran.stdout).toMatch(/^\{[^\n]*\}\n$/);
    const { message, ...rest } = JSON.parse(ran.stdout);
    expect(rest).toMatchObject({ success: false, code });
    expect(ran.stderr).toContain("error: ");
    expect(message).toBeTruthy();
  });

  test("--quiet changes nothing about it", async () => {
    const { stdout, stderr } = await flowg(["admin", "backup", "--json", "--quiet"], { main });
    expect(JSON.parse(stdout)).toMatchObject({ success: true });
    expect(stderr).toBe("");
  });
});

describe("a stdout that fails", () => {
  test("isn't an error when the reader has seen enough", async () => {
    for (const line of [
      "flowg help | head -1",
      "flowg version | true",
      "flowg admin inspect x | true",
    ]) {
      const ran = await shell(`${line}; echo "\${PIPESTATUS[0]}"`, { main });
      expect(ran.stderr.replace(/^.* database .*\n/gm, "")).toBe("");
      expect(ran.stdout.trimEnd().split("\n").at(-1)).toBe("0");
    }
  });

  test("is one when the result is lost", async () => {
    for (const line of ["flowg help", "flowg version", "flowg admin token create --user root -q"]) {
      const ran = await shell(`${line} > /dev/full`, { main });
      // no room is no room, also there
      expect(ran.code).toBe(4);
      expect(ran.stderr).toMatch(/^error: cannot write to stdout: /);
    }
  });
});

/** Runs `line` with a pipe that nothing reads, open at both ends as file descriptor 9. */
const withStillPipe = (line: string) =>
  `d=$(mktemp -d); mkfifo $d/pipe; exec 9<>$d/pipe; rm -r $d; ${line}`;

/** A pipe that is full, and that nothing reads. */
async function fullPipe() {
  const dir = await mkdtemp(join(tmpdir(), "flowg-pipe-"));
  const path = join(dir, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = await open(path, "r+");
  const writer = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  await writer.write(Buffer.alloc(2 ** 20));
  return {
    writer,
    async [Symbol.asyncDispose]() {
      await writer.close();
      await reader.close();
      await rm(dir, { recursive: true });
    },
  };
}

describe("a reader that stands still, or is gone", () => {
  test("keeps no backup from its end, wherever its progress goes", async () => {
    for (const [to, code] of [
      ["2>/dev/full", 0],
      ["2> >(exit)", 0],
      ["2>&-", 0],
      ["2>&9", 0],
      [">/dev/full", 4],
      [">/dev/full 2>&1", 4],
      [">&-", 0],
      ["> >(exit)", 0],
      ["> >(exit) 2>&1", 0],
      [">&9 2>&1", 0],
    ] as const) {
      const line = withStillPipe(`flowg admin backup ${to} 9>&-`);
      const ran = await shell(line, { main });
      expect([to, ran.code]).toEqual([to, code]);
    }
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("keeps no %s waiting", async (signal, code) => {
    await using pipe = await fullPipe();
    const child = spawn(process.execPath, [main, "admin", "backup"], {
      stdio: ["ignore", pipe.writer.fd, "pipe"],
    });
    const exited = once(child, "exit");
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      // the result comes next
      if (!stderr.includes("done") && (stderr + text).includes("done")) child.kill(signal);
      stderr += text;
    });
    expect(await exited).toEqual([code, null]);
  });

  test("says that what was asked for is done", async () => {
    const { stderr } = await shell("flowg admin backup -q --json > /dev/full", { main });
    expect(stderr).toBe(
      "error: cannot write to stdout: there is no space left\nhint: the rest of the command has ended well\n",
    );
  });
});

describe("texts from a database", () => {
  test("never reach the terminal raw", async () => {
    const { stdout } = await flowg(["admin", "inspect", "x"], { main });
    expect(stdout).toContain("evil\\u001b[2Jname\\n");
    expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    const { stderr } = await flowg(["admin", "restore", "--backup-dir=\x1b]0;x\x07"], { main });
    expect(stderr).toContain("\\u001b]0;x\\u0007 -> ");
    expect(stderr.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    const typed = await flowg(["admin", "\x1b[31mred"], { main });
    expect(typed.stderr).toContain("unknown command \\u001b[31mred");
  });

  test("are aligned by the columns they take", async () => {
    const { stdout } = await flowg(["admin", "inspect", "x"], { main });
    expect(stdout).toContain("日本                  12,345");
  });
});
