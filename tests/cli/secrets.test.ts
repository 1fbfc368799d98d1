import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { fakeInstallation, flowg } from "./flowg.js";

const fake = await fakeInstallation();
afterAll(() => fake[Symbol.asyncDispose]());
const { main } = fake;
const create = ["admin", "user", "create", "--name", "bob"];

describe("a password", () => {
  test("is taken from the command line, and never printed", async () => {
    const ran = await flowg([...create, "--password", "hunter2", "role"], { main });
    expect(ran).toMatchObject({ code: 0, stdout: "Name  Roles\nbob   [role password-of-7]\n" });
    expect(ran.stdout + ran.stderr).not.toContain("hunter2");
  });

  test.each([
    ["hunter2", 7],
    ["hunter2\n", 7],
    ["hunter2\r\n", 7],
    [" two lines\nof it \n\n", 18],
    ["pässwörd", 10],
  ])("is taken from stdin: %j", async (stdin, bytes) => {
    const ran = await flowg([...create, "--password-stdin"], { main, stdin });
    expect(ran).toMatchObject({ code: 0, stdout: `Name  Roles\nbob   [password-of-${bytes}]\n` });
  });

  test.each([
    [["--password-stdin"], "", "there is no password on stdin"],
    [["--password-stdin"], "\n", "there is no password on stdin"],
    [["--password-stdin"], "x".repeat(5000), "the password on stdin is longer than 4096 bytes"],
    [
      ["--password-stdin", "--password=hunter2"],
      "x",
      "--password and --password-stdin exclude each other",
    ],
    [[], "hunter2\n", "the password is missing, and there is no terminal to ask at"],
    [["--password="], "", "the flag --password has an empty value"],
    [["--password=hunter2", "--password=hunter2"], "", "the flag --password is given twice"],
    [["--pasword=hunter2"], "", "unknown flag --pasword; did you mean --password?"],
  ])("%j with %j on stdin is refused, unseen", async (words, stdin, message) => {
    const ran = await flowg([...create, ...words], { main, stdin });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`error: ${message}\n`);
    expect(ran.stdout + ran.stderr).not.toContain("hunter2");
  });

  test.runIf(process.platform === "linux")("soon leaves the list of processes", async () => {
    let seen = "";
    const words = [...create, "--password=hunter2", "--auth-dir=slow"];
    const ran = await flowg(words, {
      main,
      stdin: "",
      onOutput: async (text, child) => {
        if (!text.includes("auth database")) return;
        seen = await readFile(`/proc/${child.pid}/cmdline`, "utf8");
        child.kill("SIGKILL");
      },
    });
    expect(ran.signal).toBe("SIGKILL");
    expect(seen).toContain("flowg");
    expect(seen).not.toContain("hunter2");
  });
});

test("a token is on stdout only", async () => {
  const ran = await flowg(["admin", "token", "create", "--user", "root"], { main });
  expect(ran.stderr).not.toContain("pat_");
});

test("no help has a value for a secret", async () => {
  const { stdout } = await flowg(["admin", "user", "create", "--help"]);
  expect(stdout).toMatch(/--password TEXT +the password\n/);
});
