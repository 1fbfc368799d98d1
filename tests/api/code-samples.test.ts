// The documentation's examples with curl work: they are typed into a shell against a server, in the order of somebody who tries
// them all.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SAMPLE_SERVER } from "../../server/api/code-samples.js";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";
import { operations } from "./document.js";

let server: TestServer;
let token: string;
let dir: string;
beforeAll(async () => {
  server = await startServer();
  token = (await server.must("/token", { method: "POST" })).body.token;
  dir = await mkdtemp(join(tmpdir(), "flowg-samples-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

function sampleOf(id: string): string {
  const found = operations.find(({ operation }) => operation.operationId === id);
  const sample = found?.operation["x-codeSamples"].find(({ label }) => label === "curl");
  return sample?.source.replaceAll(SAMPLE_SERVER, server.url) ?? "";
}

const run = (command: string) =>
  new Promise<{ code: number; stdout: string }>((resolve) => {
    const env = { ...process.env, TOKEN: token };
    execFile("bash", ["-c", command], { cwd: dir, env }, (error, stdout) =>
      resolve({ code: error ? Number(error.code) : 0, stdout }),
    );
  });

/** The examples that get another answer here, because what they name doesn't exist. */
const OTHERWISE: Record<string, { as: string; instead?: [from: string, to: string] }> = {
  login: { as: "success", instead: ["correct horse battery staple", ROOT_PASSWORD] },
  change_password: { as: "PERMISSION_DENIED" },
  undo_restore: { as: "NOT_FOUND" },
  // this server has no jobs
  run_job: { as: "NOT_FOUND" },
  drill_job: { as: "NOT_FOUND" },
  pause_job: { as: "NOT_FOUND" },
  resume_job: { as: "NOT_FOUND" },
  get_snapshot: { as: "NOT_FOUND" },
  diff_snapshots: { as: "NOT_FOUND" },
  create_snapshot: { as: "NOT_FOUND" },
  forget_snapshots: { as: "NOT_FOUND" },
  restore_snapshot: { as: "NOT_FOUND" },
  get_task: { as: "NOT_FOUND" },
  cancel_task: { as: "NOT_FOUND" },
  follow_task: { as: "NOT_FOUND" },
  test_alert: { as: "UPSTREAM_FAILED" },
  test_forwarder: { as: "UPSTREAM_FAILED" },
};

it("curl samples do what they say", async () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  // it goes on until the client leaves
  const endless = ["watch_logs"];
  const stage = (id: string) =>
    [
      "save_",
      "configure",
      "create_",
      "ingest",
      "backup_",
      "restore_",
      "delete_",
      "purge",
    ].findIndex((beginning) => id.startsWith(beginning));
  const late = (id: string) => (/^(delete|purge)_/.test(id) ? 100 : stage(id) < 0 ? 50 : stage(id));
  const order = ids.filter((id) => !endless.includes(id)).sort((a, b) => late(a) - late(b));
  // a stream is there once something was sent to it
  await run(sampleOf("configure_stream"));
  for (const id of order) {
    const { as, instead } = OTHERWISE[id] ?? { as: "success" };
    const command = instead ? sampleOf(id).replace(...instead) : sampleOf(id);
    const { code, stdout } = await run(command);
    if (as !== "success") expect([id, JSON.parse(stdout).code]).toEqual([id, as]);
    else if (id.startsWith("backup_")) expect([id, code, stdout]).toEqual([id, 0, ""]);
    else expect([id, code, JSON.parse(stdout).success]).toEqual([id, 0, true]);
  }
  const file = await readFile(join(dir, "log.db"));
  expect(file.length).toBeGreaterThan(100);
});
