import { expect, test } from "vitest";
import { nearName } from "../../../server/platform/messages/near-name.js";

test.each([
  ["bakup", "backup"],
  ["BACKUP", "backup"],
  ["abckup", "backup"],
  ["restroe", "restore"],
  ["verfy", "verify"],
  ["backups", "backup"],
])("%s is near %s", (typed, wanted) => {
  expect(nearName(typed, ["backup", "restore", "verify"])).toBe(wanted);
});

test.each(["x", "", "frobnicate", "export"])("%j is near nothing", (typed) => {
  expect(nearName(typed, ["backup", "restore", "verify"])).toBeUndefined();
});
