// The README is true: its commands are run, one after the other, as a reader would, and print what it says they print;
// its tables say what the program says.

import { spawn } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Args, isFlag } from "../cli/command.js";
import { restore } from "../cli/commands/admin/restore.js";
import { serve } from "../cli/commands/serve.js";
import { EXIT_CODE_MEANINGS } from "../cli/exit-codes.js";
import { HTTP_STATUS } from "../server/api/status.js";
import { BUILT } from "./cli/flowg.js";
import { freePort } from "./free-port.js";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const README = await readFile(join(PROJECT, "README.md"), "utf8");

interface Block {
  line: number;
  commands: string;
  /** What it prints, if the README says. */
  prints: string | undefined;
  /** What runs it instead. */
  runBy: string | undefined;
}

const blocks = readBlocks();
const missing = await missingTools(["bash", "curl", "jq", "openssl", "tar", "zstd"]);

// CI has these; a machine with nothing but Node.js still passes
describe.skipIf(missing.length > 0 && !process.env.CI)("the README's commands", () => {
  const here = blocks.filter(({ runBy }) => !runBy);
  const printed = new Map<Block, string>();
  let end = "";

  beforeAll(async () => {
    await using reader = await makeReader();
    end = await reader.run(here, printed);
  }, 180_000);

  it.each(here.map((block) => [block.line, block] as const))("run: line %i", (_, block) => {
    const found = printed.get(block);
    if (found === undefined) throw new Error(`${block.commands}\ndid not end well:\n${end}`);
    if (block.prints !== undefined) expect(constant(found)).toBe(constant(block.prints));
  });
});

it("says of each command that is not run here what runs it", async () => {
  const others = blocks.filter(({ runBy }) => runBy);
  expect(others.length).toBeLessThan(blocks.length / 4);
  // `npm run check` is made of others
  const scripts = await readFile(join(PROJECT, "package.json"), "utf8");
  for (const { runBy = "", commands } of others) {
    const text = scripts + (await readFile(join(PROJECT, runBy), "utf8"));
    for (const command of commands.trim().split(" && ")) expect(text).toContain(command);
  }
});

describe("the README's tables", () => {
  it("have every exit code", () => {
    const rows = Object.entries(EXIT_CODE_MEANINGS).map(([code, text]) => `| ${code} | ${text} |`);
    expect(rowsUnder("| code | meaning |")).toEqual(rows);
  });

  it("have every error code beside its status", () => {
    const byStatus = new Map<number, string[]>();
    for (const [code, status] of Object.entries(HTTP_STATUS)) {
      byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\``]);
    }
    const rows = [...byStatus].map(([status, codes]) => `| ${status} | ${codes.join(", ")} |`);
    expect(rowsUnder("| status | codes |")).toEqual(rows);
  });

  it("have every flag of serve and restore that has a variable, and its default", () => {
    const settings = README.slice(README.indexOf("## Settings"), README.indexOf("## The snapshot"));
    for (const args of [serve.args as Args, restore.args as Args]) {
      for (const [name, flag] of Object.entries(args)) {
        if (!isFlag(flag) || flag.env === undefined) continue;
        const row = settings.split("\n").find((line) => line.includes(`\`${flag.env}\``)) ?? "";
        expect(row, `no row of README's settings names ${flag.env}`).not.toBe("");
        expect(row).toContain(`\`--${name}\``);
        if (flag.type === "string" && flag.default) expect(row).toContain(`\`${flag.default}\``);
      }
    }
  });

  it("name metrics that exist", async () => {
    const source = await readFile(join(PROJECT, "server/http/metrics.ts"), "utf8");
    const named = [...README.matchAll(/`(flowg_[a-z_]+)`/g)].map(([, name]) => name as string);
    expect(named.length).toBeGreaterThan(5);
    const written = source.replaceAll(/\$\{direction\}/g, "backup");
    for (const name of named) expect(written).toMatch(new RegExp(`["\`]${name}["\`]`));
  });
});

/** A table's rows, so that a difference shows the row and not the whole README. */
function rowsUnder(head: string): string[] {
  const lines = README.split("\n");
  const first = lines.indexOf(head);
  if (first < 0) throw new Error(`README has no table that begins with ${head}`);
  const rest = lines.slice(first + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith("|")),
  );
}

