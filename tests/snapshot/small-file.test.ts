// A small file is worked on in the reader's own thread at first, and may be more than it seems.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fieldKey } from "../../server/database/records.js";
import { isSmallFile } from "../../server/snapshot/small-file.js";
import { flowg } from "../cli/flowg.js";
import { fixedHeader, makeSnapshot, type Pair } from "./make-snapshot.js";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-small-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const block = (b: number): Pair[] =>
  Array.from({ length: 8_000 }, (_, n) => ({
    key: fieldKey("s", `${"x".repeat(80)}${String(b * 8_000 + n).padStart(8, "0")}`),
    value: Buffer.alloc(0),
  }));

test.each([
  ["stays small", 2],
  ["expands to more than is done here", 12],
])("a small file that %s", async (_what, blocks) => {
  const bytes = await makeSnapshot(
    Array.from({ length: blocks }, (_, b) => block(b)),
    fixedHeader("logs"),
  );
  const path = join(home, `${blocks}.db`);
  await writeFile(path, bytes);
  if (blocks === 2) expect(await isSmallFile(path)).toBe(true);
  // a process of its own: in this one the thread that compresses runs
  const ran = await flowg(["admin", "inspect", path, "--json"]);
  expect(ran).toMatchObject({ code: 0 });
  const report = JSON.parse(ran.stdout);
  expect(report).toMatchObject({
    entries: 8_000 * blocks,
    blocks,
    kinds: { field: 8_000 * blocks },
  });
  // changed near its end, whoever looks at that part
  const changed = Buffer.from(bytes);
  const at = Math.floor(bytes.length * 0.9);
  changed[at] = (changed[at] as number) ^ 1;
  await writeFile(path, changed);
  const refused = await flowg(["admin", "verify", path, "--json"]);
  expect(JSON.parse(refused.stdout)).toMatchObject({ success: false, code: "SNAPSHOT_CORRUPT" });
});
