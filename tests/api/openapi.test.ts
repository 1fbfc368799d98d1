// The OpenAPI document: the committed one is this one, and it says of every operation what there is to know.

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { HTTP_STATUS } from "../../server/api/status.js";
import { document, JSON_TYPE, type Media, operations, problem, schemas } from "./document.js";
import { undocumented } from "./documented-codes.js";

/** They answer when something has begun. */
const BEGIN = new Set([
  "run_job",
  "drill_job",
  "cancel_task",
  "create_snapshot",
  "forget_snapshots",
  "restore_snapshot",
]);

it("is the one in openapi/openapi.json", async () => {
  const committed = await readFile(new URL("../../openapi/openapi.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(document);
});

it("says of every operation what it does, needs, answers and refuses, with examples that fit", () => {
  expect(operations.length).toBeGreaterThanOrEqual(40);
  for (const { operation } of operations) {
    const { operationId: id, summary, description, security, responses, requestBody } = operation;
    expect([id, summary.length > 5, /Needs /.test(description)]).toEqual([id, true, true]);
    expect([id, security.length]).toEqual([id, id === "login" ? 0 : 2]);
    expect([id, Object.keys(responses)]).toEqual([
      id,
      expect.arrayContaining([BEGIN.has(id) ? "202" : "200", "401", "500"]),
    ]);
    for (const [status, { content }] of Object.entries(responses)) {
      const [media = { schema: {} } as Media] = Object.values(content);
      // a file is bytes: nothing to show
      if (media.schema.format === "binary") continue;
      expect([id, status, media.example !== undefined]).toEqual([id, status, true]);
      expect([id, status, problem(media.schema, media.example)]).toEqual([id, status, null]);
    }
    const body = requestBody?.content[JSON_TYPE];
    if (body) expect([id, problem(body.schema, body.example)]).toEqual([id, null]);
  }
});

it("has no enum with null and no answer of a type alone that generators of clients stop at or leave out", () => {
  expect(JSON.stringify(document)).not.toMatch(/"enum":\[[^\]]*null/);
  const known = [JSON_TYPE, "application/octet-stream", "text/event-stream"];
  for (const { operation } of operations) {
    const { operationId: id, responses } = operation;
    for (const { content } of Object.values(responses)) {
      const types = Object.keys(content);
      expect([id, types.some((type) => known.includes(type))]).toEqual([id, true]);
    }
  }
});

it("knows every code of an error", () => {
  const documented = [...(schemas.Error?.properties?.code?.enum ?? [])];
  expect(Object.keys(HTTP_STATUS).sort()).toEqual(documented.sort());
});

it("lists the codes of every answer: what an operation does not list is found", () => {
  const line = { msg: "request", method: "GET", path: "/api/v1/streams/x", status: 503 };
  expect(undocumented([{ ...line, code: "BUSY" }])).toEqual([]);
  expect(undocumented([{ ...line, code: "SNAPSHOT_CORRUPT", status: 422 }])).toEqual([
    "GET /api/v1/streams/{stream}: 422 SNAPSHOT_CORRUPT",
  ]);
});

it.each([
  ["backup_logs", ["503 BUSY", "503 DATABASE_REPLACED", "507 DISK_FULL", "500 DATABASE_DAMAGED"]],
  ["login", ["503 BUSY", "503 DATABASE_REPLACED", "429 RATE_LIMITED"]],
  ["save_user", ["503 BUSY", "409 CONFLICT", "507 DISK_FULL", "503 DATABASE_REPLACED"]],
  ["restore_auth", ["503 BUSY", "409 CONFLICT", "507 DISK_FULL", "503 DATABASE_REPLACED"]],
  ["ingest_log", ["503 BUSY", "409 CONFLICT", "507 DISK_FULL", "503 DATABASE_REPLACED"]],
])("%s lists what a busy, full or replaced database answers", (id, answers) => {
  const found = operations.find(({ operation }) => operation.operationId === id);
  for (const answer of answers) {
    const [status = "", code = ""] = answer.split(" ");
    expect(found?.operation.responses[status]?.description).toContain(`\`${code}\``);
  }
});
