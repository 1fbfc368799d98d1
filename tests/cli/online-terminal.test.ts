// Inside a pseudo-terminal, on a server: the login's questions, and the confirmation of a restore.

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";
import { answering, terminal } from "./flowg.js";

const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

describe.skipIf(!hasScript)("on a terminal", () => {
  let server: TestServer;
  let home: string;
  beforeAll(async () => {
    server = await startServer();
    home = await mkdtemp(join(tmpdir(), "flowg-terminal-"));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const run = (words: string[], answers: [string, string][]) =>
    terminal([...words, "--url", server.url], {
      cwd: home,
      env: { HOME: home },
      onOutput: answering(answers),
    });

  test("login asks for name and password, and never shows the password", async () => {
    const ran = await run(
      ["login"],
      [
        ["User name: ", "root\r"],
        ["Password for root: ", `${ROOT_PASSWORD}\r`],
      ],
    );
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`Logged in to ${server.url} as root`);
    expect(ran.stdout).not.toContain(ROOT_PASSWORD);
    const logins = JSON.parse(await readFile(join(home, ".config/flowg/logins.json"), "utf8"));
    expect(logins[server.url]).toMatchObject({ username: "root" });
  });

  test("a restore shows its dry run and asks; only yes restores", async () => {
    expect((await run(["admin", "backup"], [])).code).toBe(0);
    await server.must("/transformers/late", { method: "PUT", json: { script: "x" } });
    const question = "Replace the contents of these databases? [y/N] ";
    const restore = ["admin", "restore", "--replace"];

    const no = await run(restore, [[question, "n\r"]]);
    expect(no.code).toBe(5);
    expect(no.stdout).toContain("not confirmed; nothing was changed");
    expect((await server.must("/transformers")).body.transformers).toEqual(["late"]);

    const yes = await run(restore, [[question, "yes\r"]]);
    expect(yes.code).toBe(0);
    const [shown = "", done = ""] = yes.stdout.split(question);
    expect(shown).toMatch(/config +transformer +0 +0 +0 +0 +1/);
    expect(shown).toContain("dry run: nothing was written");
    expect(done).toContain("3 databases restored");
    expect((await server.must("/transformers")).body.transformers).toEqual([]);
  });

  test("a merge is asked for, too", async () => {
    const ran = await run(["admin", "restore"], [["Restore into these databases? [y/N] ", "\r"]]);
    expect(ran.code).toBe(5);
  });
});
