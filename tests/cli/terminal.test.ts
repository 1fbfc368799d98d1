// Inside a pseudo-terminal: colours, the bar, questions.

import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { answering, fakeInstallation, flowg, type Ran, terminal } from "./flowg.js";

const fake = await fakeInstallation();
afterAll(() => fake[Symbol.asyncDispose]());
const { main } = fake;

// util-linux's; the BSDs have another of that name
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

const SGR = /\x1b\[[0-9;]*m/;

describe.skipIf(!hasScript)("on a terminal", () => {
  test("errors and help have colours, unless NO_COLOR or a dumb terminal", async () => {
    expect((await terminal(["bogus"])).stdout).toContain("\x1b[31m\x1b[1merror:\x1b[22m\x1b[39m");
    expect((await terminal(["help"])).stdout).toMatch(SGR);
    for (const env of [{ NO_COLOR: "1" }, { NO_COLOR: "0" }, { TERM: "dumb" }]) {
      expect((await terminal(["bogus"], { env })).stdout).not.toMatch(SGR);
      expect((await terminal(["help"], { env })).stdout).not.toMatch(SGR);
    }
    expect((await terminal(["help"], { env: { NO_COLOR: "" } })).stdout).toMatch(SGR);
  });

  test("elsewhere nothing has", async () => {
    for (const words of [["bogus"], ["help"], ["admin", "restore"]]) {
      const { stdout, stderr } = await flowg(words, { main });
      expect(stdout + stderr).not.toContain("\x1b");
    }
  });

  test("help is as wide as the terminal, up to a limit", async () => {
    for (const words of [
      ["admin", "restore", "--help"],
      ["admin", "--help"],
    ]) {
      const { stdout } = await terminal(words, { columns: 40 });
      const lines = stdout.replaceAll(/\x1b\[\d+m/g, "").split("\r\n");
      expect(lines.length).toBeGreaterThan(15);
      // only what is to be copied is not broken
      const wide = lines.filter((line) => line.length > 40);
      expect(wide.filter((line) => !line.startsWith("  flowg "))).toEqual([]);
    }
  });

  test("tables that don't fit are lists, and text ends between words", async () => {
    const { stdout } = await terminal(["admin", "backup"], { main, columns: 40 });
    const lines = stdout.replaceAll(/\x1b\[[\d;]*[mK]/g, "").split(/\r\n|\r/);
    expect(lines).toContain("File:     ./backup/auth.db");
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
  });

  test("a bar shows progress, and is gone at the end", async () => {
    const { code, stdout } = await terminal(["admin", "backup"], { main });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\r\x1b\[2Kauth {4}reading {4}\[-+\]/);
    const end = stdout.slice(stdout.lastIndexOf("\r\x1b[2K"));
    expect(end).toMatch(/^\r\x1b\[2K\x1b\[2mdone\x1b\[22m\r\nDatabase {2}File/);
  });

  test("lines show progress on a dumb terminal, nothing with --quiet", async () => {
    const dumb = await terminal(["admin", "backup"], { main, env: { TERM: "dumb" } });
    expect(dumb.stdout).toContain("auth: reading\r\n");
    expect(dumb.stdout).not.toContain("\x1b");
    for (const env of [{ NO_COLOR: "1" }, { CI: "true" }]) {
      const { stdout } = await terminal(["admin", "backup"], { main, env });
      expect(stdout).toContain("auth: reading\r\n");
      expect(stdout).not.toContain("\x1b[2K");
    }
    expect((await terminal(["admin", "backup", "-q"], { main })).stdout).toBe("");
  });

  test("a password is asked for twice and never shown", async () => {
    const onOutput = answering([
      ["Password for bob: ", "hunter2\r"],
      ["Again: ", "hunter2\r"],
    ]);
    const ran = await terminal(["admin", "user", "create", "--name", "bob", "x"], {
      main,
      onOutput,
    });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("bob   [x password-of-7]");
    expect(ran.stdout).not.toContain("hunter");
  });

  test("two passwords that differ are refused", async () => {
    const onOutput = answering([
      ["Password for bob: ", "hunter2\r"],
      ["Again: ", "hunter3\r"],
    ]);
    const ran = await terminal(["admin", "user", "create", "--name", "bob"], { main, onOutput });
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain("the two passwords differ");
    expect(ran.stdout).not.toContain("hunter");
  });

  test("Ctrl-C at a question stops with 130", async () => {
    const words = ["admin", "user", "create", "--name", "bob"];
    const hidden = await terminal(words, { main, onOutput: answering([["bob: ", "abc\x03"]]) });
    expect(hidden.code).toBe(130);
    expect(hidden.stdout).toContain("stopped by Ctrl-C\r\n");
    const onOutput = answering([["[y/N] ", "\x03"]]);
    const plain = await terminal(["admin", "restore", "--replace"], { main, onOutput });
    expect(plain.code).toBe(130);
    expect(plain.stdout).not.toContain("restored in");
  });

  describe("--replace", () => {
    const replace = (keys: string): Promise<Ran> =>
      terminal(["admin", "restore", "--replace"], {
        main,
        env: { NO_COLOR: "1" },
        onOutput: answering([["[y/N] ", keys]]),
      });

    test.each(["y\r", "yes\r", " Y \r"])(
      "goes on after %j, having shown what it would do",
      async (keys) => {
        const { code, stdout } = await replace(keys);
        expect(code).toBe(0);
        const question = stdout.indexOf("Replace the contents of these databases? [y/N]");
        expect(stdout.slice(0, question)).toContain("dry run: nothing was written");
        expect(stdout.slice(question)).toContain("3 databases restored in");
      },
    );

    test.each(["n\r", "\r", "yesterday\r", "\x04"])("does nothing after %j", async (keys) => {
      const { code, stdout } = await replace(keys);
      expect([5, 130]).toContain(code);
      expect(stdout).not.toContain("restored in");
    });

    test("asks nothing with --yes or --dry-run", async () => {
      for (const flag of ["--yes", "--dry-run"]) {
        const { code, stdout } = await terminal(["admin", "restore", "--replace", flag], { main });
        expect(code).toBe(0);
        expect(stdout).not.toContain("[y/N]");
      }
    });
  });
});
