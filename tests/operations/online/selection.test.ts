// A part of a backup into a running server: by the API, the SDK and the command line.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../../sdk/index.js";
import { readContents } from "../offline/contents.js";
import {
  download,
  type FlowgServer,
  flowg,
  ROOT_PASSWORD,
  startFlowg,
  upload,
} from "./flowg-server.js";

let server: FlowgServer;
let root: string;
let files: string;
let auth: Buffer;
let config: Buffer;
let tar: Buffer;

const put = (path: string, body: unknown) => server.call(root, "PUT", path, body);

beforeAll(async () => {
  server = await startFlowg();
  root = await server.login("root", ROOT_PASSWORD);
  await put("/roles/ops", { scopes: ["read_streams"] });
  for (const user of ["alice", "bob"])
    await put(`/users/${user}`, { roles: ["ops"], password: "as it was" });
  await put("/transformers/parse", { script: "as it was" });
  await put("/transformers/other", { script: "as it was" });
  await put("/streams/web", { config: { ttl: 0, size: 0, indexed_fields: ["level"] } });
  auth = (await download(server, root, "/backup/auth")).bytes;
  config = (await download(server, root, "/backup/config")).bytes;
  tar = (await download(server, root, "/backup")).bytes;
  files = await mkdtemp(join(tmpdir(), "flowg-selection-"));
  await writeFile(join(files, "auth.db"), auth);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(files, { recursive: true, force: true });
});
beforeEach(async () => {
  await server.call(root, "DELETE", "/users/alice");
  await put("/users/bob", { roles: [], password: "changed" });
  await put("/transformers/parse", { script: "changed" });
  await put("/transformers/other", { script: "changed" });
  await put("/streams/web", { config: { ttl: 5, size: 0, indexed_fields: [] } });
});

const users = async () => {
  const { users } = (await server.call(root, "GET", "/users")) as {
    users: { name: string; roles: string[] }[];
  };
  return Object.fromEntries(users.map(({ name, roles }) => [name, roles]));
};
const script = async (name: string) =>
  (await server.call(root, "GET", `/transformers/${name}`)).script;

describe("a part of a backup", () => {
  it("comes back by the API, and nothing else of it, and only that is compared", async () => {
    const path = "/restore/auth?mode=replace&select=user%3Dalice";
    const { status, body } = await upload(server, { as: root, path, bytes: auth });
    expect(status).toBe(200);
    expect(body.report).toMatchObject({
      selected: ["user=alice"],
      kinds: { user: { added: 1, overwritten: 0, unchanged: 0, kept: 0, removed: 0 } },
      warnings: [],
      access: { usersBack: ["alice"], usersGone: [], passwordsChanged: [], tokensGone: [] },
    });
    expect(Object.keys(body.report.kinds)).toEqual(["user"]);
    expect(await users()).toMatchObject({ alice: ["ops"], bob: [] });
    const { derived, expected } = await readContents("auth", server.dirs.auth);
    expect(derived).toEqual(expected);
  });

  it("may be several, of several databases in one tar", async () => {
    const path = "/restore?select=transformer%3Dparse&select=stream%3Dweb";
    const { status, body } = await upload(server, { as: root, path, bytes: tar });
    expect(status).toBe(200);
    expect(body.report.databases.map(({ database }: { database: string }) => database)).toEqual([
      "logs",
      "config",
    ]);
    expect(await script("parse")).toBe("as it was");
    expect(await script("other")).toBe("changed");
    expect(await users()).not.toHaveProperty("alice");
    const { config: web } = await server.call(root, "GET", "/streams/web");
    expect(web).toEqual({ ttl: 0, size: 0, indexed_fields: ["level"] });
  });

  it("changes nothing in a dry run by the SDK, and what it said without", async () => {
    const client = createClient({ baseUrl: server.url, username: "root", password: ROOT_PASSWORD });
    const select = ["transformer=parse", "transformer=other"];
    const dry = await client.restore.config(config, { select, dryRun: true });
    expect(await script("parse")).toBe("changed");
    // from JavaScript
    const wrong = client.restore.config(config, { select: "transformer=parse" as never });
    await expect(wrong).rejects.toMatchObject({ code: "INPUT_INVALID" });
    const wet = await client.restore.config(config, { select });
    expect(wet.kinds).toEqual(dry.kinds);
    expect(wet.selected).toEqual(select);
    expect([await script("parse"), await script("other")]).toEqual(["as it was", "as it was"]);
  });

  it("comes back by the command line, from files of which only one is there", async () => {
    const token = (await server.call(root, "POST", "/token")).token;
    const to = ["--url", server.url, "--token", token, "--backup-dir", files];
    const ran = await flowg("admin", "restore", "--yes", "--json", "--select", "user=bob", ...to);
    // bob's password comes back with them
    expect(ran).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout.toString()).databases).toMatchObject([
      { database: "auth", selected: ["user=bob"], kinds: { user: { overwritten: 1 } } },
    ]);
    expect(await users()).toMatchObject({ bob: ["ops"] });
    expect(await users()).not.toHaveProperty("alice");
  });

  it.each([
    ["user%3Dalcie", 404, 'the backup has no user "alcie"; did you mean "alice"?'],
    ["stream%3Dweb", 400, "stream=web is in the logs database, not in auth"],
    ["alice", 400, '"alice" can\'t be selected: it has no ='],
    ["", 400, '"" can\'t be selected: it has no ='],
  ])("that is asked for by %j is refused, and changes nothing", async (select, status, error) => {
    const path = `/restore/auth?mode=replace&select=${select}`;
    const before = await users();
    const answer = await upload(server, { as: root, path, bytes: auth });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(JSON.stringify(error).slice(1, -1));
    expect(await users()).toEqual(before);
  });
});
