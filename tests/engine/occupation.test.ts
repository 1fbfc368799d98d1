// Locks on its data file tell which other processes have a database open.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Occupation } from "../../server/engine/lmdb/occupation.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { hasLocks, tryLock } from "../../server/platform/files/file-lock.js";
import { workspace } from "../operations/offline/contents.js";

const space = await workspace();
afterAll(() => space[Symbol.asyncDispose]());
const place = { kind: "logs", dir: join(space.path, "logs") } as const;
/** The place that `engine/lmdb/occupation` gives. */
const PROCESSES_AT = 2 ** 52 + 1;

beforeAll(async () => {
  await (await openDatabase({ ...place, mode: "create" })).close();
});

describe.runIf(hasLocks())("locks of a database", () => {
  it("a server is alone until a process with a lower or a higher number has the database open", () => {
    using occupation = Occupation.takeAsServer(place);
    expect(occupation?.isAlone()).toBe(true);
    for (const pid of [1, process.pid - 1, process.pid + 1, 2 ** 22]) {
      const other = openSync(join(place.dir, "data.mdb"), "r+");
      expect(tryLock(other, { at: PROCESSES_AT + pid })).toBe("taken");
      expect(occupation?.isAlone()).toBe(false);
      closeSync(other);
      expect(occupation?.isAlone()).toBe(true);
    }
  });

  it("a server is refused while there is another, and while its files are put aside", () => {
    for (const take of ["takeAsServer", "keepServersOut"] as const) {
      using _ = Occupation[take](place);
      const details = { isServed: true };
      for (const next of ["takeAsServer", "keepServersOut"] as const)
        expect(() => Occupation[next](place)).toThrow(expect.objectContaining({ details }));
    }
    using _ = Occupation.takeAsServer(place);
  });

  it("a lock ends with its process, however that ends", async () => {
    const script = `const { Occupation } = await import(${JSON.stringify(import.meta.resolve("../../dist/server/engine/lmdb/occupation.js"))});
    Occupation.takeAsServer(${JSON.stringify(place)}); console.log("taken"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    await once(child.stdout, "data");
    expect(() => Occupation.takeAsServer(place)).toThrow("another server has");
    child.kill("SIGKILL");
    await once(child, "exit");
    using occupation = Occupation.takeAsServer(place);
    expect(occupation?.isAlone()).toBe(true);
  });
});
