// How far a server is that restores, told to those that ask for it: by events of the API, the SDK and the command line.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, FlowgApiError, type ServerProgress } from "../../../sdk/index.js";
import { flowg } from "../../cli/flowg.js";
import { download, type FlowgServer, ROOT_PASSWORD, startFlowg } from "./flowg-server.js";

const FIXTURE = new URL("../../fixtures/flowg-0.24.1/", import.meta.url).pathname;

let server: FlowgServer;
let root: string;
beforeAll(async () => {
  server = await startFlowg();
  root = await server.login("root", ROOT_PASSWORD);
});
afterAll(() => server?.[Symbol.asyncDispose]());

interface Sent {
  as?: string;
  accept?: string;
}

async function send(path: string, bytes: Uint8Array, { as = root, accept }: Sent = {}) {
  const body = new FormData();
  body.append("backup", new Blob([bytes as Uint8Array<ArrayBuffer>]), "backup");
  const headers = { Authorization: as, ...(accept && { Accept: accept }) };
  const answer = await fetch(`${server.api}${path}`, { method: "POST", headers, body });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), text };
}

const EVENTS = { accept: "text/event-stream" };

/** Events with their names. */
function eventsIn(text: string): [string, Record<string, unknown>][] {
  const blocks = text.split("\n\n").filter((block) => block && !block.startsWith(":"));
  return blocks.map((block) => {
    const [, name = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return [name, JSON.parse(data)];
  });
}

function withOneBitChanged(bytes: Uint8Array): Buffer<ArrayBuffer> {
  const changed = Buffer.from(bytes);
  const at = changed.length - 40;
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

const logs = () => readFile(join(FIXTURE, "log.db"));

describe("the API", () => {
  test("tells each phase of an import, and then the report", async () => {
    const { status, type, text } = await send("/restore/logs", await logs(), EVENTS);
    expect([status, type]).toEqual([200, "text/event-stream"]);
    const events = eventsIn(text);
    const [name, answer] = events.at(-1) ?? [];
    expect([name, answer]).toMatchObject([
      "report",
      { success: true, report: { database: "logs", dryRun: false, format: "flowg-badger" } },
    ]);
    const progress = events.slice(0, -1);
    expect(new Set(progress.map(([name]) => name))).toEqual(new Set(["progress"]));
    const phases = progress.map(([, { phase }]) => phase);
    expect(phases.filter((phase, n) => phase !== phases[n - 1])).toEqual([
      "importing",
      "verifying",
      "restoring",
      "finishing",
    ]);
    // nothing of where the server keeps what
    expect(text).not.toContain(server.home);
  });

  test.each([undefined, "*/*", "application/json", "application/json, text/event-stream;q=0.5"])(
    "answers with JSON who accepts %s",
    async (accept) => {
      const sent = accept === undefined ? {} : { accept };
      const { status, type, text } = await send("/restore/logs?dryRun=true", await logs(), sent);
      expect([status, type]).toEqual([200, "application/json"]);
      expect(JSON.parse(text)).toMatchObject({ success: true, report: { dryRun: true } });
    },
  );

  test("refuses in an ordinary answer what it refuses before it begins", async () => {
    const nobody = await server.userWith("nobody", "read_streams");
    for (const [as, bytes, status] of [
      [nobody, await logs(), 403],
      [root, Buffer.from("no backup of anything"), 422],
    ] as const) {
      const answer = await send("/restore/logs", bytes, { ...EVENTS, as });
      expect([answer.status, answer.type]).toEqual([status, "application/json"]);
      expect(JSON.parse(answer.text)).toMatchObject({ success: false });
    }
  });

  test("ends with the error, and its status, of what fails later", async () => {
    const sound = (await download(server, root, "/backup/logs")).bytes;
    const damaged = withOneBitChanged(sound);
    const { status, text } = await send("/restore/logs", damaged, EVENTS);
    const asJson = await send("/restore/logs", damaged);
    const [name, answer] = eventsIn(text).at(-1) ?? [];
    const { requestId: _, ...expected } = JSON.parse(asJson.text);
    expect([status, name, answer]).toMatchObject([200, "error", { ...expected, status: 422 }]);
    const told = server.audit().at(-2);
    expect(told).toMatchObject({ direction: "restore", outcome: "failure", code: expected.code });
  });

  test("tells of a set, database by database", async () => {
    const tar = (await download(server, root, "/backup")).bytes;
    const { text } = await send("/restore?dryRun=true", tar, EVENTS);
    const events = eventsIn(text);
    expect(events.at(-1)).toMatchObject(["report", { report: { dryRun: true } }]);
    const restoring = events
      .filter(([, { phase }]) => phase === "restoring")
      .map(([, { database }]) => database);
    expect([...new Set(restoring)]).toEqual(["auth", "logs", "config"]);
  });
});

describe("the SDK", () => {
  const client = () => createClient({ baseUrl: server.url, token: root.replace("Bearer ", "") });

  test("tells it, and gives the same report", async () => {
    const told: ServerProgress[] = [];
    const path = join(FIXTURE, "log.db");
    const report = await client().restore.logs(path, {
      dryRun: true,
      onServerProgress: (progress) => told.push(progress),
    });
    const { seconds: _, ...same } = await client().restore.logs(path, { dryRun: true });
    expect(report).toMatchObject(same);
    expect(new Set(told.map(({ phase }) => phase))).toEqual(
      new Set(["importing", "verifying", "restoring"]),
    );
  });

  test("throws what it throws without", async () => {
    const damaged = withOneBitChanged((await download(server, root, "/backup/logs")).bytes);
    const errorOf = (options: object) =>
      client()
        .restore.logs(damaged, options)
        .catch((error: FlowgApiError) => error);
    const [told, plain] = [await errorOf({ onServerProgress: () => {} }), await errorOf({})];
    expect(told).toBeInstanceOf(FlowgApiError);
    expect(told).toMatchObject({ status: 422, code: (plain as FlowgApiError).code });
  });
});

test("the command line shows what the server is at", async () => {
  const words = ["admin", "restore", "--only", "logs", "--backup-dir", FIXTURE, "--yes"];
  const ran = await flowg([...words, "--url", server.url], {
    env: { FLOWG_TOKEN: root.replace("Bearer ", "") },
  });
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(/logs: importing/)]);
  expect(ran.stderr).toMatch(/logs: finishing/);
});

test("verifying FlowG's files names their database", async () => {
  for (const [file, label] of [
    ["auth.db", "auth: importing"],
    ["config.db", "config: importing"],
    ["log.db", "logs: importing"],
  ] as const) {
    const ran = await flowg(["admin", "verify", join(FIXTURE, file)]);
    expect(ran.code).toBe(0);
    expect(ran.stderr.match(/\w+: importing/g)).toEqual([label]);
  }
});
