// Where a program may find itself: in a directory that is gone, with few addresses, on a disk that tells nothing,
// reading files that were made on Windows.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer } from "../http/test-server.js";
import { flowg, shell } from "./flowg.js";

const FIXTURE = fileURLToPath(new URL("../fixtures/flowg-0.24.1/", import.meta.url));

let home: string;
/** The flags that name the databases and the backup, all absolute. */
let places: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-surroundings-"));
  const data = (name: string) => join(home, "data", name);
  places =
    `--auth-dir ${data("auth")} --config-dir ${data("config")} --log-dir ${data("logs")} ` +
    `--backup-dir ${join(home, "backup")}`;
  const ran = await flowg(["admin", "restore", "--backup-dir", FIXTURE, "--quiet"], { cwd: home });
  expect(ran.code).toBe(0);
});
afterAll(() => rm(home, { recursive: true }));

describe("in a directory that was removed", () => {
  test.each(["admin backup", "admin restore --yes", "admin role list", "serve"])(
    "flowg %s says so",
    async (command) => {
      const flags = /backup|restore/.test(command) ? places : places.split(" --config-dir")[0];
      const ran = await shell(`cd "$(mktemp -d)"; rmdir "$PWD"; flowg ${command} ${flags}`);
      expect(ran).toMatchObject({ code: 8, stdout: "" });
      expect(ran.stderr).toContain("error: the current directory is gone");
    },
  );

  // no thread starts there, and a snapshot that none could read is not a damaged one
  test("a command that reads a repository says so, and blames no snapshot", async () => {
    const [repository, identity] = [join(home, "repository"), join(home, "identity")];
    const at = `--repository ${repository} --identity ${identity}`;
    for (const line of [
      `repository init ${at}`,
      `admin backup --repository ${repository} ${places}`,
    ])
      expect(await shell(`flowg ${line.replace(/ --backup-dir \S+/, "")}`)).toMatchObject({
        code: 0,
      });
    for (const line of [
      `repository check ${at} --read-data`,
      `repository prune ${at}`,
      `forget ${at} --keep-last 1`,
      `admin verify ${at}`,
      `drill ${at}`,
      `drill --backup-dir ${FIXTURE}`,
      `admin salvage ${join(home, "backup/log.db")} --output ${join(home, "saved.db")}`,
      "repository init --repository made --identity made.identity",
    ]) {
      const ran = await shell(`cd "$(mktemp -d)"; rmdir "$PWD"; flowg ${line}`);
      expect(ran, line).toMatchObject({ code: 8, stdout: "" });
      expect(ran.stderr).toContain("error: the current directory is gone");
    }
  });
});

test("with few addresses, a backup and a restore do without WebAssembly", async () => {
  const backup = await shell(`ulimit -v 8000000; flowg admin backup ${places}`);
  expect(backup).toMatchObject({ code: 0 });
  expect(await readdir(join(home, "backup"))).toContain("log.db");
  const restore = await shell(`ulimit -v 8000000; flowg admin restore --dry-run ${places} --json`);
  expect(restore).toMatchObject({ code: 0 });
  for (const { kinds } of JSON.parse(restore.stdout).databases)
    for (const { added, overwritten, removed } of Object.values<Record<string, number>>(kinds))
      expect({ added, overwritten, removed }).toEqual({ added: 0, overwritten: 0, removed: 0 });
});

test("a byte order mark at the beginning of a text isn't part of it", async () => {
  await using server = await startServer();
  const { token } = (await server.must("/token", { method: "POST" })).body;
  const mark = Buffer.from("\ufeff");
  const file = async (name: string, text: string | Buffer) => {
    const path = join(home, name);
    await writeFile(path, Buffer.concat([mark, Buffer.from(text)]));
    return path;
  };
  const tokenFile = await file("token", `${token}\r\n`);
  const at = ["--url", server.url, "--token-file", tokenFile];
  const run = async (words: string[], stdin?: Buffer) => {
    const ran = await flowg([...words, ...at], { stdin: stdin as never });
    expect(ran, words.join(" ")).toMatchObject({ code: 0 });
    return ran.stdout;
  };
  const flow = await run(["pipeline", "get", "default"]);
  await run(["pipeline", "set", "copy", "--file", await file("flow.json", flow)]);
  expect(JSON.parse(await run(["pipeline", "get", "copy"]))).toEqual(JSON.parse(flow));
  await run(["transformer", "set", "t"], Buffer.concat([mark, Buffer.from(".a = 1\n")]));
  expect(await run(["transformer", "get", "t"])).toBe(".a = 1\n");
  await run(["logs", "ingest", "default"], Buffer.concat([mark, Buffer.from('{"a":"bom"}\r\n')]));
  expect(await run(["logs", "query", "default"])).toContain("bom");
  expect((await readFile(tokenFile)).subarray(0, 3)).toEqual(mark);
});
