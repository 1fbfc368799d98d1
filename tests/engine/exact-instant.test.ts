// A snapshot holds no change that is later than its time, however slow the machine is while the instant is found.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { holdOneInstant } from "../../server/engine/lmdb/walk/instant.js";

it("has a time that had come when the last read transaction began", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-exact-instant-"));
  try {
    await using auth = await openDatabase({ kind: "auth", dir: home, mode: "create" });
    const { records } = auth;
    const begin = records.useReadTransaction.bind(records);
    let late: number | undefined;
    records.useReadTransaction = () => {
      const until = Date.now() + 1;
      while (late === undefined && Date.now() <= until);
      late ??= Date.now();
      return begin();
    };
    const { held, at } = holdOneInstant(new Map([["auth", auth]]));
    for (const transaction of held.values()) transaction.done();
    expect(at).toBeGreaterThanOrEqual(late as unknown as number);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
