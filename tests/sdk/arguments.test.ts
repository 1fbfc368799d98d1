// Plain JavaScript: arguments that types would refuse, and what a client shows of its calls.

import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { describe, expect, test } from "vitest";
import * as sdk from "../../sdk/index.js";
import { startServer } from "../http/test-server.js";
import { bundleForBrowser } from "./browser-bundle.js";
import { apiError, fakeServer, sendJson, thrownBy } from "./fake-server.js";

const client = sdk.createClient({ baseUrl: "http://127.0.0.1:1", token: "x", retries: 0 });
// biome-ignore lint/suspicious/noExplicitAny: this is about callers without types
const untyped = client as any;

describe("an argument that cannot be", () => {
  test.each<[string, () => unknown, string]>([
    [
      "no name",
      () => untyped.streams.get(),
      "the name of the stream must be a text, not undefined",
    ],
    [
      "a number",
      () => untyped.streams.delete(5),
      "the name of the stream must be a text, not a Number",
    ],
    [
      "no pipeline",
      () => untyped.logs.ingest(undefined, {}),
      "the name of the pipeline must be a text, not undefined",
    ],
    [
      "no record",
      () => untyped.logs.ingest("default"),
      "the record must be an object, not undefined",
    ],
    ["no query", () => untyped.logs.query("default"), "the query must be an object, not undefined"],
    [
      "no time",
      () => untyped.logs.query("default", { from: 5 }),
      "the from must be a text, not a Number",
    ],
    ["no changes", () => untyped.users.save("u"), "the changes must be an object, not undefined"],
    ["an array", () => untyped.users.save("u", []), "the changes must be an object, not an array"],
    [
      "a list that is none",
      () => untyped.users.save("u", { roles: 7 }),
      "client.users.save can't use what it was given: ",
    ],
    ["no scopes", () => untyped.roles.save("r"), "client.roles.save can't use what it was given: "],
    [
      "a URL for a path",
      () => untyped.backup.toFile("logs", pathToFileURL("/x")),
      "the path must be a text, not a URL",
    ],
    ["no directory", () => untyped.backup.all(), "the directory must be a text, not undefined"],
    ["no password", () => untyped.auth.login("root"), "the password must be a text, not undefined"],
    [
      "nothing to watch",
      () => untyped.logs.watch(),
      "the name of the stream must be a text, not undefined",
    ],
    ["nothing to restore", () => untyped.restore.logs(null), "there is nothing to restore from"],
  ])("%s is an InputError", async (_, call, message) => {
    const error = await thrownBy(async () => call());
    expect(error).toBeInstanceOf(sdk.InputError);
    expect((error as Error).message.startsWith(message), String(error)).toBe(true);
  });

  test("and what a callback of the caller throws is the caller's", async () => {
    await using server = await startServer();
    const mine = new Error("mine");
    const own = sdk.createClient({ baseUrl: server.url, token: server.root.replace(/^.*:/, "") });
    const watched = own.restore.auth(new Uint8Array(10), {
      onProgress: () => {
        throw mine;
      },
    });
    await expect(watched).rejects.toBe(mine);
  });
});

test("errors keep their names where a bundler has shortened those of their classes", async () => {
  const errors = Object.entries(sdk).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Error,
  );
  expect(errors.length).toBeGreaterThan(25);
  const names = errors.map(([name]) => name);
  const { text } = await bundleForBrowser(
    `import * as sdk from "flowg/sdk"; globalThis.namesOfErrors = ${JSON.stringify(names)}.map((name) => sdk[name].prototype.name);`,
  );
  const { code } = await transform(text, { minify: true, format: "esm" });
  await import(`data:text/javascript,${encodeURIComponent(code)}`);
  expect((globalThis as { namesOfErrors?: string[] }).namesOfErrors).toEqual(names);
});

test("onResponse hears of each answer, whatever becomes of it, and never gets the token", async () => {
  await using server = await fakeServer((request, response) => {
    if (request.url?.endsWith("/roles")) sendJson(response, 200, { success: true, roles: [] });
    else sendJson(response, 403, apiError("PERMISSION_DENIED"));
  });
  const seen: sdk.SeenResponse[] = [];
  const watched = sdk.createClient({
    baseUrl: server.url,
    token: "pat_secret",
    retries: 0,
    onResponse: (response) => seen.push(response),
  });
  await watched.roles.list();
  await thrownBy(() => watched.users.list());
  await thrownBy(() => watched.backup.auth());
  await thrownBy(() => watched.restore.auth(new Uint8Array(3)));
  expect(seen).toMatchObject([
    {
      method: "GET",
      url: `${server.url}/api/v1/roles`,
      status: 200,
      body: '{"success":true,"roles":[]}',
    },
    { method: "GET", url: `${server.url}/api/v1/users`, status: 403 },
    { method: "GET", url: `${server.url}/api/v1/backup/auth`, status: 403 },
    { method: "POST", url: `${server.url}/api/v1/restore/auth?`, status: 403 },
  ]);
  for (const { headers, body } of seen) {
    expect(headers["content-type"]).toContain("application/json");
    expect(body).toBeDefined();
  }
  expect(JSON.stringify(seen)).not.toContain("pat_secret");
});

test("in a page, the error of a call that fails without a reason names --cors-origins", async () => {
  Object.assign(globalThis, { document: {}, location: { origin: "https://page.example" } });
  try {
    const page = sdk.createClient({
      baseUrl: "https://logs.example",
      token: "x",
      retries: 0,
      fetch: () => Promise.reject(new TypeError("Failed to fetch")),
    });
    const error = await thrownBy(() => page.roles.list());
    expect(error).toBeInstanceOf(sdk.ConnectionError);
    expect(error).toMatchObject({
      hint: expect.stringMatching(/--cors-origins .*https:\/\/page\.example/),
    });
  } finally {
    for (const name of ["document", "location"]) Reflect.deleteProperty(globalThis, name);
  }
});
