// Genuine backups of FlowG v0.24.1, see the README beside them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyLegacyArgon2id } from "../../../server/stores/auth/argon2id.js";
import { importFile, temporaryDirectory } from "./encode.js";

const FIXTURES = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");
const now = new Date("2026-11-23T12:00:00Z");

async function importFixture(name: string, format?: "flowg-config-archive") {
  await using dir = await temporaryDirectory();
  const options = { scratchDir: dir.path, now, ...(format ? { format } : {}) };
  return await importFile(join(FIXTURES, name), options);
}

const plainToken = async (name: string): Promise<string> =>
  (await readFile(join(FIXTURES, name), "utf8")).trim();

describe("the log database of a real FlowG", () => {
  it("has exactly the keys, entries, fields and streams that its README counts", async () => {
    const { database, counts, facts, records } = await importFixture("log.db");
    expect(database).toBe("logs");
    // of the 1,506 index keys 5 are expired
    expect(facts).toEqual({
      keyValues: 7735,
      distinctKeys: 3225 - 1506,
      superseded: 4510,
      valueIndexKeyValues: 1506,
      indexKeys: 0,
      deleted: 203,
      expired: 10 - 5,
      live: 3012 - 1501,
      leftOut: 0,
    });
    expect(counts).toEqual({ entry: 1501, field: 7, stream: 3 });
    const keys = Object.keys(records);
    expect(keys.filter((key) => !key.startsWith("entry|"))).toEqual([
      "field|default|blob",
      "field|default|level",
      "field|default|msg",
      "field|default|n",
      "field|shortlived|a:b",
      "field|shortlived|level",
      "field|shortlived|n",
      "stream|app:web",
      "stream|default",
      "stream|shortlived",
    ]);
    expect(keys.every((key) => !key.startsWith("entry|") || key.startsWith("entry|default|"))).toBe(
      true,
    );
    expect(records["stream|default"]).toBe('{"ttl":0,"size":0,"indexed_fields":["level"]}');
    expect(records["stream|app:web"]).toBe('{"ttl":31536000,"size":5,"indexed_fields":[]}');
  });

  it("keeps FlowG's entries byte for byte, the one of 1.5 MB too", async () => {
    const { records } = await importFixture("log.db");
    expect(records["entry|default|00000001795368508671|f1c56d1b-116d-44b5-aa0f-0d5dcb82fef7"]).toBe(
      '{"timestamp":"2026-11-22T17:28:28.671296567Z","fields":{"level":"info","msg":"line 0 \\u003c\\u0026\\u003e é","n":"0"}}',
    );
    const blobs = Object.values(records).filter((value) => value.length > 1_000_000);
    expect(blobs.map((value) => JSON.parse(value).fields.blob.length)).toEqual([1_500_000]);
  });

  it("says which listed fields no entry has any more", async () => {
    const { warnings } = await importFixture("log.db");
    expect(warnings.join("\n")).toMatch(/^3 fields are in FlowG's list but in no entry any more/);
    expect(warnings.join("\n")).toMatch(/no checksum/);
  });
});

describe("the auth database of a real FlowG", () => {
  it("holds the roles and users as they were at the end, and nothing that was deleted", async () => {
    const { database, records, counts, facts } = await importFixture("auth.db");
    expect(database).toBe("auth");
    expect(counts).toEqual({ role: 2, token: 2, user: 3 });
    expect(facts).toMatchObject({ keyValues: 26, distinctKeys: 23, deleted: 4, live: 19 });
    expect(records["role|admin"]).toBe(
      '{"scopes":["send_logs","write_acls","write_alerts","write_pipelines","write_streams","write_transformers"]}',
    );
    expect(records["role|viewer"]).toBe('{"scopes":["read_streams"]}');
    const roles = (name: string) => JSON.parse(records[`user|${name}`] ?? "{}").roles;
    expect(roles("root")).toEqual(["admin"]);
    expect(roles("guest")).toEqual([]);
    expect(roles("eve")).toEqual(["viewer"]);
    expect(Object.keys(records).join()).not.toContain("gone");
  });

  it("lets users in by their passwords and tokens, and not by eve's older password", async () => {
    const { records } = await importFixture("auth.db");
    const passwordOf = (name: string) => JSON.parse(records[`user|${name}`] ?? "{}").passwordHash;
    for (const name of ["root", "guest", "eve"]) {
      expect(verifyLegacyArgon2id(passwordOf(name), name)).toBe(true);
      expect(verifyLegacyArgon2id(passwordOf(name), `${name}2`)).toBe(false);
    }
    expect(passwordOf("eve")).toContain("$t/JM5A$");
    expect(JSON.stringify(records)).not.toContain("$GfTQ6A$");
    for (const user of ["root", "guest"]) {
      const key = Object.keys(records).find((name) => name.startsWith(`token|${user}|`)) ?? "";
      const { legacyHash } = JSON.parse(records[key] ?? "{}");
      expect(verifyLegacyArgon2id(legacyHash, await plainToken(`${user}.tok`))).toBe(true);
      const other = user === "root" ? "guest" : "root";
      expect(verifyLegacyArgon2id(legacyHash, await plainToken(`${other}.tok`))).toBe(false);
    }
  });
});

describe("the config archive of a real FlowG", () => {
  it("holds every transformer, pipeline and alert, with FlowG's own bytes", async () => {
    const { database, records, counts, warnings } = await importFixture(
      "config.db",
      "flowg-config-archive",
    );
    expect(database).toBe("config");
    expect(counts).toEqual({ alert: 1, pipeline: 4, transformer: 2 });
    expect(Object.keys(records)).toEqual([
      "alert|hook",
      "pipeline|café",
      "pipeline|default",
      "pipeline|short",
      "pipeline|web",
      "transformer|empty",
      "transformer|logfmt",
    ]);
    expect(records["transformer|empty"]).toBe("");
    expect(records["transformer|logfmt"]).toBe(". = parse_logfmt!(.message)");
    expect(records["alert|hook"]).toBe(
      '{"version":1,"url":"http://127.0.0.1:9/hook","headers":{"X-Key":"s3cr3t"}}',
    );
    expect(JSON.parse(records["pipeline|default"] ?? "").nodes).toHaveLength(3);
    expect(warnings).toEqual([]);
  });
});

it("refuses a backup of another database by naming both", async () => {
  await using dir = await temporaryDirectory();
  const scratchDir = dir.path;
  await expect(
    importFile(join(FIXTURES, "log.db"), { scratchDir, expected: "auth" }),
  ).rejects.toMatchObject({
    code: "SNAPSHOT_WRONG_DATABASE",
    message: "this is a FlowG backup of the logs database, not of the auth database",
  });
  await expect(
    importFile(join(FIXTURES, "auth.db"), { scratchDir, expected: "config" }),
  ).rejects.toMatchObject({ code: "SNAPSHOT_WRONG_DATABASE" });
  await expect(
    importFile(join(FIXTURES, "config.db"), {
      scratchDir,
      expected: "logs",
      format: "flowg-config-archive",
    }),
  ).rejects.toMatchObject({ code: "SNAPSHOT_WRONG_DATABASE" });
});
