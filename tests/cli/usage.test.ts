// Mistakes on the command line, for every command there is. None may get as far as a database: all run in
// a directory without any, and would exit with 4 instead.

import { describe, expect, test } from "vitest";
import { type Flag, isFlag } from "../../cli/command.js";
import { commands, type Found } from "./command-tree.js";
import { flowg, flowgHere, type Ran } from "./flowg.js";

/** Words that satisfy what a command requires. */
function needed({ node }: (typeof commands)[number]): string[] {
  return Object.entries(node.args).flatMap(([name, arg]) => {
    if (!isFlag(arg)) return arg.required === false ? [] : ["something"];
    return arg.required ? [`--${name}`, "something"] : [];
  });
}

function expectUsageError(ran: Ran, found: Found, message: string): void {
  expect(ran.stderr.split("\n")).toEqual([
    `error: ${message}`,
    expect.stringMatching(`^hint: .*see \`flowg ${found.words.join(" ")} --help\`$`),
    "",
  ]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
}

const cases = commands.map((found) => {
  const texts = Object.entries(found.node.args).filter(
    (entry): entry is [string, Flag] => isFlag(entry[1]) && entry[1].type === "string",
  );
  return [found.words.join(" "), { ...found, texts }] as const;
});

describe.each(cases)("flowg %s", (_name, found) => {
  const { words, node, texts } = found;
  const enough = [...words, ...needed(found)];

  test("refuses unknown flags, naming the nearest", async () => {
    const words = [...enough, "--jsn"];
    // the others are tried in this process
    expect(await flowg(words)).toEqual(await flowgHere(words));
    expectUsageError(
      await flowgHere([...enough, "--jsn"]),
      found,
      "unknown flag --jsn; did you mean --json?",
    );
    expectUsageError(await flowgHere([...enough, "--bogus=secret"]), found, "unknown flag --bogus");
    expectUsageError(await flowgHere([...enough, "-x"]), found, "unknown flag -x");
    expectUsageError(await flowgHere([...enough, "--no-bogus"]), found, "unknown flag --no-bogus");
  });

  test("refuses flags given twice", async () => {
    expectUsageError(
      await flowgHere([...enough, "--json=false", "--json=false"]),
      found,
      "the flag --json is given twice",
    );
    for (const [name, arg] of texts.filter(([, arg]) => !arg.many)) {
      const once = arg.required ? [] : [`--${name}=a`];
      expectUsageError(
        await flowgHere([...enough, ...once, `--${name}=b`]),
        found,
        `the flag --${name} is given twice`,
      );
    }
  });

  test("refuses missing flags, arguments and values", async () => {
    const [first = ""] = needed(found);
    if (first !== "") {
      const positional = Object.keys(node.args).find((name) => !isFlag(node.args[name] as Flag));
      const missing = first.startsWith("--")
        ? `the flag ${first} is missing`
        : `the argument ${positional?.toUpperCase()} is missing`;
      expectUsageError(await flowgHere(words), found, missing);
    }
    for (const [name, { bare }] of texts.filter(([, arg]) => !arg.required)) {
      if (bare !== undefined) continue;
      const message = `the flag --${name} needs a value`;
      expectUsageError(await flowgHere([...enough, `--${name}`]), found, message);
      expectUsageError(await flowgHere([...enough, `--${name}`, "--quiet"]), found, message);
      expectUsageError(
        await flowgHere([...enough, `--${name}=`]),
        found,
        `the flag --${name} has an empty value`,
      );
    }
  });

  test("has --no- for booleans only, and no values for them", async () => {
    expectUsageError(
      await flowgHere([...enough, "--json=yes"]),
      found,
      "the flag --json takes no value but true or false",
    );
    for (const [name] of texts) {
      expectUsageError(
        await flowgHere([...enough, `--no-${name}`]),
        found,
        `--no-${name}: the flag --${name} takes a value, so it has no --no- form`,
      );
    }
  });

  test.skipIf(node.rest)("refuses surplus arguments", async () => {
    // those that may be left out have a place, too
    const optional = Object.values(node.args).filter(
      (arg) => !isFlag(arg) && arg.required === false,
    );
    const full = [...enough, ...optional.map(() => "something")];
    expectUsageError(
      await flowgHere([...full, "surplus"]),
      found,
      'the argument "surplus" is one too many',
    );
    expectUsageError(
      await flowgHere([...full, "--", "--quiet"]),
      found,
      'the argument "--quiet" is one too many',
    );
  });
});

describe("flowg", () => {
  test.each([
    [["amdin"], "unknown command amdin; did you mean admin?", "flowg"],
    [["admin", "restor"], "unknown command restor; did you mean restore?", "flowg admin"],
    [["admin", "role", "frobnicate"], "unknown command frobnicate", "flowg admin role"],
    // where a group can list, flags alone are flags of that
    [["snapshots", "--repo", "x"], "unknown flag --repo", "flowg snapshots list"],
    [["--json", "version"], "unknown flag --json: flowg takes a command first", "flowg"],
    [["constructor"], "unknown command constructor", "flowg"],
    [["inspect"], "unknown command inspect; did you mean admin inspect?", "flowg"],
  ])("refuses %j", async (words, message, parent) => {
    const ran = await flowg(words);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe(`error: ${message}\nhint: see \`${parent} --help\`\n`);
  });

  test("refuses databases that --only does not know", async () => {
    const ran = await flowg(["admin", "restore", "--only", "auth,lgs"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('unknown database "lgs"; did you mean "logs"?');
  });
});
