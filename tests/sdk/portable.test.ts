// The SDK stands alone: its files import nothing of ours but each other; and its JSON part runs where there is no Node.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, test } from "vitest";

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
  expect(new Set(packages)).toEqual(new Set(["openapi-fetch"]));
  const files = [...loaded.keys()].map((file) => relative(SDK, file));
  expect(files.filter((file) => file.startsWith("node/") || file.startsWith(".."))).toEqual([]);
  // nor its globals; fetch itself needs them where it is Node's, so this can only be read
  for (const file of loaded.keys()) {
    expect(await readFile(file, "utf8")).not.toMatch(/\b(Buffer|setImmediate|__dirname)\b/);
  }
});

test("it runs without `process`", async () => {
  // as a browser has it: fetch, URL, Response, and nothing of Node
  const script = `
    import { createClient } from ${JSON.stringify(join(SDK, "../dist/sdk/index.js"))};
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
    log(JSON.stringify([await client.roles.list(), asked]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    script,
  ]);
  expect(JSON.parse(stdout)).toEqual([
    [{ name: "viewer", scopes: [] }],
    ["GET https://logs.example.com/api/v1/roles Bearer pat:pat_x"],
  ]);
});
