// The SDK stands alone: its files import nothing of ours but each other; and its JSON part runs where there is no Node.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, test } from "vitest";
import { bundleForBrowser } from "./browser-bundle.js";

const SDK = fileURLToPath(new URL("../../sdk/", import.meta.url));

/** What is loaded with a file, by statements that aren't lazy and aren't types only. */
async function loadedWith(file: string, seen = new Map<string, string[]>()) {
  if (seen.has(file)) return seen;
  const text = await readFile(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const specifiers = source.statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly;
    const isExport = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
    const from = isImport || isExport ? statement.moduleSpecifier : undefined;
    return from && ts.isStringLiteral(from) ? [from.text] : [];
  });
  seen.set(file, specifiers);
  for (const specifier of specifiers.filter((name) => name.startsWith("."))) {
    await loadedWith(join(dirname(file), specifier.replace(/\.js$/, ".ts")), seen);
  }
  return seen;
}

test("the JSON part loads nothing of Node", async () => {
  const loaded = await loadedWith(join(SDK, "index.ts"));
  expect(loaded.size).toBeGreaterThan(15);
  const packages = [...loaded.values()].flat().filter((name) => !name.startsWith("."));
  expect(new Set(packages)).toEqual(new Set(["eventsource-parser", "openapi-fetch"]));
  const files = [...loaded.keys()].map((file) => relative(SDK, file));
  expect(files.filter((file) => file.startsWith("node/") || file.startsWith(".."))).toEqual([]);
  // nor its globals; fetch itself needs them where it is Node's, so this can only be read
  for (const file of loaded.keys()) {
    expect(await readFile(file, "utf8")).not.toMatch(/\b(Buffer|setImmediate|__dirname)\b/);
  }
});

test("a bundler for browsers needs no settings, and takes nothing of Node", async () => {
  const { inputs } = await bundleForBrowser('export * from "flowg/sdk";');
  const files = inputs
    .filter((name) => name !== "<stdin>")
    .map((name) => relative("dist/sdk", name));
  expect(files).toContain("without-node.js");
  expect(files).toContain("client.js");
  const foreign = files.filter((name) => name.startsWith("node/") || name.startsWith(".."));
  const packages = foreign.map((name) => /node_modules\/([^/]+)\//.exec(name)?.[1]);
  expect(packages.sort()).toEqual(["eventsource-parser", "openapi-fetch"]);
});

test("what Node alone can do is replaced by a refusal, module by module", async () => {
  const { browser } = JSON.parse(await readFile(join(SDK, "../package.json"), "utf8"));
  const stub = await import("../../sdk/without-node.js");
  const wanted = new Map<string, string>();
  for (const file of (await loadedWith(join(SDK, "index.ts"))).keys()) {
    const lazy = /const \{ (\w+) \} = await import\("([./]+)node\/([\w-]+\.js)"\)/g;
    for (const [, name = "", , module] of (await readFile(file, "utf8")).matchAll(lazy)) {
      wanted.set(`./dist/sdk/node/${module}`, name);
    }
  }
  expect(wanted.size).toBeGreaterThan(4);
  expect(Object.keys(browser).sort()).toEqual([...wanted.keys()].sort());
  expect(Object.keys(stub).sort()).toEqual([...wanted.values()].sort());
});

test("it runs without `process`, as bundled for browsers", async () => {
  // as a browser has it: fetch, URL, Response, and nothing of Node
  const { text } = await bundleForBrowser(`
    import { createClient } from "flowg/sdk";
    const { log } = console;
    delete globalThis.process;
    const asked = [];
    globalThis.fetch = async (request) => {
      asked.push(request.method + " " + request.url + " " + request.headers.get("authorization"));
      return new Response('{"success":true,"roles":[{"name":"viewer","scopes":[]}]}', {
        headers: { "content-type": "application/json" },
      });
    };
    const client = createClient({ baseUrl: "https://logs.example.com", token: "pat_x" });
    const roles = await client.roles.list();
    const refused = await client.backup.logs().catch((error) => error.name + ": " + error.message);
    log(JSON.stringify([roles, asked, refused]));
  `);
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    text,
  ]);
  expect(JSON.parse(stdout)).toEqual([
    [{ name: "viewer", scopes: [] }],
    ["GET https://logs.example.com/api/v1/roles Bearer pat:pat_x"],
    "InputError: backups, restores, verifications and private certificates need Node.js",
  ]);
});
