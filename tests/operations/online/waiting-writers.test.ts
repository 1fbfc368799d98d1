// A restore of auth beside people who write: it is never put off by them, and what waited for it is authorized again.

import { afterAll, beforeAll, expect, test } from "vitest";
import { asleep } from "./asleep.js";
import { download, type FlowgServer, ROOT_PASSWORD, startFlowg, upload } from "./flowg-server.js";
import { holdWriteLock } from "./hold-write-lock.js";

let server: FlowgServer;
let root: string;
beforeAll(async () => {
  server = await startFlowg();
  root = await server.login("root", ROOT_PASSWORD);
});
afterAll(() => server?.[Symbol.asyncDispose]());

test("a client that makes tokens in a loop keeps no restore from happening", async () => {
  const busy = await server.userWith("busy");
  const { bytes } = await download(server, root, "/backup/auth");
  let stopped = false;
  let made = 0;
  const loop = async () => {
    while (!stopped) {
      const answer = await fetch(`${server.api}/token`, {
        method: "POST",
        headers: { Authorization: busy },
      });
      await answer.arrayBuffer();
      expect(answer.status).toBe(200);
      made += 1;
    }
  };
  const loops = [loop(), loop(), loop(), loop()];
  try {
    for (let n = 0; n < 8; n++) {
      const before = made;
      const { status, body } = await upload(server, { as: root, path: "/restore/auth", bytes });
      expect(status, JSON.stringify(body)).toBe(200);
      while (made === before) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  } finally {
    stopped = true;
    await Promise.all(loops);
  }
});

test("what waits for a restore that removes its sender does not happen afterwards", async () => {
  const everything = [
    "write_acls",
    "write_alerts",
    "write_pipelines",
    "write_streams",
    "write_transformers",
    "send_logs",
  ];
  const { bytes } = await download(server, root, "/backup/auth");
  const mallory = await server.userWith("mallory", ...everything);
  const scopes = { scopes: ["read_streams"] };
  const send = async (as: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.api}${path}`, {
      method,
      headers: { Authorization: as, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return `${path} ${response.status} ${((await response.json()) as { code?: string }).code ?? ""}`;
  };
  // another process has the write lock: the restore waits for it, and everybody else for the restore
  const holder = await holdWriteLock("auth", server.dirs.auth);
  try {
    const path = "/restore/auth?mode=replace";
    const restoring = upload(server, { as: root, path, bytes });
    await asleep(server.pid);
    const sent = [
      send(mallory, "PUT", "/users/late", { roles: ["mallory"], password: "x" }),
      send(mallory, "PUT", "/roles/late", scopes),
      send(mallory, "POST", "/token"),
      send(mallory, "DELETE", "/users/busy"),
      send(root, "PUT", "/roles/kept", scopes),
    ];
    await asleep(server.pid);
    holder.stdin.end();
    const restored = await restoring;
    expect(restored.status, JSON.stringify(restored.body)).toBe(200);
    expect(await Promise.all(sent)).toEqual([
      "/users/late 401 UNAUTHENTICATED",
      "/roles/late 401 UNAUTHENTICATED",
      "/token 401 UNAUTHENTICATED",
      "/users/busy 401 UNAUTHENTICATED",
      "/roles/kept 200 ",
    ]);
  } finally {
    holder.kill("SIGKILL");
  }
  const { users } = await server.call(root, "GET", "/users");
  expect(users.map(({ name }: { name: string }) => name)).toEqual(["busy", "root"]);
  const { roles } = await server.call(root, "GET", "/roles");
  expect(roles.map(({ name }: { name: string }) => name)).toEqual(["admin", "busy", "kept"]);
});
