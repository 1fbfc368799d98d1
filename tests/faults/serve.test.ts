// The server meets faults of system calls, at its first start and while it works. It fails in words or goes on, loses nothing
// that it has answered for, and afterwards works as if there had been no fault. See faults.test.ts.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { spawnServer } from "../http/server-process.js";
import { cleanFirstStart, firstStart } from "./first-start.js";
import { buildLibrary } from "./library.js";
import { Served } from "./served.js";
import { ENV } from "./server.js";
import { LONG, placeIn, tryAll, tryServed } from "./try-served.js";
import { compaction, everything } from "./works.js";

const space = await mkdtemp(join(tmpdir(), "flowg-serve-faults-"));
const library = buildLibrary(space);
const template = join(space, "template");
const backup = join(space, "backup");

beforeAll(async () => {
  if ("without" in library) return;
  // databases with something in them, and a backup of them
  const server = await spawnServer(template, { env: ENV });
  server.child.kill("SIGTERM");
  await server.exited;
  const dirs = ["auth", "config", "log"].flatMap((name) => [`--${name}-dir`, join(template, name)]);
  const made = await flowg(["admin", "backup", "--backup-dir", backup, ...dirs]);
  if (made.code !== 0) throw new Error(made.stderr);
});
afterAll(() => rm(space, { recursive: true, force: true }));

describe("a server with faults of system calls", () => {
  test("at its first start", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    const { path } = library;
    const place = (name: string) => placeIn(join(space, "first"), { library: path, name });
    const left = await cleanFirstStart(await place("calls"));
    await tryAll("a first start", left.faults, {
      tries: async (n) => {
        const at = await place(String(n));
        return { try: (fault) => firstStart({ ...at, fault }, left), end: async () => [] };
      },
    });
  });

  test("while it works", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    await tryServed("a server at work", {
      library: library.path,
      space: join(space, "running"),
      template,
      newWork: (beside) => everything({ backup, beside }),
    });
  });

  test("while it compacts a database", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    await tryServed("an online compaction", {
      library: library.path,
      space: join(space, "compacting"),
      template,
      newWork: compaction,
    });
  });

  test("that strike the last page of a commit ends itself, and loses nothing", {
    timeout: LONG,
  }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    const at = await placeIn(space, { library: library.path, name: "last page" });
    const server = new Served(at, template, () => everything({ backup, beside: at.beside }));
    for (let write = 1; ; write++) {
      const name = `write ${write} ENOSPC+`;
      const fault = { call: "write", at: write, deed: "ENOSPC", forEver: true, name } as const;
      const { wrong, hasGivenUp } = await server.try(fault);
      expect(wrong).toEqual([]);
      if (hasGivenUp) break;
      // a commit of one log has fewer pages
      expect(write).toBeLessThan(9);
    }
    expect(await server.end()).toEqual([]);
  });
});
