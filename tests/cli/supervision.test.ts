// Commands that open databases run in a child, which may die of it: from outside they are one process.

import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { opensDatabases } from "../../cli/opens-databases.js";
import { eventually } from "../eventually.js";
import { isDead, watchedBy } from "../watched-process.js";
import { fakeInstallation, flowg } from "./flowg.js";

const fake = await fakeInstallation();
afterAll(() => fake[Symbol.asyncDispose]());
const { main } = fake;

describe("a child that dies of opening a database", () => {
  test.each(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL"])("by %s is an error", async (signal) => {
    const dir = `die-${signal}`;
    const ran = await flowg(["admin", "role", "list", "--auth-dir", dir], { main });
    expect(ran).toMatchObject({ code: 4, signal: null, stdout: "" });
    expect(ran.stderr).toContain(
      `error: cannot open the auth database in ${dir}: LMDB ended the process (${signal})\nhint: the disk`,
    );
  });

  test("is one JSON object, too", async () => {
    const words = ["admin", "role", "list", "--json", "--auth-dir", "die-SIGSEGV"];
    const ran = await flowg(words, { main });
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.stdout)).toMatchObject({ success: false, code: "DATABASE_UNAVAILABLE" });
  });

  test("says what a restore had done", async () => {
    const restore = async (from: string) =>
      (await flowg(["admin", "restore", "--backup-dir", from], { main })).stderr;
    expect(await restore("die-SIGSEGV")).toContain("(SIGSEGV); nothing was restored\n");
    expect(await restore("after-auth-die-SIGSEGV")).toContain("(SIGSEGV); restored: auth\n");
  });

  test("by SIGKILL reaches the process that started flowg", async () => {
    const ran = await flowg(["admin", "role", "list", "--auth-dir", "die-SIGKILL"], { main });
    expect(ran.signal).toBe("SIGKILL");
  });
});

test.runIf(process.platform === "linux")("a child ends when its parent is killed", async () => {
  let pid: number | undefined;
  const ran = await flowg(["admin", "backup", "--backup-dir", "slow"], {
    main,
    stdin: "",
    onOutput: async (text, child) => {
      if (pid !== undefined || !text.includes("reading")) return;
      pid = 0;
      pid = await watchedBy(child.pid);
      child.kill("SIGKILL");
    },
  });
  expect(ran.signal).toBe("SIGKILL");
  expect(pid).toBeGreaterThan(1);
  await eventually(async () => expect(await isDead(pid as number)).toBe(true));
});

test.runIf(process.platform === "linux").each([
  ["one", {}, "1"],
  ["as many as its variable says", { MALLOC_ARENA_MAX: "3" }, "3"],
])("a command's threads share heaps: %s", async (_, env, expected) => {
  let heaps: string | undefined;
  await flowg(["admin", "backup", "--backup-dir", "slow"], {
    main,
    env,
    stdin: "",
    onOutput: async (text, child) => {
      if (heaps !== undefined || !text.includes("reading")) return;
      heaps = "";
      const variables = await readFile(`/proc/${await watchedBy(child.pid)}/environ`, "utf8");
      heaps = /(?:^|\0)MALLOC_ARENA_MAX=([^\0]*)/.exec(variables)?.[1] ?? "none";
      child.kill("SIGKILL");
    },
  });
  expect(heaps).toBe(expected);
});

test.each([
  ["admin backup", true],
  ["admin restore --backup-dir x --yes", true],
  ["admin role list", true],
  ["admin verify x", false],
  ["admin inspect x", false],
  ["admin backup --help", false],
  ["admin backup -h", false],
  ["admin backup --url http://x", false],
  ["admin backup --url=http://x", false],
  ["admin role create -- --url", true],
  ["admin", false],
  ["admin --help", false],
  ["serve", true],
  ["serve --auth-dir x --help", false],
  ["serve -h", false],
  ["logs query x", false],
  ["version", false],
  ["", false],
])("flowg %s opens databases: %s", (line, opens) => {
  const words = line.split(" ").filter(Boolean);
  expect(opensDatabases(words, {})).toBe(opens);
  if (words[0] === "serve") return;
  // which of the two is meant, a run finds out
  expect(opensDatabases(words, { FLOWG_URL: "http://x" })).toBe(false);
  const there = [...words.slice(0, 2), "--auth-dir=x", ...words.slice(2)];
  expect(opensDatabases(there, { FLOWG_URL: "http://x" })).toBe(opens && words.length > 1);
});