/** What differs from run to run, made the same. */
function constant(text: string): string {
  return (
    text
      .trim()
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
      .replace(/\b[0-9a-f]{64}\b/g, "<sha256>")
      .replace(/\b[\d.]+ (ms|s)\b/g, "<duration>")
      // hashes differ, and so does what they are compressed to
      .replace(/\b[\d.]+( [KM]i)?( ?B|x)\b/g, "<size>")
      .replace(/ {2,}/g, "  ")
  );
}

function readBlocks(): Block[] {
  const fence =
    /(?:<!-- run by (\S+) -->\n)?^( *)```sh\n([\s\S]*?)^ *```\n(?:\n *```text\n([\s\S]*?)^ *```)?/gm;
  return [...README.matchAll(fence)].map(
    ({ index, 1: runBy, 2: indent = "", 3: text = "", 4: prints }) => ({
      line: README.slice(0, index).split("\n").length,
      commands: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      prints: prints?.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      runBy,
    }),
  );
}

async function missingTools(tools: readonly string[]): Promise<string[]> {
  const places = (process.env.PATH ?? "").split(delimiter);
  const found = await Promise.all(
    tools.map((tool) =>
      Promise.any(places.map((place) => access(join(place, tool)))).then(
        () => true,
        () => false,
      ),
    ),
  );
  return tools.filter((_, index) => !found[index]);
}

/** A reader with a terminal in an empty directory, with `flowg` on the path and a backup that FlowG made. */
async function makeReader() {
  const home = await mkdtemp(join(tmpdir(), "flowg-readme-"));
  const wrapper = join(home, "bin/flowg");
  await cp(join(PROJECT, "tests/fixtures/flowg-0.24.1"), join(home, "work/flowg-backup"), {
    recursive: true,
  });
  await mkdir(join(home, "bin"));
  const start = `#!/bin/sh\nexec '${process.execPath}' '${BUILT}' "$@"\n`;
  await writeFile(wrapper, start, { mode: 0o755 });
  const [http, management] = [await freePort(), await freePort()];

  /** The blocks as one script: what a block sets, the next one has. */
  function script(all: readonly Block[]): string {
    const lines = ["set -euo pipefail", "server=", "trap 'kill $server 2>/dev/null || :' EXIT"];
    for (const [index, { commands }] of all.entries()) {
      const text = commands.replaceAll(":5080", `:${http}`).replaceAll(":9113", `:${management}`);
      lines.push(`echo '@@ ${index}'`);
      if (!/^flowg serve/m.test(text)) {
        lines.push(text);
        continue;
      }
      // in the second terminal, instead of the one that is there
      lines.push('[ -z "$server" ] || { kill $server; wait $server; }');
      lines.push(`${text.trim()} > server.log 2>&1 &`, "server=$!");
      const health = `http://localhost:${management}/health`;
      lines.push(
        `curl -fsS --retry 100 --retry-delay 1 --retry-connrefused ${health} > /dev/null 2>&1`,
      );
    }
    lines.push(`echo '@@ ${all.length}'`);
    return lines.join("\n");
  }

  return {
    /** Runs the blocks; notes what each that succeeded has printed. Gives all that was said. */
    async run(all: readonly Block[], printed: Map<Block, string>): Promise<string> {
      const child = spawn("bash", ["-c", script(all)], {
        cwd: join(home, "work"),
        env: {
          PATH: `${join(home, "bin")}${delimiter}${process.env.PATH}`,
          HOME: home,
          FLOWG_HTTP_BIND_ADDRESS: `localhost:${http}`,
          FLOWG_MGMT_BIND_ADDRESS: `localhost:${management}`,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      await new Promise((resolve) => child.on("close", resolve));
      const parts = stdout.split(/^@@ \d+\n/m).slice(1);
      // the last one that began is the one that failed, or the end
      for (const [index, text] of parts.slice(0, -1).entries())
        printed.set(all[index] as Block, text);
      return `${parts.at(-1)}\n${stderr.slice(-2000)}`;
    },
    async [Symbol.asyncDispose]() {
      await rm(home, { recursive: true, force: true });
    },
  };
}
