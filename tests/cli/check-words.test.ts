import { parseArgs } from "citty";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkWords, cittyArgs } from "../../cli/check-words.js";
import type { Args } from "../../cli/command.js";

const ARGS = {
  name: { type: "string", required: true },
  "auth-dir": { type: "string", env: "AUTH_DIR", default: "./data/auth" },
  password: { type: "string", secret: true },
  "dry-run": { type: "boolean", short: "n" },
  verbose: { type: "boolean", env: "VERBOSE" },
} as const satisfies Args;
const REST = { name: "role", description: "" };

/** What a command would get. */
function read(words: string[], env: Record<string, string> = {}) {
  const { rawArgs, origins } = checkWords({ args: ARGS, rest: REST }, words, env);
  const parsed = parseArgs(rawArgs, cittyArgs(ARGS));
  const args = Object.fromEntries(Object.keys(ARGS).map((name) => [name, parsed[name]]));
  return { args, rest: parsed._, origins };
}

describe("the words of a command line", () => {
  test("flag, then environment, then default", () => {
    const env = { AUTH_DIR: "/env", VERBOSE: "true" };
    expect(read(["--name=a"]).args).toEqual({
      name: "a",
      "auth-dir": "./data/auth",
      password: undefined,
      "dry-run": false,
      verbose: false,
    });
    expect(read(["--name=a"], env)).toMatchObject({
      args: { "auth-dir": "/env", verbose: true },
      origins: { name: "flag", "auth-dir": "env", "dry-run": "default" },
    });
    expect(read(["--name=a", "--auth-dir", "/flag", "--no-verbose"], env)).toMatchObject({
      args: { "auth-dir": "/flag", verbose: false },
      origins: { "auth-dir": "flag", verbose: "flag" },
    });
    expect(read(["--name=a"], { AUTH_DIR: "", VERBOSE: "" })).toMatchObject({
      args: { "auth-dir": "./data/auth", verbose: false },
      origins: { "auth-dir": "default" },
    });
  });

  test.each(["1", "t", "T", "TRUE", "true", "True"])("a variable that says %s is true", (text) => {
    expect(read(["--name=a"], { VERBOSE: text }).args.verbose).toBe(true);
  });

  test.each(["0", "yes", "on", "false", "maybe"])("a variable that says %s is false", (text) => {
    expect(read(["--name=a"], { VERBOSE: text }).args.verbose).toBe(false);
  });

  test("a flag that may be given several times has all its values, in their order", () => {
    const many = { to: { type: "string", many: true, env: "TO" } } as const satisfies Args;
    const lists = (words: string[], env = {}) => checkWords({ args: many }, words, env).aside;
    expect(lists(["--to", "b", "--to=a,b"])).toEqual({ to: ["b", "a,b"] });
    expect(lists([], { TO: "x" })).toEqual({ to: ["x"] });
    expect(lists(["--to=y"], { TO: "x" })).toEqual({ to: ["y"] });
    expect(lists([])).toEqual({ to: [] });
  });

  test("a flag may be called no-…", () => {
    const none = { "no-undo": { type: "boolean" } } as const satisfies Args;
    const value = (...words: string[]) => {
      const { rawArgs, aside } = checkWords({ args: none }, words, {});
      return Object.assign(parseArgs(rawArgs, cittyArgs(none)), aside)["no-undo"];
    };
    expect(value("--no-undo")).toBe(true);
    expect(value("--no-undo=true")).toBe(true);
    expect(value("--no-undo=false")).toBe(false);
    expect(value("--no-no-undo")).toBe(false);
    expect(value()).toBe(false);
  });

  test("values may hold =, blanks and dashes", () => {
    expect(read(["--name=--a=b c"]).args.name).toBe("--a=b c");
    expect(read(["--name", "a-b=c"]).args.name).toBe("a-b=c");
    expect(read(["--name", "-"]).args.name).toBe("-");
  });

  test("a password may begin with dashes, as generated ones do, but not be a flag", () => {
    expect(read(["--name=a", "--password", "-x9"]).args.password).toBe("-x9");
    expect(read(["--name=a", "--password", "--x9"]).args.password).toBe("--x9");
    expect(() => read(["--password", "--name", "a"])).toThrow("the flag --password needs a value");
    expect(() => read(["--name", "-x9"])).toThrow("the flag --name needs a value");
  });

  test("messages never repeat the value of a flag", () => {
    for (const words of [
      ["--password=hunter2", "--password=hunter2"],
      ["--pasword=hunter2"],
      ["--dry-run=hunter2"],
      ["--no-verbose=hunter2"],
      ["-phunter2"],
    ]) {
      expect(() => read(words)).toThrow(/^(?!.*hunter2)/);
    }
  });

  test("short flags", () => {
    expect(read(["--name=a", "-n"]).args["dry-run"]).toBe(true);
    expect(() => read(["--name=a", "-nn"])).toThrow("unknown flag -n");
    expect(() => read(["--name=a", "-n", "--dry-run"])).toThrow("--dry-run is given twice");
  });

  test("law: canonical flags give back any value, anywhere among any arguments", () => {
    const text = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(text),
        fc.array(text),
        fc.boolean(),
        (name, password, before, after, dry) => {
          const plain = before.filter((word) => !word.startsWith("-"));
          const words = [...plain, `--name=${name}`, `--password=${password}`];
          if (dry) words.push("--dry-run");
          const { args, rest } = read([...words, "--", ...after]);
          expect(args).toMatchObject({ name, password, "dry-run": dry });
          expect(rest).toEqual([...plain, ...after]);
        },
      ),
    );
  });

  test("law: a word is a flag of ours, an argument, or refused", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("-", "n", "a", "=", "o", "h") })),
        (words) => {
          let result: ReturnType<typeof read>;
          try {
            const { help } = checkWords({ args: ARGS, rest: REST }, ["--name=x", ...words], {});
            if (help) return;
            result = read(["--name=x", ...words]);
          } catch (error) {
            expect(error).toMatchObject({ code: "USAGE" });
            return;
          }
          const end = words.indexOf("--");
          const flags = words.slice(0, end < 0 ? words.length : end);
          const given = [
            ...flags.filter((word) => !word.startsWith("-") || word === "-"),
            ...(end < 0 ? [] : words.slice(end + 1)),
          ];
          expect(result.rest).toEqual(given);
        },
      ),
    );
  });
});
