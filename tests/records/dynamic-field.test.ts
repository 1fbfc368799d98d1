// Parts of forwarders that each log fills in.

import { describe, expect, it } from "vitest";
import { dynamicField } from "../../server/records/config/dynamic-field.js";

const LOG = { level: "error", text: " hé ", "a.b": "dotted", __proto__x: "p" };

describe("a dynamic field", () => {
  it.each([
    ["plain @expr: text", "plain @expr: text"],
    ["", ""],
    ["@expr:log.level", "error"],
    ["@expr: log . level ", "error"],
    ['@expr:log["a.b"]', "dotted"],
    ["@expr:log['level']", "error"],
    ["@expr:log.missing", ""],
    ["@expr:log.constructor", ""],
    ['@expr:"a\\"b\\n" + \'c\' + log.level', 'a"b\ncerror'],
    ['@expr:upper(trim(log.text)) + lower("X")', "HÉx"],
    ['@expr:log.level == "error" ? "err" : "info"', "err"],
    ['@expr:log.level != "error" ? "err" : log.a == "" ? "none" : "a"', "none"],
    ['@expr:("a" + log.level)', "aerror"],
  ])("%s", (text, value) => {
    expect(dynamicField(text)?.(LOG)).toBe(value);
  });

  it("has all fields as JSON, sorted, on one line", () => {
    const json = '{"a":"1\\n","b":"2"}';
    expect(dynamicField("@expr:toJSON(log)")?.({ b: "2", a: "1\n" })).toBe(json);
  });

  it.each([
    ["in a row", Array(200).fill("log.text").join(" + ")],
    ["in functions", Array(200).fill("upper(log.text)").join(" + ")],
    ["in conditions", `${Array(40).fill('(upper(log.text) == "" ? "" : "")').join(" + ")}`],
    ["as JSON", Array(200).fill("toJSON(log)").join("+")],
  ])("names a large field many times, and ends early: %s", (_, expression) => {
    const field = dynamicField(`@expr:${expression}`);
    expect(() => field?.({ text: "x".repeat(128 * 1024) })).toThrow(
      "a forwarder's expression makes more than 4194304 characters of the log",
    );
    // each log has its own room
    const small = { text: "x".repeat(1024) };
    expect(field?.(small)).toBe(field?.(small));
  });

  it.each([
    "@expr:",
    "@expr:log",
    "@expr:log.",
    "@expr:log[level]",
    "@expr:timestamp",
    "@expr:toJSON(timestamp)",
    "@expr:len(log.a)",
    '@expr:log.a == "b"',
    '@expr:log.a == "b" ? "c"',
    "@expr:log.a + ",
    "@expr:log.a log.b",
    "@expr:log.a ?? log.b",
    '@expr:"\\x41"',
    '@expr:"open',
    `@expr:${"(".repeat(100)}log.a${")".repeat(100)}`,
    `@expr:"${"x".repeat(5_000)}"`,
  ])("can't be %s", (text) => {
    expect(dynamicField(text)).toBeUndefined();
  });
});
