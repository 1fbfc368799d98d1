import { expect, test } from "vitest";
import { checkScopes, effectiveScopes, permissionsOf, SCOPES } from "../../server/auth/scopes.js";

test("writing includes reading, sending logs includes nothing", () => {
  const cases: [string[], string[]][] = [
    [["write_pipelines"], ["read_pipelines", "write_pipelines"]],
    [["write_transformers"], ["read_transformers", "write_transformers"]],
    [["write_streams"], ["read_streams", "write_streams"]],
    [["write_alerts"], ["read_alerts", "write_alerts"]],
    [["write_acls"], ["read_acls", "write_acls"]],
    [["send_logs"], ["send_logs"]],
    [["read_acls"], ["read_acls"]],
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
  ]);
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
