// A server takes what was salvaged from a damaged snapshot only when told, and never in place of all that it has.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../../sdk/index.js";
import { salvageSnapshots } from "../../../server/operations/offline/salvage.js";
import { flowg } from "../../cli/flowg.js";
import { dirsIn, download, type FlowgServer, ROOT_PASSWORD, startFlowg } from "./flowg-server.js";
import { fillLogs } from "./log-data.js";

let home: string;
let server: FlowgServer;
let root: string;
let saved: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-salvaged-"));
  await fillLogs(dirsIn(home).logs, 20_000, 200);
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
  const { bytes } = await download(server, root, "/backup/logs");
  const damaged = join(home, "damaged.db");
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  await writeFile(damaged, bytes);
  saved = join(home, "saved", "log.db");
  const { whole, entries } = await salvageSnapshots({ paths: [damaged], output: saved });
  expect(whole).toBe(false);
  expect(entries).toBeGreaterThan(1_000);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

async function send(query: string) {
  const form = new FormData();
  form.set("backup", new Blob([await readFile(saved)]), "log.db");
  const headers = { Authorization: root };
  const response = await fetch(`${server.api}/restore/logs?${query}`, {
    method: "POST",
    headers,
    body: form,
  });
  // biome-ignore lint/suspicious/noExplicitAny: an answer or an error
  return { status: response.status, body: (await response.json()) as any };
}

test("the API refuses it unless told, also in a dry run, and never replaces by it", async () => {
  for (const query of ["", "dryRun=true", "salvaged=false", "mode=replace"]) {
    const { status, body } = await send(query);
    expect([query, status]).toEqual([query, 409]);
    expect(body).toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("was salvaged from a damaged one"),
      hint: expect.stringContaining("salvaged=true"),
    });
  }
  const replacing = await send("mode=replace&salvaged=true");
  expect(replacing.status).toBe(409);
  expect(replacing.body.hint).toContain("leave out --replace (in the API mode=replace)");
  const { status, body } = await send("salvaged=true");
  expect(status).toBe(200);
  expect(body.report).toMatchObject({
    mode: "merge",
    kinds: { entry: { added: 0, overwritten: 0, removed: 0 } },
    warnings: [
      expect.stringMatching(
        /^it was salvaged from a damaged snapshot: [\d,]+ records are missing$/,
      ),
    ],
  });
  expect(body.report.kinds.entry.kept).toBeGreaterThan(0);
});

test("the SDK and the command line pass it on", async () => {
  const client = createClient({ baseUrl: server.url, token: root.replace("Bearer ", "") });
  await expect(client.restore.logs(saved)).rejects.toMatchObject({ code: "REFUSED" });
  expect(await client.restore.logs(saved, { salvaged: true })).toMatchObject({ mode: "merge" });
  const run = (...words: string[]) =>
    flowg(
      [
        "admin",
        "restore",
        join(home, "saved"),
        "--only=logs",
        "--url",
        server.url,
        "--yes",
        ...words,
      ],
      { env: { FLOWG_TOKEN: root.replace("Bearer ", "") } },
    );
  const refused = await run();
  expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining("--salvaged") });
  expect(await run("--salvaged", "--replace")).toMatchObject({ code: 5 });
  expect(await run("--salvaged")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("it was salvaged from a damaged snapshot"),
  });
});
