// `flowg health` and `flowg whoami`, as processes.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../free-port.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { flowg } from "./flowg.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe("flowg health", () => {
  test("needs no token, and says in a line that all answer", async () => {
    const ran = await flowg(["health", "--url", server.managementUrl]);
    expect(ran).toMatchObject({ code: 0, stdout: "ok: auth, config, logs\n", stderr: "" });
    const { port } = new URL(server.managementUrl);
    for (const bind of [`:${port}`, `0.0.0.0:${port}`, `127.0.0.1:${port}`]) {
      const found = await flowg(["health", "--json"], { env: { FLOWG_MGMT_BIND_ADDRESS: bind } });
      const databases = { auth: "ok", config: "ok", logs: "ok" };
      expect(JSON.parse(found.stdout)).toEqual({ success: true, status: "ok", databases });
    }
    expect(await flowg(["health", "-q", "--url", server.managementUrl])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  async function answering(status: number, body: string | undefined): Promise<Server> {
    const fake = createServer((_, response) => {
      response.statusCode = status;
      if (body !== undefined) response.end(body);
    });
    await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  test.each<[string, number, string | undefined, number, RegExp]>([
    [
      ...(["a database that doesn't answer", 503] as const),
      ...(['{"status":"error","databases":{"auth":"ok","logs":"replaced"}}', 4] as const),
      /^error: http:\S+ is unhealthy: logs replaced\n$/,
    ],
    [
      "another server",
      200,
      "<html>",
      7,
      /^error: http:\S+ answers 200, and not as the management server of a FlowG does\nhint: give --url the address of `flowg serve --mgmt-bind`, /,
    ],
    ["silence", 200, undefined, 7, /^error: http:\S+ has not answered for 0.5 seconds\n$/],
  ])("tells %s", async (_, status, body, code, message) => {
    const fake = await answering(status, body);
    try {
      const { port } = fake.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      const ran = await flowg(["health", "--url", url, "--timeout", "0.5"]);
      expect(ran).toMatchObject({ code, stdout: "" });
      expect(ran.stderr).toMatch(message);
    } finally {
      fake.closeAllConnections();
      fake.close();
    }
  });

  test("says that no server is there, and that a text isn't a URL", async () => {
    const ran = await flowg(["health", "--url", `http://127.0.0.1:${await freePort()}`]);
    expect(ran).toMatchObject({ code: 7 });
    expect(ran.stderr).toMatch(/^error: cannot reach http:\S+: ECONNREFUSED\n$/);
    expect(await flowg(["health", "--url", "localhost:9113"])).toMatchObject({ code: 2 });
  });
});

test("flowg whoami says user, roles and permissions", async () => {
  const as = (await server.userWith("send_logs")).replace(/^Bearer jwt:/, "");
  const whoami = (...more: string[]) =>
    flowg(["whoami", "--url", server.url, ...more], { env: { FLOWG_TOKEN: as } });
  const ran = await whoami();
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^User: {9}(user-\S+)\nRoles: {8}\1\nPermissions: {2}send logs\n$/);
  const { user, permissions } = JSON.parse((await whoami("--json")).stdout);
  expect(user.roles).toEqual([user.name]);
  expect(permissions).toMatchObject({ can_send_logs: true, can_edit_acls: false });
});
