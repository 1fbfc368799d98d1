import { expect, test } from "vitest";
import { limitOf, narrower, within } from "../../../server/records/auth/limits.js";
import {
  checkScopes,
  effectiveScopes,
  permissionsOf,
  SCOPES,
  withBackups,
} from "../../../server/records/auth/scopes.js";

test("writing includes reading, sending logs includes nothing", () => {
  const cases: [string[], string[]][] = [
    [["write_pipelines"], ["read_pipelines", "write_pipelines"]],
    [["write_transformers"], ["read_transformers", "write_transformers"]],
    [["write_streams"], ["read_streams", "write_streams"]],
    [["write_alerts"], ["read_alerts", "write_alerts"]],
    [["write_acls"], ["read_acls", "write_acls"]],
    [["send_logs"], ["send_logs"]],
    [["read_acls"], ["read_acls"]],
    [["read_backups"], ["read_backups"]],
    // downloading all there is is another right
    [["write_backups"], ["write_backups"]],
    [
      ["write_backups", "write_streams"],
      ["read_streams", "write_backups", "write_streams"],
    ],
    [[], []],
    [["write_forwarders", "read_", "", "admin", "write_pipelines:"], []],
  ];
  for (const [given, effective] of cases)
    expect([...effectiveScopes(given)].sort()).toEqual(effective);
});

test("shows permissions in FlowG's order", () => {
  expect(Object.entries(permissionsOf(effectiveScopes(["write_streams", "read_acls"])))).toEqual([
    ["can_view_pipelines", false],
    ["can_edit_pipelines", false],
    ["can_view_transformers", false],
    ["can_edit_transformers", false],
    ["can_view_streams", true],
    ["can_edit_streams", true],
    ["can_view_alerts", false],
    ["can_edit_alerts", false],
    ["can_view_acls", true],
    ["can_edit_acls", false],
    ["can_send_logs", false],
    ["can_view_backups", false],
    ["can_edit_backups", false],
    ["can_forget_backups", false],
  ]);
});

test("all reading includes backups, and all writing running them; four parts of it don't", () => {
  const all = ["acls", "alerts", "pipelines", "streams", "transformers"];
  for (const verb of ["read", "write"]) {
    const scopes = all.map((subject) => `${verb}_${subject}`);
    expect(effectiveScopes(scopes)).toContain("read_backups");
    const own = verb === "read" ? ["read_backups"] : ["write_backups", "forget_backups"];
    expect([...withBackups(scopes)]).toEqual([...scopes, ...own]);
    for (const one of ["write_backups", "forget_backups"] as const)
      expect(effectiveScopes(scopes).has(one)).toBe(verb === "write");
    for (const scope of scopes) {
      const fewer = effectiveScopes(scopes.filter((one) => one !== scope));
      expect(fewer).not.toContain("read_backups");
      expect(fewer).not.toContain("write_backups");
      expect(fewer).not.toContain("forget_backups");
    }
  }
});

test("a limit from before there was read_backups leaves it to users that may read all", () => {
  const reading = [
    "read_acls",
    "read_alerts",
    "read_pipelines",
    "read_streams",
    "read_transformers",
  ];
  const all = effectiveScopes(SCOPES);
  expect([...within(all, reading)].sort()).toEqual([...effectiveScopes(reading)].sort());
  expect(within(all, reading.slice(1))).not.toContain("read_backups");
  expect([...within(all, ["read_backups"])]).toEqual(["read_backups"]);
  expect(narrower(["read_backups", "send_logs"], reading)).toEqual(["read_backups"]);
  expect(narrower(reading, ["read_backups"])).toEqual(["read_backups"]);
  expect(narrower(reading.slice(1), ["read_backups", "read_streams"])).toEqual(["read_streams"]);
  // a user that holds FlowG's eleven leaves no limit
  expect(
    limitOf(effectiveScopes(SCOPES.filter((scope) => !scope.endsWith("_backups")))),
  ).toBeUndefined();
});

test("a limit from before there was write_backups leaves it to users that may write all", () => {
  const writing = SCOPES.filter((scope) => /^write_(?!backups)/.test(scope));
  const all = effectiveScopes(SCOPES);
  // as it was stored then: without send_logs, so that it was a limit
  const stored = [...effectiveScopes(writing)].filter((scope) => scope !== "write_backups").sort();
  expect(within(all, stored)).toContain("write_backups");
  expect(narrower(stored, ["write_backups"])).toEqual(["write_backups"]);
  const fewer = stored.filter((scope) => scope !== "write_alerts");
  expect(within(all, fewer)).not.toContain("write_backups");
  expect(within(all, ["read_backups"])).not.toContain("write_backups");
  expect([...within(all, ["write_backups"])]).toEqual(["write_backups"]);
});

test("names an unknown scope and lists the known ones", () => {
  expect(() => checkScopes(["read_acls", "read_everything"])).toThrow(
    expect.objectContaining({
      code: "INPUT_INVALID",
      message: 'there is no scope "read_everything"',
      hint: `the scopes are ${SCOPES.join(", ")}`,
    }),
  );
  expect(checkScopes(["send_logs", "read_acls", "send_logs"])).toEqual(["read_acls", "send_logs"]);
});
