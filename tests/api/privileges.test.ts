// Nobody can give themselves or others what they don't have.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";

let server: TestServer;
/** Holds write_acls and read_streams. */
let clerk: string;
beforeAll(async () => {
  server = await startServer();
  clerk = await server.userWith("write_acls", "read_streams");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const put = (path: string, json: unknown, as = clerk) =>
  server.call(path, { method: "PUT", as, json });
const roles = async () =>
  (await server.must("/roles")).body.roles as { name: string; scopes: string[] }[];
const users = async () =>
  (await server.must("/users")).body.users as { name: string; roles: string[] }[];

describe("a role", () => {
  it("may get scopes that one holds, also those that writing includes", async () => {
    const scopes = ["read_acls", "read_streams", "write_acls"];
    expect((await put("/roles/allowed", { scopes })).status).toBe(200);
    expect(await roles()).toContainEqual({ name: "allowed", scopes });
  });

  it("may not get others, and they are named", async () => {
    const before = await roles();
    const reply = await put("/roles/greedy", {
      scopes: ["send_logs", "read_streams", "write_streams"],
    });
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({
      code: "PERMISSION_DENIED",
      message: "you cannot give scopes that you don't hold: send_logs, write_streams",
      details: { missingScopes: ["send_logs", "write_streams"] },
    });
    expect(await roles()).toEqual(before);
  });

  it("that has more already may be kept, narrowed, but not widened", async () => {
    await server.must("/roles/wide", {
      method: "PUT",
      json: { scopes: ["send_logs", "write_alerts"] },
    });
    expect((await put("/roles/wide", { scopes: ["send_logs"] })).status).toBe(200);
    expect((await put("/roles/wide", { scopes: ["send_logs", "read_streams"] })).status).toBe(200);
    expect((await put("/roles/wide", { scopes: ["send_logs", "write_alerts"] })).status).toBe(403);
  });

  it("may get read_backups from a user that may read everything, and from nobody else", async () => {
    const reading = ["read_alerts", "read_pipelines", "read_streams", "read_transformers"];
    const giveBackups = async (...scopes: string[]) => {
      const as = await server.userWith("write_acls", ...scopes);
      const json = { scopes: ["read_backups"] };
      return (await server.call("/roles/backup-job", { method: "PUT", as, json })).status;
    };
    expect(await giveBackups(...reading.slice(1))).toBe(403);
    expect(await giveBackups(...reading)).toBe(200);
    await server.must("/roles/backup-job", { method: "PUT", json: { scopes: [] } });
    expect(await giveBackups("read_backups")).toBe(200);
  });

  it("may get write_backups from a user that may write everything, and from nobody else", async () => {
    const writing = ["write_alerts", "write_pipelines", "write_streams", "write_transformers"];
    const giveJobs = async (...scopes: string[]) => {
      const as = await server.userWith("write_acls", ...scopes);
      const json = { scopes: ["write_backups"] };
      return (await server.call("/roles/operator", { method: "PUT", as, json })).status;
    };
    expect(await giveJobs(...writing.slice(1), "read_backups")).toBe(403);
    expect(await giveJobs(...writing)).toBe(200);
    await server.must("/roles/operator", { method: "PUT", json: { scopes: [] } });
    expect(await giveJobs("write_backups")).toBe(200);
  });

  it("cannot be one's own, widened", async () => {
    const { body } = await server.call("/auth/whoami", { as: clerk });
    const [own] = body.user.roles;
    expect(
      (await put(`/roles/${own}`, { scopes: ["write_acls", "read_streams", "write_pipelines"] }))
        .status,
    ).toBe(403);
  });
});

describe("a user", () => {
  it("may get roles whose scopes one holds", async () => {
    await put("/roles/viewers", { scopes: ["read_streams"] });
    expect((await put("/users/new-viewer", { roles: ["viewers"], password: "x" })).status).toBe(
      200,
    );
    expect(await users()).toContainEqual({ name: "new-viewer", roles: ["viewers"] });
  });

  it("may not get others: oneself neither", async () => {
    const { body } = await server.call("/auth/whoami", { as: clerk });
    for (const name of ["new-admin", body.user.name]) {
      const reply = await put(`/users/${name}`, {
        roles: [...body.user.roles, "admin"],
        password: "x",
      });
      expect(reply.status).toBe(403);
      expect(reply.body.details.missingScopes).toContain("write_pipelines");
    }
    expect((await users()).map(({ name }) => name)).not.toContain("new-admin");
  });

  it("may not get roles that somebody may make later, except from a user that holds everything", async () => {
    for (const name of ["sleeper", "new-viewer"]) {
      const reply = await put(`/users/${name}`, {
        roles: ["viewers", "operators-to-be"],
        password: "x",
      });
      expect([reply.status, reply.body.code]).toEqual([403, "PERMISSION_DENIED"]);
    }
    await server.must("/users/early", { method: "PUT", json: { roles: ["later"], password: "x" } });
    // what is there already may stay
    expect((await put("/users/early", { roles: ["later", "viewers"] })).status).toBe(200);
  });

  it("nobody sets the password of a user with more rights, and so becomes that user", async () => {
    for (const json of [
      { password: "mine" },
      { password: "mine", roles: ["admin"] },
      { password: "mine", roles: [] },
    ]) {
      expect((await put("/users/root", json)).status).toBe(403);
    }
    expect(
      (
        await server.call("/auth/login", {
          method: "POST",
          json: { username: "root", password: "mine" },
        })
      ).status,
    ).toBe(401);
  });

  it("a user with more rights may keep roles that the caller could not give", async () => {
    await server.must("/users/boss", { method: "PUT", json: { roles: ["admin"], password: "x" } });
    expect((await put("/users/boss", { roles: ["admin", "viewers"] })).status).toBe(200);
    expect(await users()).toContainEqual({ name: "boss", roles: ["admin", "viewers"] });
  });

  it("may set one's own password this way", async () => {
    const own = await server.userWith("write_acls");
    const { body } = await server.call("/auth/whoami", { as: own });
    expect((await put(`/users/${body.user.name}`, { password: "new" }, own)).status).toBe(200);
    expect(await server.login(body.user.name, "new")).toMatch(/^Bearer/);
  });
});

describe("names that would collide as FlowG's keys", () => {
  it("role admin:a leaves role admin alone", async () => {
    await server.must("/roles/admin:a", { method: "PUT", json: { scopes: [] } });
    expect((await server.must("/auth/whoami")).body.permissions.can_edit_acls).toBe(true);
    expect((await roles()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["admin", "admin:a"]),
    );
    await server.must("/roles/admin:a", { method: "DELETE" });
    expect((await server.must("/roles")).status).toBe(200);
  });

  it("a role cannot be written into another user's or role's records", async () => {
    for (const name of ["root%1Brole%1Badmin", "admin%1Bwrite_acls", "a%1B"]) {
      expect((await put(`/roles/${name}`, { scopes: [] })).status).toBe(400);
      expect((await put(`/users/${name}`, { roles: [], password: "x" })).status).toBe(400);
      expect(
        (await put("/users/plain", { roles: [decodeURIComponent(name)], password: "x" })).status,
      ).toBe(400);
    }
  });

  it("user root:role leaves user root alone", async () => {
    await server.must("/users/root:role", {
      method: "PUT",
      json: { roles: ["viewers"], password: "x" },
    });
    await server.must("/users/root:role", { method: "DELETE" });
    expect(await users()).toContainEqual({ name: "root", roles: ["admin"] });
    expect((await server.must("/auth/whoami")).status).toBe(200);
  });
});
