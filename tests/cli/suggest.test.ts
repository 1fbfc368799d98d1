import { expect, test } from "vitest";
import { nearest } from "../../cli/suggest.js";

test.each([
  ["bakup", "backup"],
  ["BACKUP", "backup"],
  ["abckup", "backup"],
  ["restroe", "restore"],
  ["verfy", "verify"],
  ["backups", "backup"],
])("%s is near %s", (typed, wanted) => {
  expect(nearest(typed, ["backup", "restore", "verify"])).toBe(wanted);
});

test.each(["x", "", "frobnicate", "export"])("%j is near nothing", (typed) => {
  expect(nearest(typed, ["backup", "restore", "verify"])).toBeUndefined();
});
