// Large JSON on its way from the disk to a client: it passes as it is where it can, and a thread writes it where it can't.

import { expect, test } from "vitest";
import { writeThere } from "../../../server/operations/json/large-json.js";

const LARGE = "漢".repeat(100_000);
const bytes = (text: string) => Buffer.from(text);

test("JSON that has a UTF-8 form goes on as the same bytes, without the thread", async () => {
  const stored = bytes(`{"a":"${LARGE}\\u2028"}`);
  expect(await writeThere(stored, "json")).toBe(stored);
});

test.each([
  ["half a pair", bytes(`{"a":"${LARGE}\\ud83d"}`), { a: `${LARGE}\ufffd` }],
  ["half a pair, in capitals", bytes(`{"a":"${LARGE}\\uDE00"}`), { a: `${LARGE}\ufffd` }],
  ["a whole pair", bytes(`{"a":"${LARGE}\\ud83d\\ude00"}`), { a: `${LARGE}😀` }],
  [
    "half a character",
    Buffer.concat([bytes(`{"a":"${LARGE}`), Buffer.of(0xe6), bytes('"}')]),
    { a: `${LARGE}\ufffd` },
  ],
])("JSON with %s is mended", async (_, stored, value) => {
  const json = Buffer.from(await writeThere(stored, "json")).toString();
  expect(json.isWellFormed()).toBe(true);
  expect(JSON.parse(json)).toEqual(value);
});

test("a text becomes JSON, a byte order mark and all", async () => {
  const text = `\ufeff"${LARGE}\\\n`;
  expect(JSON.parse(Buffer.from(await writeThere(bytes(text), "text")).toString())).toBe(text);
});

test("of a stored flow only what we know is given", async () => {
  const flow = { nodes: [{ id: "a", type: "source", data: { type: "direct" }, other: LARGE }] };
  const json = await writeThere(bytes(JSON.stringify(flow)), "flow");
  expect(JSON.parse(Buffer.from(json).toString())).toEqual({
    version: 1,
    nodes: [{ id: "a", type: "source", position: { x: 0, y: 0 }, data: { type: "direct" } }],
    edges: [],
  });
});

test.each(["flow", "webhook"] as const)("a %s that isn't JSON is told as damaged", async (as) => {
  await expect(writeThere(bytes(LARGE), as)).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
});
