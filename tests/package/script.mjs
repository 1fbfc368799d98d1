// Run in an empty project that has installed the package: a server, and a backup of it through the SDK.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient, verifySnapshot } from "flowg/sdk";

const cli = fileURLToPath(new URL("node_modules/flowg/dist/cli/main.js", import.meta.url));
const flags = ["serve", "--http-bind", "127.0.0.1:0", "--mgmt-bind", "127.0.0.1:0"];
const env = { ...process.env, FLOWG_INITIAL_PASSWORD: "a password that is not root" };
const server = spawn(process.execPath, [cli, ...flags], { env });
let baseUrl;
let out = "";
while (baseUrl === undefined) {
  const [chunk] = await once(server.stdout, "data");
  out += chunk;
  baseUrl = /"http":\["([^"]+)"/.exec(out)?.[1];
}
server.stdout.resume();
try {
  const password = env.FLOWG_INITIAL_PASSWORD;
  const client = createClient({ baseUrl, username: "root", password });
  await client.logs.ingest("default", { message: "hello" });
  const { snapshots } = await client.backup.all("backup");
  for (const { path, database } of snapshots) await verifySnapshot(path, { database });
  const report = await client.restore.logs("backup/log.db", { mode: "replace" });
  if (report.kinds.entry?.unchanged !== 1) throw new Error(JSON.stringify(report));
  // the script of the SDK's page, as cron runs it
  const { token } = await client.tokens.create();
  const script = fileURLToPath(new URL("nightly.mjs", import.meta.url));
  const nightly = { env: { ...process.env, FLOWG_URL: baseUrl, FLOWG_TOKEN: token } };
  const { stdout } = await promisify(execFile)(process.execPath, [script], nightly);
  if (stdout.trim().split("\n").length !== 3) throw new Error(stdout);
  process.stdout.write(`node ${process.version}: ${snapshots.length} snapshots\n`);
} finally {
  const ended = once(server, "exit");
  server.kill();
  await ended;
}
