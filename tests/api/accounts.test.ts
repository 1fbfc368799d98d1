// Users and roles: what is saved is what is listed.

import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const put = (path: string, json: unknown) =>
  server.call(path, { method: "PUT", as: server.root, json });
const remove = (path: string) => server.call(path, { method: "DELETE", as: server.root });
const users = async () => (await server.must("/users")).body;
const roles = async () => (await server.must("/roles")).body;

it("begins with what FlowG begins with", async () => {
  expect(await users()).toEqual({ success: true, users: [{ name: "root", roles: ["admin"] }] });
  expect(await roles()).toEqual({
    success: true,
    roles: [
      {
        name: "admin",
        scopes: [
          "send_logs",
          "write_acls",
          "write_alerts",
          "write_pipelines",
          "write_streams",
          "write_transformers",
        ],
      },
    ],
  });
});

it("lists roles and users by name, with their sets sorted and each once", async () => {
  expect((await put("/roles/z", { scopes: ["send_logs", "read_acls", "send_logs"] })).body).toEqual(
    { success: true },
  );
  expect((await put("/roles/a", { scopes: [] })).body).toEqual({ success: true });
  expect(
    (await put("/users/b", { roles: ["z", "not there", "a", "z"], password: "x" })).body,
  ).toEqual({ success: true });
  expect((await roles()).roles.filter(({ name }: { name: string }) => name !== "admin")).toEqual([
    { name: "a", scopes: [] },
    { name: "z", scopes: ["read_acls", "send_logs"] },
  ]);
  expect((await users()).users).toEqual([
    { name: "b", roles: ["a", "not there", "z"] },
    { name: "root", roles: ["admin"] },
  ]);
});

it("changes only what is given of a user", async () => {
  await put("/users/partial", { roles: ["a"], password: "first" });
  await put("/users/partial", { password: "second" });
  expect((await users()).users).toContainEqual({ name: "partial", roles: ["a"] });
  await put("/users/partial", { roles: [] });
  expect(await server.login("partial", "second")).toMatch(/^Bearer/);
  await put("/users/partial", { roles: null, password: null });
  expect(await server.login("partial", "second")).toMatch(/^Bearer/);
});

it("needs a password for a new user", async () => {
  for (const json of [{}, { roles: [] }, { password: "" }, { password: null }]) {
    const reply = await put("/users/without", json);
    expect([json, reply.status, reply.body.code]).toEqual([json, 400, "INPUT_INVALID"]);
  }
  expect((await users()).users.map(({ name }: { name: string }) => name)).not.toContain("without");
});

it.each([
  ["/roles/x", {}, "scopes"],
  ["/roles/x", { scopes: null }, "scopes"],
  ["/roles/x", { scopes: "send_logs" }, "scopes"],
  ["/roles/x", { scopes: ["read_acls", "read_everything"] }, "scopes[1]"],
  ["/users/x", { roles: "admin", password: "x" }, "roles"],
  ["/users/x", { roles: [1], password: "x" }, "roles[0]"],
  ["/users/x", { roles: [""], password: "x" }, "roles[0]"],
  ["/users/x", { password: 1 }, "password"],
])("refuses %s %j", async (path, json, where) => {
  const { status, body } = await put(path, json);
  expect(status).toBe(400);
  expect(body.issues[0].path).toBe(where);
});

it("deletes once and twice; users keep the name of a deleted role, which grants nothing", async () => {
  await put("/roles/short", { scopes: ["read_acls"] });
  await put("/users/lived", { roles: ["short"], password: "x" });
  const session = await server.login("lived", "x");
  expect((await server.call("/users", { as: session })).status).toBe(200);
  for (let time = 0; time < 2; time++)
    expect((await remove("/roles/short")).body).toEqual({ success: true });
  expect((await server.call("/users", { as: session })).status).toBe(403);
  expect((await users()).users).toContainEqual({ name: "lived", roles: ["short"] });
  for (let time = 0; time < 2; time++)
    expect((await remove("/users/lived")).body).toEqual({ success: true });
  expect((await users()).users.map(({ name }: { name: string }) => name)).not.toContain("lived");
});
