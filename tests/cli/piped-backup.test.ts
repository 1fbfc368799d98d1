// Where a backup goes: a path of this machine, or with `-` a tar on stdout and stdin; nothing that only looks like a path.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, verifySnapshot } from "../../sdk/index.js";
import { pathProblem } from "../../sdk/node/local-path.js";
import type { DatabaseDirs } from "../../server/core.js";
import { startServer } from "../http/test-server.js";
import { stateOf } from "../operations/offline/sample.js";
import { until } from "../operations/online/flowg-server.js";
import { BUILT, terminal } from "./flowg.js";
import { makeWorkplace, type Workplace } from "./workplace.js";

let place: Workplace;
let home: string;
let dirs: DatabaseDirs;
let dirsIn: Workplace["dirsIn"];
let run: Workplace["run"];
let leftovers: Workplace["leftovers"];
const make = async () => {
  place = await makeWorkplace();
  ({ home, dirs, dirsIn, run, leftovers } = place);
};
const remove = () => place[Symbol.asyncDispose]();

const here = () => readdir(home);

describe("what isn't a path of this machine is refused, and nothing is made", () => {
  // one for all: each finds it as it was
  beforeAll(make);
  afterAll(remove);

  test.each([
    "admin backup --backup-dir s3://bucket/x",
    "admin backup --backup-dir=file:///tmp/x",
    "admin backup --backup-dir='~/x'",
    "admin backup --backup-dir='~root/x'",
    "admin backup --backup-dir backup@host:/srv/b",
    "admin backup --backup-dir backup@host:b",
    "admin backup --backup-dir host.example:/srv/b",
    "admin backup --backup-dir s3:/bucket",
    "admin backup --backup-dir remote:bucket/x",
    "admin backup --backup-dir b2:bucket",
    "admin backup --backup-dir remote:",
    "admin backup --backup-dir='\\\\host\\share'",
    "admin backup --backup-dir='$HOME/x'",
    "admin backup --log-dir='$DATA/logs'",
    "admin restore --backup-dir='$(pwd)/b'",
    "admin backup --backup-dir=%TMP%/b",
    "admin backup --backup-dir='\"/srv/b\"'",
    "admin verify \"'b'\"",
    "admin backup --auth-dir s3://bucket/x",
    "admin backup --log-dir=-",
    "admin restore --backup-dir https://example.com/b",
    "admin restore --config-dir='~/x'",
    "admin verify s3://bucket/x",
    "admin verify data '~/x'",
    "admin verify - -",
    "admin inspect '~/log.db'",
    "admin inspect '~/-'",
    "admin user list --auth-dir='~'",
    "backups list sftp://host/x",
    "serve --log-dir gs://bucket/x",
    "serve --http-tls-cert='~/c.pem'",
    "pipeline set x --url http://127.0.0.1:1 --file='~/f'",
  ])("flowg %s", async (words) => {
    const before = await here();
    const ran = await run(`flowg ${words}`);
    expect(ran.code, ran.stderr).toBe(2);
    expect(ran.stderr).toMatch(
      /^error: .*(looks like a (URL|path)|home directory|"-"|the variable|quotes)/,
    );
    expect(await here()).toEqual(before);
  });

  test.each(["backup --backup-dir", "restore --backup-dir", "restore", "verify", "verify x"])(
    "and flowg admin %s s3://bucket/x is told what takes a bucket",
    async (words) => {
      const { stderr } = await run(`flowg admin ${words} s3://bucket/x`);
      expect(stderr).toContain("--repository s3://BUCKET/PREFIX");
      expect(stderr).toContain("pipe a tar");
    },
  );

  test("nor from a variable", async () => {
    const ran = await run("flowg admin backup", { env: { FLOWG_BACKUP_DIR: "~/x" } });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("--backup-dir") });
  });

  test("but a time of day, and what begins with ./, is one of this machine", async () => {
    for (const path of [
      "2026-11-28T18:41:00",
      "backup-2026-11-28T18:41:00+01:00/x",
      "run:7",
      "./$HOME",
      "./~",
      "./me@host:",
      "a$b/c%d%",
      "/srv/a:/b",
    ])
      expect(pathProblem(path), path).toBeUndefined();
  });

  test("nor by the SDK", async () => {
    const client = createClient({ baseUrl: "http://127.0.0.1:1", token: "x" });
    for (const path of ["s3://bucket/x", "~/x", "$HOME/x", "me@host:/x", '"/x"']) {
      for (const call of [
        () => client.backup.all(path),
        () => client.backup.toFile("auth", path),
        () => client.restore.auth(path),
        () => verifySnapshot(path),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: "INPUT_INVALID" });
      }
    }
  });
});

