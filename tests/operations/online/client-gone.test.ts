// A restore of several databases, and an undo of one, whose client goes away between two of them. Another process holds the write
// lock of the logs, the second of the three, so there is as much time as the test wants.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { download, type FlowgServer, ROOT_PASSWORD, startFlowg, until } from "./flowg-server.js";
import { holdWriteLock } from "./hold-write-lock.js";

let server: FlowgServer;
let root: string;
let holder: ChildProcess | undefined;

beforeEach(async () => {
  server = await startFlowg();
  root = await server.login("root", ROOT_PASSWORD);
});
afterEach(async () => {
  holder?.kill("SIGKILL");
  await server?.[Symbol.asyncDispose]();
});

/** Which of the items are there that came after the backup: one for each database. */
async function later(): Promise<string[]> {
  const { roles } = await server.call(root, "GET", "/roles");
  const { streams } = await server.call(root, "GET", "/streams");
  const { transformers } = await server.call(root, "GET", "/transformers");
  return [
    ...(roles.some(({ name }: { name: string }) => name === "later") ? ["role"] : []),
    ...("later" in streams ? ["stream"] : []),
    ...(transformers.includes("later") ? ["transformer"] : []),
  ];
}

/** Holds the logs, so that what comes for them waits. */
async function holdLogs() {
  const held = await holdWriteLock("logs", server.dirs.logs);
  holder = held;
  return held;
}

/** Begins a request whose work waits for the logs, and leaves once auth has changed. */
async function leaveBetween(path: string, init: RequestInit, isChanged: () => Promise<boolean>) {
  const held = await holdLogs();
  const leaving = new AbortController();
  const headers = { Authorization: root, ...init.headers };
  const request = { ...init, method: "POST", headers, signal: leaving.signal };
  const answer = fetch(`${server.api}${path}`, request).catch(() => "gone");
  await until(isChanged);
  leaving.abort();
  expect(await answer).toBe("gone");
  await until(async () => {
    const gone = server.logLines().filter(({ status }) => status === 499);
    return gone.some((line) => path.startsWith(String(line.path).replace("/api/v1", "")));
  });
  held.stdin.end();
  await once(held, "exit");
}

async function addLater(): Promise<void> {
  await server.call(root, "PUT", "/roles/later", { scopes: ["read_streams"] });
  await server.call(root, "PUT", "/streams/later", { config: { ttl: 0, size: 0 } });
  await server.call(root, "PUT", "/transformers/later", { script: ".a = 1" });
  expect(await later()).toEqual(["role", "stream", "transformer"]);
}

const notes = async () => (await download(server, root, "/backup")).headers.get("flowg-notes");

test("leaves nothing half restored, and nothing half taken back", async () => {
  const { bytes } = await download(server, root, "/backup");
  await addLater();
  const body = new FormData();
  body.set("backup", new Blob([bytes as Uint8Array<ArrayBuffer>]), "backup.tar");
  const restore = "/restore?mode=replace&allowAccessChange=true";
  await leaveBetween(restore, { body }, async () => !(await later()).includes("role"));
  await until(async () => (await later()).length === 0);
  await until(async () => (await notes()) === null);
  const undo = {
    body: JSON.stringify({ allowAccessChange: true }),
    headers: { "Content-Type": "application/json" },
  };
  await leaveBetween("/restore/undo", undo, async () => (await later()).includes("role"));
  await until(async () => (await later()).length === 3);
  await until(async () => (await notes()) === null);
});

test("is not what flowg says when Ctrl-C stops it: the server may have gone on", async () => {
  const { token } = await server.call(root, "POST", "/token");
  const { bytes } = await download(server, root, "/backup");
  const tar = join(server.home, "backup.tar");
  await writeFile(tar, bytes);
  await addLater();
  const stopBetween = async (words: string[], isChanged: () => Promise<boolean>) => {
    const held = await holdLogs();
    const url = server.api.replace("/api/v1", "");
    let isStopped = false;
    const running = flowg(["admin", ...words, "--allow-access-change", "--yes", "--url", url], {
      env: { FLOWG_TOKEN: token, HOME: server.home },
      stdin: "",
      onOutput: (_, child) => {
        if (isStopped) return;
        isStopped = true;
        void until(isChanged).then(() => child.kill("SIGINT"));
      },
    });
    const ran = await running;
    held.stdin.end();
    await once(held, "exit");
    return ran;
  };
  const restored = await stopBetween(
    ["restore", tar, "--replace"],
    async () => !(await later()).includes("role"),
  );
  expect(restored).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(
      /^error: stopped by Ctrl-C\nhint: it may have been restored all the same: /m,
    ),
  });
  await until(async () => (await later()).length === 0 && (await notes()) === null);
  const undone = await stopBetween(["undo"], async () => (await later()).includes("role"));
  expect(undone).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(
      /^error: stopped by Ctrl-C\nhint: it may have been taken back all the same: /m,
    ),
  });
  await until(async () => (await later()).length === 3 && (await notes()) === null);
});
