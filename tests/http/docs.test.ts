// The documentation page works with what this server has, and nothing else.

import { Script } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "./test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

it("loads nothing from elsewhere", async () => {
  for (const path of ["/api/docs", "/api/docs/"]) {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(response.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self'/,
    );
    const page = await response.text();
    const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources).toHaveLength(5);
    for (const source of sources) {
      expect(source).toMatch(/^\/api\/docs\//);
      const file = await fetch(`${server.url}${source}`);
      expect([source, file.status]).toEqual([source, 200]);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  }
});

it("shows the document that is generated from the procedures", async () => {
  const script = await (await fetch(`${server.url}/api/docs/page.js`)).text();
  expect(script).toContain('url: "/api/docs/openapi.json"');
  expect(script).toContain("persistAuthorization: true");
  // the browser reads it as it is
  expect(() => new Script(script)).not.toThrow();
  const response = await fetch(`${server.url}/api/docs/openapi.json`);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  const document = (await response.json()) as {
    openapi: string;
    paths: object;
    tags: { name: string }[];
  };
  expect(document.openapi).toBe("3.1.0");
  // readers of this page want to make a backup, or to restore one
  expect(document.tags.slice(0, 2).map(({ name }) => name)).toEqual(["backup", "restore"]);
  expect(Object.keys(document.paths)).toContain("/api/v1/backup/logs");
});

it.each([
  ["Range", "bytes=99999999-"],
  ["Range", "bytes=0-9"],
  ["If-Match", '"x"'],
  ["If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"],
])("sends a file whole, whatever is asked: %s: %s", async (name, value) => {
  const url = `${server.url}/api/docs/swagger-ui.css`;
  const whole = await (await fetch(url)).text();
  expect(whole).toContain(".swagger-ui");
  const response = await fetch(url, { headers: { [name]: value } });
  expect(response.status).toBe(200);
  expect((await response.text()) === whole).toBe(true);
});
