// Shares that can't flush a directory: the backup is made all the same, and says so once.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { spawnServer } from "../http/server-process.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { buildLibrary, type Deed, faultyEnvironment } from "./library.js";

const dir = await mkdtemp(join(tmpdir(), "flowg-unflushed-"));
const built = buildLibrary(dir);
let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = (await server.must("/token", { method: "POST" })).body.token;
  await flowg(["admin", "user", "create", "--name", "a", "--password-stdin"], {
    cwd: dir,
    stdin: "correct horse battery",
  });
  await flowg(["admin", "role", "create", "--name", "r"], { cwd: dir });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

function unflushed(root: string, deed: Deed): Promise<Record<string, string>> {
  const library = "path" in built ? built.path : "";
  const fault = { call: "sync", at: 1, deed, forEver: true };
  return faultyEnvironment({ library, root, beside: dir, fault });
}

test.skipIf("without" in built)("a server says it in its log alone, and once", async () => {
  const data = join(dir, "served");
  const running = await spawnServer(data, {
    env: {
      ...(await unflushed(data, "ENOTSUP")),
      FAULT_PATHS: `^${data}/[a-z]+$`,
      FLOWG_INITIAL_PASSWORD: "a password that is not root",
    },
  });
  const { child, exited, stdout, stderr } = running;
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
  expect(stdout().match(/can't flush a directory/g)?.length).toBe(1);
  expect(stderr()).toBe("");
});

const places = ["here", "a server"] as const;

test
  .skipIf("without" in built)
  .each(
    (["ENOTTY", "ENOENT", "ENOSYS", "EACCES", "ENOTSUP", "EINVAL"] as const).flatMap((name) =>
      places.map((place) => [name, place] as const),
    ),
  )("%s: a backup of %s warns once", async (name, place) => {
  const to = join(dir, `backup-${name}-${place.length}`);
  await mkdir(to);
  const online = ["--url", server.url];
  const words = ["admin", "backup", "--backup-dir", to, "--only", "auth", "--json"];
  const ran = await flowg([...words, ...(place === "here" ? [] : online)], {
    cwd: dir,
    env: {
      ...(await unflushed(to, name)),
      FAULT_PATHS: `^${to}$`,
      ...(place === "here" ? {} : { FLOWG_TOKEN: token }),
    },
  });
  expect([ran.code, ran.stderr.match(/can't be flushed/g)?.length]).toEqual([0, 1]);
  expect(JSON.parse(ran.stdout).notes).toEqual([expect.stringContaining(`${to} can't be flushed`)]);
  expect((await flowg(["admin", "verify", join(to, "auth.db")])).code).toBe(0);
});
