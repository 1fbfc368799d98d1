// What differs between two backups, compared with a model that holds both in memory.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backupAt, diffBackups } from "../../../server/core.js";
import type { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { flowg } from "../../cli/flowg.js";
import { type AllContents, anyContents, type Contents } from "../offline/contents.js";
import { writeBackup } from "./model.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-diff-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const CHANGES = ["added", "removed", "changed"] as const;

function model(before: Contents, after: Contents) {
  const kinds: Record<string, Record<string, unknown>> = {};
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  for (const what of CHANGES)
    for (const key of keys) {
      const [old, now] = [before.get(key), after.get(key)];
      const is = old === undefined ? "added" : now === undefined ? "removed" : "changed";
      if (old === now || is !== what) continue;
      const [kind = "", ...names] = Buffer.from(key, "hex").toString().split("\x1b");
      kinds[kind] ??= {
        added: 0,
        removed: 0,
        changed: 0,
        names: { added: [], removed: [], changed: [] },
      };
      const of = kinds[kind] as Record<string, number> & { names: Record<string, string[]> };
      of[what] = (of[what] as number) + 1;
      if (kind !== "entry") of.names[what]?.push(names.join(" "));
    }
  return kinds;
}

describe("the difference of two backups", () => {
  it("is what came, went and changed, whatever blocks they are in", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyContents,
        anyContents,
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
        fc.nat(2),
        async (a, b, [atOnce, other], overlap) => {
          const after = overlap === 0 ? a : overlap === 1 ? b : both(a, b);
          await writeBackup(join(home, "a"), a, atOnce);
          await writeBackup(join(home, "b"), after, other);
          const [one, two] = [await backupAt(join(home, "a")), await backupAt(join(home, "b"))];
          const report = await diffBackups(one, two);
          for (const { database, kinds, equal, streams } of report.databases) {
            const expected = model(a[database], after[database]);
            expect(kinds).toEqual(expected);
            expect(equal).toBe(Object.keys(expected).length === 0);
            const sum = (what: (typeof CHANGES)[number]) =>
              streams.reduce((total, stream) => total + stream[what], 0);
            for (const what of CHANGES) expect(sum(what)).toBe(expected.entry?.[what] ?? 0);
          }
          expect(report.equal).toBe(report.databases.every(({ equal }) => equal));
          if (overlap === 0) expect(report.equal).toBe(true);
        },
      ),
      { numRuns: 30, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false },
    );
  });

  it("is told with an exit code of its own, and not at all where one is damaged", async () => {
    const empty: AllContents = { auth: new Map(), config: new Map(), logs: new Map() };
    const hex = (text: string) => Buffer.from(text).toString("hex");
    const script = (text: string) => new Map([[hex("transformer\x1bparse"), hex(text)]]);
    const [a, b] = [join(home, "a"), join(home, "b")];
    await writeBackup(a, { ...empty, config: script("secret one") }, 1);
    await writeBackup(b, { ...empty, config: script("secret two") }, 1);
    expect(await flowg(["snapshots", "diff", a, a])).toMatchObject({
      code: 0,
      stdout: `auth, config, logs: the same in ${a} and ${a}\n`,
    });
    const differs = await flowg(["snapshots", "diff", a, b]);
    expect(differs).toMatchObject({ code: 11, stderr: "" });
    expect(differs.stdout).toContain("transformer changed: parse");
    expect(differs.stdout).not.toContain("secret");
    const json = await flowg(["snapshots", "diff", `${a}/config.db`, `${b}/config.db`, "--json"]);
    expect(json.code).toBe(11);
    expect(JSON.parse(json.stdout)).toMatchObject({
      success: true,
      equal: false,
      databases: [{ database: "config", kinds: { transformer: { changed: 1 } } }],
    });
    await rm(join(b, "auth.db"));
    const fewer = await flowg(["snapshots", "diff", a, b]);
    expect(fewer).toMatchObject({
      code: 11,
      stdout: expect.stringContaining(`auth: only in ${a}`),
    });
    const bytes = await readFile(join(b, "log.db"));
    await writeFile(join(b, "log.db"), bytes.subarray(0, -1));
    expect(await flowg(["snapshots", "diff", a, b])).toMatchObject({ code: 3, stdout: "" });
    expect(await flowg(["snapshots", "diff", a, join(home, "c")])).toMatchObject({ code: 8 });
  });
});

/** a, with b's records added, and some of a's gone or with other values. */
function both(a: AllContents, b: AllContents): AllContents {
  const mix = (kind: (typeof DATABASE_KINDS)[number]): Contents => {
    const own = [...a[kind]].filter((_, n) => n % 3 !== 0);
    const merged = new Map([...own, ...b[kind]]);
    return new Map([...merged].sort(([x], [y]) => (x < y ? -1 : 1)));
  };
  return { auth: mix("auth"), config: mix("config"), logs: mix("logs") };
}
