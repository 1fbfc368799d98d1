// What commands say of a snapshot that the disk has changed, wherever its bytes are.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorkplace, type Workplace } from "./workplace.js";

let place: Workplace;
beforeAll(async () => {
  place = await makeWorkplace();
  expect(await place.run("flowg admin backup --quiet")).toMatchObject({ code: 0 });
});
afterAll(() => place[Symbol.asyncDispose]());

/** @param at counted from the end where it is negative */
async function damaged(at: number): Promise<string> {
  const bytes = await readFile(join(place.home, "backup/log.db"));
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 0x41;
  const name = `byte${at}.db`;
  await writeFile(join(place.home, name), bytes);
  return name;
}

test.each([0, 3, 10, 40, 100, 400, -20, -1])(
  "a query by --last says of one whose byte %i is changed that it is damaged",
  async (at) => {
    const ran = await place.run(`flowg logs query app --backup ${await damaged(at)} --last 1h`);
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(/error: .*byte.*\.db: /);
  },
);

test("a query by --last of FlowG's own backup, which doesn't say when it was made, asks for --from", async () => {
  const backup = join(import.meta.dirname, "../fixtures/flowg-0.24.1");
  const ran = await place.run(`flowg logs query default --backup ${backup} --last 1h`);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("give --from") });
});

test("a salvage says where a snapshot is damaged, and yet no record is lost", async () => {
  const ran = await place.run(`flowg admin salvage ${await damaged(40)} --output saved.db`);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain("the snapshot is damaged, and all of its records are saved");
  expect(ran.stderr).not.toContain("0 records are lost");
});
