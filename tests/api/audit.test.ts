// The trail names each change of users, roles, tokens and passwords, and each log-in, with its user and address, offline too.

import { join } from "node:path";
import { expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { eventually } from "../eventually.js";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";

const trail = ({ logLines }: TestServer) =>
  logLines.filter(({ audit, action }) => audit === true && action !== undefined);

test("tells of each change and log-in, and of no secret", async () => {
  await using server = await startServer();
  const before = trail(server).length;
  const put = (path: string, json: unknown) =>
    server.call(path, { method: "PUT", as: server.root, json });
  await put("/roles/r", { scopes: ["read_streams", "write_acls"] });
  await put("/users/eve", { roles: ["r"], password: "eve's secret" });
  const eve = await server.login("eve", "eve's secret");
  const { token, token_uuid } = (await server.call("/token", { method: "POST", as: eve })).body;
  await server.call(`/tokens/${token_uuid}`, { method: "DELETE", as: eve });
  const passwords = { old_password: "eve's secret", new_password: "another secret" };
  await server.call("/auth/change-password", { method: "POST", as: eve, json: passwords });
  const wrong = { username: "eve", password: "a wrong secret" };
  await server.call("/auth/login", { method: "POST", json: wrong });
  await server.call("/auth/login", {
    method: "POST",
    json: { ...wrong, username: "x".repeat(200) },
  });
  const again = await server.login("eve", "another secret");
  await server.call("/users/root", {
    method: "PUT",
    as: again,
    json: { password: "stolen secret" },
  });
  await server.call("/users/root", { method: "DELETE", as: server.root });
  await server.call("/users/root", { method: "DELETE", as: again });
  await server.call("/users/eve", { method: "DELETE", as: server.root });
  const address = expect.stringMatching(/127\.0\.0\.1$/);
  const success = { address, outcome: "success" };
  const lines = trail(server).slice(before);
  expect(lines).toMatchObject([
    {
      action: "save role",
      user: "root",
      target: "r",
      scopes: ["read_streams", "write_acls"],
      ...success,
    },
    {
      action: "save user",
      user: "root",
      target: "eve",
      roles: ["r"],
      password: true,
      ...success,
    },
    { action: "log in", user: "eve", ...success },
    { action: "create token", user: "eve", target: "eve", ...success },
    { action: "delete token", user: "eve", target: "eve", uuid: token_uuid, ...success },
    { action: "change password", user: "eve", target: "eve", ...success },
    { action: "log in", user: "eve", address, outcome: "refused", code: "UNAUTHENTICATED" },
    { action: "log in", user: `${"x".repeat(64)}…`, address, outcome: "refused" },
    { action: "log in", user: "eve", ...success },
    {
      action: "save user",
      user: "eve",
      target: "root",
      outcome: "refused",
      code: "PERMISSION_DENIED",
    },
    { action: "delete user", user: "root", target: "root", ...success },
    { action: "delete user", user: "eve", target: "root", ...success },
  ]);
  const text = JSON.stringify(server.logLines);
  for (const secret of ["secret", token, ROOT_PASSWORD]) expect(text).not.toContain(secret);
});

test("has a line for what the command line did, in the running server or when one starts", async () => {
  await using server = await startServer();
  const auth = ["--auth-dir", join(server.dir, "auth")];
  const admin = async (words: string[], stdin?: string) => {
    const ran = await flowg(["admin", ...words, ...auth], { stdin });
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout;
  };
  await admin(["role", "create", "--name", "r", "send_logs"]);
  await admin(["user", "create", "--name", "eve", "--password-stdin", "r"], "eve's secret\n");
  await admin(["user", "passwd", "--name", "eve", "--password-stdin"], "another secret\n");
  const token = (await admin(["token", "create", "--user", "eve"])).trim();
  await admin(["user", "delete", "--name", "eve"]);
  await admin(["role", "delete", "--name", "r"]);
  // a refused change is not reported as if it had happened
  expect((await flowg(["admin", "user", "delete", "--name", "root", ...auth])).code).toBe(5);
  const offline = () => trail(server).filter(({ offline }) => offline === true);
  await eventually(() => expect(offline()).toHaveLength(6));
  expect(offline()).toMatchObject([
    { action: "save role", target: "r", scopes: ["send_logs"], by: expect.any(String) },
    { action: "save user", target: "eve", roles: ["r"], password: true },
    { action: "save user", target: "eve", password: true },
    { action: "create token", target: "eve" },
    { action: "delete user", target: "eve" },
    { action: "delete role", target: "r" },
  ]);
  const text = JSON.stringify(server.logLines);
  for (const secret of ["secret", token]) expect(text).not.toContain(secret);
});
