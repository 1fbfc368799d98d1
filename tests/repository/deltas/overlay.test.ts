// The changes of deltas are sorted as in memory, however little memory there is.

import { readdir } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PUT, REMOVE, REMOVE_RANGE } from "../../../server/records/commit.js";
import { Overlay } from "../../../server/repository/deltas/overlay.js";
import { type Workspace, workspace } from "../../operations/offline/contents.js";

let space: Workspace;
beforeEach(async () => {
  space = await workspace();
  vi.stubEnv("TMPDIR", space.path);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await space[Symbol.asyncDispose]();
});

const key = fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom("a", "b", "\xff") });
const change = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant(PUT), key, fc.string({ maxLength: 9 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant(REMOVE), key, fc.constant("")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant(REMOVE_RANGE), key, key) },
);
const changes = fc.array(change, { maxLength: 200, size: "max" });

type Change = [what: number, key: string, value: string];

const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");

/** What a map says of them: keys, and the value, or undefined where a record is gone. */
function expected(all: readonly Change[]): [string, string | undefined][] {
  const records = new Map<string, string | undefined>();
  for (const [what, name, value] of all) {
    if (what !== REMOVE_RANGE) records.set(name, what === PUT ? value : undefined);
    else
      for (const one of records.keys()) if (one >= name && one < value) records.set(one, undefined);
  }
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1));
}

const found = (overlay: Overlay): [string, string | undefined][] =>
  [...overlay.records()].map(({ key, value }) => [
    key.toString("latin1"),
    value?.toString("latin1"),
  ]);

it("holds of each key the last change, in memory or in runs that were merged, and leaves no file", async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.constantFrom(0, 500, 1_000_000), async (all, memoryBytes) => {
      const overlay = new Overlay({ memoryBytes });
      for (const [what, name, value] of all) overlay.add(what, bytesOf(name), bytesOf(value));
      expect(found(overlay)).toEqual(expected(all));
      // a second time
      expect(found(overlay)).toEqual(expected(all));
      expect(await readdir(space.path)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it("reads records that are larger than what is read at once", () => {
  const overlay = new Overlay({ memoryBytes: 0 });
  const values = [300_000, 10, 700_000].map((length) => Buffer.alloc(length, length % 251));
  for (const [index, value] of values.entries()) overlay.add(PUT, bytesOf(`k${index}`), value);
  expect([...overlay.records()].map(({ value }) => value)).toEqual(values);
});

it("tells of a directory that can't be written to", () => {
  vi.stubEnv("TMPDIR", `${space.path}/missing`);
  const overlay = new Overlay({ memoryBytes: 0 });
  expect(() => overlay.add(PUT, bytesOf("k"), bytesOf("v"))).toThrow(
    expect.objectContaining({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining(`${space.path}/missing`),
      hint: expect.stringContaining("TMPDIR"),
    }),
  );
});
