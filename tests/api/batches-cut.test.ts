// Batches that the disk has room for only in part: each log that was answered as stored is stored, and the others are told of in
// the words of each protocol. Syslog's messages wait, and each is counted.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { smallDisk } from "../platform/files/small-disk.js";

let home: string;
let disk: string;
let mounted: Disposable;
let server: TestServer;
beforeEach(async ({ skip }) => {
  home = await mkdtemp(join(tmpdir(), "flowg-batches-"));
  disk = join(home, "disk");
  mounted = await smallDisk(disk, "8m", skip);
  server = await startServer({
    dirs: { auth: join(home, "auth"), config: join(home, "config"), logs: join(disk, "logs") },
    syslog: { protocol: "tcp", bind: "127.0.0.1:0" },
  });
});
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  mounted?.[Symbol.dispose]();
  await rm(home, { recursive: true, force: true });
});

const COUNT = 9_000;
const text = "x".repeat(1_500);
const all = Array.from({ length: COUNT }, (_, n) => n);

/** The numbers of the logs that are stored, in their order. */
async function numbers(stream = "default"): Promise<number[]> {
  const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
  const { body } = await server.must(`/streams/${stream}/logs?${window}`);
  return (body.records as { fields: Record<string, string> }[])
    .map(({ fields }) => Number(fields.n ?? fields["attr.n"] ?? fields.content?.split(" ")[0]))
    .reverse();
}

const moreRoom = (size = "128m") => spawnSync("mount", ["-o", `remount,size=${size}`, disk]);

describe("a batch that the disk has room for in part", () => {
  it("of lines says from where on nothing is stored, and the rest can be sent", async () => {
    const lines = all.map((n) => JSON.stringify({ n: String(n), text }));
    const send = (from: number) =>
      server.call("/pipelines/default/logs", {
        method: "POST",
        as: server.root,
        body: lines.slice(from).join("\n"),
        headers: { "Content-Type": "application/x-ndjson" },
      });
    const { status, body, headers } = await send(0);
    expect([status, body.code, headers.get("retry-after")]).toEqual([507, "DISK_FULL", null]);
    const { next, stored } = body.details ?? body;
    expect(stored).toBe(next);
    expect(next).toBeGreaterThan(0);
    expect(await numbers()).toEqual(all.slice(0, next));
    moreRoom();
    expect((await send(next)).status).toBe(200);
    expect(await numbers()).toEqual(all);
  });

  it("of OpenTelemetry is a partial success", async () => {
    const logRecords = all.map((n) => ({
      body: { stringValue: text },
      attributes: [{ key: "n", value: { stringValue: String(n) } }],
    }));
    const response = await fetch(`${server.url}/v1/logs`, {
      method: "POST",
      headers: { Authorization: server.root, "Content-Type": "application/json" },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
    });
    const { partialSuccess } = (await response.json()) as {
      partialSuccess: { rejectedLogRecords: number; errorMessage: string };
    };
    expect(response.status).toBe(200);
    const stored = await numbers();
    expect(stored.length).toBeGreaterThan(0);
    expect(stored).toEqual(all.slice(0, COUNT - partialSuccess.rejectedLogRecords));
    expect(partialSuccess.errorMessage).toMatch(/disk/);
  });

  it("of Elasticsearch's documents is answered for each", async () => {
    const body = all.map((n) => `{"create":{}}\n${JSON.stringify({ n, text })}\n`).join("");
    const { status, body: answer } = await server.call("/middlewares/elastic/default/_bulk", {
      method: "POST",
      as: server.root,
      body,
      headers: { "Content-Type": "application/x-ndjson" },
    });
    expect([status, answer.errors, answer.items.length]).toEqual([200, true, COUNT]);
    const statuses = answer.items.map(
      ({ create }: { create: { status: number } }) => create.status,
    );
    const stored = all.filter((n) => statuses[n] === 201);
    expect(await numbers()).toEqual(stored);
    expect(new Set(statuses)).toEqual(new Set([201, 507]));
  });

  it("of syslog waits for room, and each message is stored once", async () => {
    await send(all.map((n) => `<13>${n} ${text}\n`));
    expect(await metrics()).toMatch(/outcome="dropped"\} 0\n/);
    moreRoom();
    await eventually(async () => expect(await metrics()).toContain(`outcome="stored"} ${COUNT}\n`));
    expect(await numbers()).toEqual(all);
  });

  it("of syslog counts what was refused before there was no room", async () => {
    const put = (path: string, json: object) => server.must(path, { method: "PUT", json });
    await put("/transformers/some", {
      script: 'if contains(string!(.content), "3 x") { abort }',
    });
    const nodes = [
      { id: "in", type: "source", data: { type: "syslog" } },
      { id: "vrl", type: "transform", data: { transformer: "some" } },
      { id: "out", type: "router", data: { stream: "default" } },
    ];
    const edges = [
      { id: "1", source: "in", target: "vrl" },
      { id: "2", source: "vrl", target: "out" },
    ];
    await put("/pipelines/default", { flow: { nodes, edges } });
    const lines = all.map((n) => JSON.stringify({ n: String(n), text })).join("\n");
    await put("/pipelines/fill", {
      flow: {
        nodes: [
          { id: "in", type: "source", data: { type: "direct" } },
          { id: "out", type: "router", data: { stream: "fill" } },
        ],
        edges: [{ id: "e", source: "in", target: "out" }],
      },
    });
    const filled = await server.call("/pipelines/fill/logs", {
      method: "POST",
      as: server.root,
      body: lines,
      headers: { "Content-Type": "application/x-ndjson" },
    });
    expect(filled.status).toBe(507);
    const large = all.slice(0, 1_000);
    await send(large.map((n) => `<13>${n} ${text.repeat(6)}\n`));
    const metricOf = async (metric: RegExp) => Number(metric.exec(await metrics())?.[1] ?? 0);
    await eventually(async () =>
      expect(await metricOf(/flowg_syslog_waiting (\d+)/)).toBeGreaterThan(900),
    );
    // for the first transaction of what waits, not for the second
    moreRoom("16m");
    await eventually(async () =>
      expect(await metricOf(/^flowg_stream_log_total\{stream="default"\} (\d+)/m)).toBeGreaterThan(
        100,
      ),
    );
    moreRoom();
    await eventually(async () => expect(await metrics()).toContain('outcome="stored"} 900\n'));
    expect(await metrics()).toContain('outcome="failed"} 100\n');
    expect(await numbers()).toEqual(large.filter((n) => n % 10 !== 3));
  });
});

/** Sends by syslog, and waits until messages wait for room. */
async function send(messages: readonly string[]): Promise<void> {
  const socket = connect(Number(new URL(server.running.syslogUrls[0] ?? "").port), "127.0.0.1");
  socket.end(messages.join(""));
  socket.resume();
  const isTold = () =>
    server.logLines.some(({ msg }) => /^syslog messages were lost/.test(String(msg)));
  await eventually(() => expect(isTold()).toBe(true));
}

const metrics = async () => (await fetch(`${server.managementUrl}/metrics`)).text();
