import { afterAll, describe, expect, test } from "vitest";
import { EXIT_CODE_MEANINGS, EXIT_CODES } from "../../cli/exit-codes.js";
import { ERROR_CODES } from "../../server/platform/errors.js";
import { fakeInstallation, flowg } from "./flowg.js";

const fake = await fakeInstallation();
afterAll(() => fake[Symbol.asyncDispose]());

describe("exit codes", () => {
  test("cover every error code, and each has a meaning", () => {
    // the CLI's own, and what only the SDK meets
    const network = ["ANSWER_UNEXPECTED", "CONNECTION_FAILED", "REDIRECTED", "TIMEOUT"];
    const codes = [
      ...Object.keys(ERROR_CODES),
      ...network,
      "DRILL_FAILED",
      "PARTLY_STORED",
      "STUCK",
      "USAGE",
    ];
    expect(Object.keys(EXIT_CODES).sort()).toEqual(codes.sort());
    for (const code of Object.values(EXIT_CODES)) {
      expect(EXIT_CODE_MEANINGS[code]).toBeTruthy();
      expect(code).not.toBe(0);
    }
  });

  test.each(Object.keys(ERROR_CODES).filter((code) => code !== "INTERNAL"))(
    "%s: one line, a hint and its code",
    async (code) => {
      const words = ["admin", "backup", "--quiet", `--backup-dir=throw-${code}`];
      expect(await flowg(words, { main: fake.main })).toEqual({
        code: EXIT_CODES[code as keyof typeof ERROR_CODES],
        signal: null,
        stdout: "",
        stderr: `error: asked for ${code}\nhint: ask for something else\n`,
      });
    },
  );

  test("1 for a fault, in one line without a stack", async () => {
    const ran = await flowg(["admin", "verify", "fault"], { main: fake.main });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe(
      "error: unexpected fault: x is not\\na function\n" +
        "hint: run it again with FLOWG_DEBUG=1 to see where, and report it\n",
    );
  });

  test("1 for a fault that nobody could catch", async () => {
    const words = ["admin", "backup", "-q", "--backup-dir=late"];
    const ran = await flowg(words, { main: fake.main });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^error: unexpected fault: [^\n]*\nhint: [^\n]*\n$/);
  });

  test("FLOWG_DEBUG=1 shows where a fault came from and what caused it, but not for other errors", async () => {
    const env = { FLOWG_DEBUG: "1" };
    const fault = await flowg(["admin", "verify", "fault"], { main: fake.main, env });
    expect(fault.code).toBe(1);
    expect(fault.stderr).toContain("TypeError: x is not");
    expect(fault.stderr).toMatch(/ at .*core\.js/);
    expect(fault.stderr).toContain("Error: inner");
    const refused = await flowg(["admin", "verify", "throw-REFUSED"], { main: fake.main, env });
    expect(refused.stderr.split("\n")).toHaveLength(3);
  });
});