describe("a backup on stdout", () => {
  beforeEach(make);
  afterEach(remove);

  test("is a tar of the three and a manifest, and nothing else", async () => {
    const ran = await run("flowg admin backup --backup-dir - > b.tar");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain("3 databases backed up and verified in");
    const names = execFileSync("tar", ["-tf", join(home, "b.tar")], { encoding: "utf8" });
    expect(names.trim().split("\n").sort()).toEqual([
      "auth.db",
      "config.db",
      "logs.db",
      "manifest.json",
    ]);
    expect((await run("mkdir set && tar -xf b.tar -C set && flowg admin verify set")).code).toBe(0);
    const manifest = JSON.parse(await readFile(join(home, "set/manifest.json"), "utf8"));
    for (const { name, bytes } of manifest.snapshots) {
      expect((await stat(join(home, "set", name))).size).toBe(bytes);
    }
    expect(await leftovers()).toEqual([]);
  });

  test("is restored and verified from stdin", async () => {
    await run("flowg admin backup --backup-dir - -q > b.tar");
    const verified = await run("flowg admin verify - < b.tar");
    expect(verified.code, verified.stderr).toBe(0);
    expect(verified.stdout).toMatch(/^-\/logs\.db +logs/m);
    const flags = "--auth-dir new/auth --config-dir new/config --log-dir new/logs";
    const restored = await run(`cat b.tar | flowg admin restore --backup-dir - ${flags}`);
    expect(restored.code, restored.stderr).toBe(0);
    expect(restored.stdout).toContain("logs: merged with -/logs.db");
    expect(await stateOf(dirsIn("new"))).toEqual(await stateOf(dirs));
    expect(await leftovers()).toEqual([]);
  });

  test("goes neither to a terminal nor beside JSON, and says that its reader is gone", async () => {
    const shown = await terminal(["admin", "backup", "--backup-dir", "-"], { cwd: home });
    expect(shown).toMatchObject({ code: 2, stdout: expect.stringContaining("to a terminal") });
    expect(
      (await run(`flowg admin backup --backup-dir - --json | cat >&2; exit \${PIPESTATUS[0]}`))
        .code,
    ).toBe(2);
    const gone = await run(`flowg admin backup --backup-dir - -q | true; exit \${PIPESTATUS[0]}`);
    expect(gone).toMatchObject({ code: 8, stderr: expect.stringContaining("its reader is gone") });
    const full = await run("flowg admin backup --backup-dir - -q > /dev/full");
    expect(full).toMatchObject({ code: 4, stderr: expect.stringContaining("no space left") });
    expect(await leftovers()).toEqual([]);
  });

  test("that was cut, or isn't a tar, restores nothing", async () => {
    await run("flowg admin backup --backup-dir - -q > b.tar");
    const before = await stateOf(dirs);
    await truncate(join(home, "b.tar"), 5000);
    const restore = "flowg admin restore --backup-dir -";
    expect((await run(`${restore} < b.tar`)).code).toBe(3);
    expect((await run(`echo hello | ${restore}`)).code).toBe(3);
    expect((await run(`${restore} < /dev/null`)).code).toBe(3);
    const linked = "ln -s /etc/passwd auth.db; tar -cf l.tar auth.db";
    expect((await run(`${linked}; ${restore} < l.tar`)).code).toBe(3);
    expect(await stateOf(dirs)).toEqual(before);
    expect(await leftovers()).toEqual([]);
  });

  test("of a server is the same, and what its API gave is taken", async () => {
    await using server = await startServer();
    const { token } = (await server.must("/token", { method: "POST" })).body;
    const env = { FLOWG_TOKEN: token, URL: server.url };
    const backup = 'flowg admin backup --backup-dir - -q --url "$URL" > b.tar';
    expect(await run(backup, { env })).toMatchObject({ code: 0, stderr: "" });
    expect((await run("flowg admin verify - < b.tar")).code).toBe(0);
    const curl = 'curl -fsS -H "Authorization: Bearer pat:$FLOWG_TOKEN" "$URL/api/v1/backup"';
    const line = `${curl} | flowg admin restore --backup-dir - --dry-run --url "$URL"`;
    const ran = await run(line, { env });
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain("dry run: nothing was written");
  });
});

describe("what a killed run left in the temporary directory", () => {
  beforeEach(make);
  afterEach(remove);

  const env = { ...process.env, FLOWG_TOKEN: "pat_x", TMPDIR: "" };

  /** Waits for the rest of a tar. */
  async function waiting(words: readonly string[]) {
    env.TMPDIR = join(home, "tmp");
    const child = spawn(process.execPath, [BUILT, ...words], { env, cwd: home });
    const closed = once(child, "close");
    const before = (await leftovers()).length;
    await until(async () => (await leftovers()).length > before);
    return {
      end: async (signal: NodeJS.Signals) => {
        child.kill(signal);
        await closed;
      },
    };
  }

  test.each([
    { where: "offline", words: ["admin", "verify", "-"] },
    {
      where: "online",
      words: ["admin", "restore", "--backup-dir=-", "--url=http://127.0.0.1:1", "--dry-run"],
    },
  ])("is removed by the next, $where; what a living one has stays", async ({ words }) => {
    const living = await waiting(words);
    const [its] = await leftovers();
    await (await waiting(words)).end("SIGKILL");
    expect(await leftovers()).toHaveLength(2);
    const next = await run(`echo hello | flowg ${words.join(" ")}`, { env: { FLOWG_TOKEN: "x" } });
    expect(next.code, next.stderr).toBe(3);
    expect(await leftovers()).toEqual([its]);
    await living.end("SIGTERM");
    expect(await leftovers()).toEqual([]);
  });
});
