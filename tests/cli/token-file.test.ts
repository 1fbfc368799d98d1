// FLOWG_TOKEN_FILE, for the command line and the SDK.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createClient } from "../../sdk/index.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { flowg } from "./flowg.js";

let server: TestServer;
let home: string;
let file: string;
let token: string;
beforeAll(async () => {
  server = await startServer();
  home = await mkdtemp(join(tmpdir(), "flowg-token-"));
  file = join(home, "token");
  token = (await server.must("/token", { method: "POST" })).body.token;
  await writeFile(file, `${token}\n`);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

const whoami = (env: Record<string, string>, ...more: string[]) =>
  flowg(["whoami", "--url", server.url, ...more], { env: { HOME: home, ...env } });

test("the command line reads it", async () => {
  const ran = await whoami({ FLOWG_TOKEN_FILE: file });
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toContain(`with the token in ${file}`);
});

test("a flag wins over it; both variables are one too many", async () => {
  expect((await whoami({ FLOWG_TOKEN_FILE: "/nowhere" }, "--token", token)).code).toBe(0);
  expect((await whoami({ FLOWG_TOKEN: "no" }, "--token-file", file)).code).toBe(0);
  const both = await whoami({ FLOWG_TOKEN: token, FLOWG_TOKEN_FILE: file });
  expect(both.code).toBe(2);
  expect(both.stderr).toContain("FLOWG_TOKEN and FLOWG_TOKEN_FILE are both set");
  expect((await whoami({ FLOWG_TOKEN_FILE: "/nowhere" })).code).toBe(8);
});

test("the SDK reads it at its first call, and says what is wrong with it", async () => {
  vi.stubEnv("FLOWG_TOKEN_FILE", file);
  const client = () => createClient({ baseUrl: server.url });
  expect((await client().auth.whoami()).user.name).toBe("root");
  vi.stubEnv("FLOWG_TOKEN_FILE", join(home, "none"));
  await expect(client().auth.whoami()).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
  await writeFile(join(home, "empty"), "\n");
  vi.stubEnv("FLOWG_TOKEN_FILE", join(home, "empty"));
  await expect(client().auth.whoami()).rejects.toMatchObject({ code: "INPUT_INVALID" });
  vi.stubEnv("FLOWG_TOKEN", token);
  expect(client).toThrow("FLOWG_TOKEN and FLOWG_TOKEN_FILE are both set");
});
