// The documents are true: their commands are run, one after the other, as a reader would, and print what the documents say
// they print; their tables say what the program says; their links lead somewhere, in the package as well.

import { spawn } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Args, isFlag } from "../cli/command.js";
import { restore } from "../cli/commands/admin/restore.js";
import { serve } from "../cli/commands/serve.js";
import { EXIT_CODE_MEANINGS } from "../cli/exit-codes.js";
import { HTTP_STATUS } from "../server/api/status.js";
import { RECORD_KINDS } from "../server/records/kinds.js";
import { BUILT } from "./cli/flowg.js";
import { constant } from "./constant.js";
import { freePort } from "./free-port.js";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const DOCUMENTS = [
  "README.md",
  "server/README.md",
  "cli/README.md",
  "sdk/README.md",
  "server/engine/README.md",
  "server/operations/README.md",
  "server/repository/README.md",
  "server/formats/snapshot/README.md",
  "tests/bench/README.md",
  "tests/faults/README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
];
/** Each reads README first, and then its documents; the file's few commands change nothing for others. */
const READERS = [
  {
    documents: ["README.md", "server/formats/snapshot/README.md", "server/repository/README.md"],
  },
  { documents: ["server/README.md"] },
  { documents: ["cli/README.md"] },
];
const TEXTS = new Map(
  await Promise.all(DOCUMENTS.map(async (name) => [name, await text(name)] as const)),
);
const README = textOf("README.md");
const SERVER = textOf("server/README.md");
const CLI = textOf("cli/README.md");

interface Block {
  document: string;
  line: number;
  commands: string;
  /** What it prints, if the document says. */
  prints: string | undefined;
  /** What runs it instead. */
  runBy: string | undefined;
}

const blocks = DOCUMENTS.flatMap(readBlocks);
const here = blocks.filter(({ runBy }) => !runBy);
const missing = await missingTools([
  "age",
  "bash",
  "curl",
  "jq",
  "minisign",
  "openssl",
  "sha256sum",
  "tar",
  "zstd",
]);
if (missing.length > 0) {
  const wanted = missing.join(", ");
  process.stderr.write(`the documents' commands want these, which are not here: ${wanted}\n`);
}

// CI has these; a machine with nothing but Node.js still passes
describe.skipIf(missing.length > 0 && !process.env.CI)("the commands of", () => {
  const blocksOf = (names: readonly string[]) =>
    here.filter(({ document }) => names.includes(document));

  describe.each(READERS)("$documents", ({ documents }) => {
    const own = blocksOf(documents);
    const printed = new Map<Block, string>();
    let end = "";

    beforeAll(async () => {
      await using reader = await makeReader();
      const before = documents.includes("README.md") ? [] : blocksOf(["README.md"]);
      end = await reader.run([...before, ...own], printed);
      // a hundred commands, one after the other
    }, 1_800_000);

    it.each(own.map((block) => [block.document, block.line, block] as const))(
      "run: %s line %i",
      (_, __, block) => {
        const found = printed.get(block);
        if (found === undefined) throw new Error(`${block.commands}\ndid not end well:\n${end}`);
        if (block.prints !== undefined) expect(constant(found)).toBe(constant(block.prints));
      },
    );
  });
});

it("every command has a reader", () => {
  const read = READERS.flatMap(({ documents }) => documents);
  expect(here.filter(({ document }) => !read.includes(document))).toEqual([]);
});

it("all READMEs are looked at here", async () => {
  const found: string[] = [];
  for (const folder of ["cli", "sdk", "server", "openapi", "tests", ".build", ".ci"]) {
    const names = await readdir(join(PROJECT, folder), { recursive: true });
    found.push(...names.filter((name) => name.endsWith(".md")).map((name) => join(folder, name)));
  }
  const ours = found.filter((name) => !name.startsWith("tests/fixtures/"));
  expect(ours.sort()).toEqual(DOCUMENTS.filter((name) => name.includes("/")).sort());
});

it("README is a first page, and ARCHITECTURE one", () => {
  expect(README.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  expect(textOf("ARCHITECTURE.md").trimEnd().split("\n").length).toBeLessThanOrEqual(100);
  for (const name of DOCUMENTS.slice(1)) expect(README).toContain(`](${name})`);
});

it("says of each command that is not run here what runs it", async () => {
  const others = blocks.filter(({ runBy }) => runBy);
  expect(others.length).toBeLessThan(blocks.length / 4);
  // `npm run check` is made of others
  const scripts = await text("package.json");
  for (const { runBy = "", commands } of others) {
    const runner = scripts + (await text(runBy));
    for (const command of commands.trim().split(" && ")) expect(runner).toContain(command);
  }
});

describe("links", () => {
  it.each(DOCUMENTS)("of %s lead to files and headings that are there", async (name) => {
    for (const { path, heading } of linksOf(name)) {
      await access(join(PROJECT, path));
      if (heading)
        expect(headingsOf(path), `${path} has no heading #${heading}`).toContain(heading);
    }
  });

  it("lead from documents in the package to files in the package", async () => {
    const { files } = JSON.parse(await text("package.json"));
    // npm adds these itself
    const packed = new Set(["README.md", "package.json", "LICENSE", ...files]);
    for (const name of DOCUMENTS.filter((name) => packed.has(name)))
      for (const { path } of linksOf(name))
        expect([...packed], `linked from ${name}`).toContain(path);
  });

  it("are not in the part of the SDK's page that the SDK's own package has", () => {
    const [alone = ""] = textOf("sdk/README.md").split("<!-- what follows");
    expect(alone.length).toBeLessThan(textOf("sdk/README.md").length);
    expect(alone).not.toContain("](");
  });
});

/** Documents for people who change the code: they name its files. */
const OF_THE_CODE = [
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "server/engine/README.md",
  "tests/faults/README.md",
];

describe("names of files", () => {
  it.each(OF_THE_CODE)("in %s are those of files that are there", async (name) => {
    const folders = ["cli", "sdk", "server", "openapi", "tests", ".build", ".ci"];
    const names = folders.map(async (folder) =>
      (await readdir(join(PROJECT, folder), { recursive: true })).map((each) => join(folder, each)),
    );
    const files = (await Promise.all(names)).flat();
    const named = [...textOf(name).matchAll(/`([a-z][\w.*-]*(?:\/[\w.*-]+)+)\/?`/g)];
    expect(named.length).toBeGreaterThan(0);
    const isThere = (path: string) => {
      const pattern = path.replaceAll(".", "\\.").replaceAll("*", "[^/]*");
      const of = new RegExp(`^(server/)?${pattern}(\\.ts|\\.test\\.ts)?$`);
      return files.some((file) => of.test(file));
    };
    expect(named.map(([, path = ""]) => path).filter((path) => !isThere(path))).toEqual([]);
  });
});

describe("tables", () => {
  it("have every exit code", () => {
    const rows = Object.entries(EXIT_CODE_MEANINGS).map(([code, text]) => `| ${code} | ${text} |`);
    expect(rowsUnder("| code | meaning |", CLI)).toEqual(rows);
  });

  it("have every error code beside its status", () => {
    const byStatus = new Map<number, string[]>();
    for (const [code, status] of Object.entries(HTTP_STATUS)) {
      byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\``]);
    }
    const rows = [...byStatus].map(([status, codes]) => `| ${status} | ${codes.join(", ")} |`);
    expect(rowsUnder("| status | codes |", SERVER)).toEqual(rows);
  });

  it.each([
    [
      "serve",
      serve.args as Args,
      rowsUnder("| flag of `flowg serve` | environment | default |", SERVER),
    ],
    [
      "restore",
      restore.args as Args,
      rowsUnder("| flag of `flowg admin` | environment | default |", CLI),
    ],
  ])("have every flag of %s that has a variable, and its default", (_, args, rows) => {
    for (const [name, flag] of Object.entries(args)) {
      if (!isFlag(flag) || flag.env === undefined) continue;
      const row = rows.find((line) => line.includes(`\`${flag.env}\``)) ?? "";
      expect(row, `no row of the settings names ${flag.env}`).not.toBe("");
      expect(row).toContain(`\`--${name}\``);
      if (flag.type === "string" && flag.default) expect(row).toContain(`\`${flag.default}\``);
    }
  });

  it("have every kind of record", () => {
    const rows = rowsUnder(
      "| database | key | value |",
      textOf("server/formats/snapshot/README.md"),
    );
    const named = rows.flatMap((row) => {
      const [, database = ""] = row.split("|");
      return [...row.matchAll(/`(\w+)\u241b/g)].map(([, kind]) => `${database.trim()} ${kind}`);
    });
    const kinds = Object.entries(RECORD_KINDS).flatMap(([database, all]) =>
      all.map((kind) => `${database} ${kind}`),
    );
    expect(named.sort()).toEqual(kinds.sort());
  });

  it("name metrics that exist", async () => {
    const sources = (await readdir(join(PROJECT, "server/http")))
      .filter((name) => name.endsWith("metrics.ts"))
      .map((name) => join("server/http", name));
    const source = (await Promise.all(sources.map(text))).join("\n");
    const named = [...SERVER.matchAll(/`(flowg_[a-z_]+)`/g)].map(([, name]) => name as string);
    expect(named.length).toBeGreaterThan(5);
    const written = source.replaceAll(/\$\{direction\}/g, "backup");
    for (const name of named) expect(written).toMatch(new RegExp(`["\`]${name}["\`]`));
  });
});

function text(name: string): Promise<string> {
  return readFile(join(PROJECT, name), "utf8");
}

function textOf(name: string): string {
  const found = TEXTS.get(name);
  if (found === undefined) throw new Error(`${name} is not among the documents`);
  return found;
}

/** A table's rows, so that a difference shows the row and not the whole document. */
function rowsUnder(head: string, document: string): string[] {
  const lines = document.split("\n");
  const first = lines.indexOf(head);
  if (first < 0) throw new Error(`no table begins with ${head}`);
  const rest = lines.slice(first + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith("|")),
  );
}

/** Where a document's links lead that stay in the repository; pictures are links, too. */
function linksOf(name: string): { path: string; heading: string | undefined }[] {
  const prose = textOf(name).replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", heading] = target.split("#");
      return { path: path ? normalize(join(dirname(name), path)) : name, heading };
    });
}

/** A page's headings as GitHub names them. */
function headingsOf(name: string): string[] {
  const prose = textOf(name).replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function readBlocks(document: string): Block[] {
  const whole = textOf(document);
  const fence =
    /(?:<!-- run by (\S+) -->\n)?^( *)```sh\n([\s\S]*?)^ *```\n(?:\n *```text\n([\s\S]*?)^ *```)?/gm;
  return [...whole.matchAll(fence)].map(
    ({ index, 1: runBy, 2: indent = "", 3: commands = "", 4: prints }) => ({
      document,
      line: whole.slice(0, index).split("\n").length,
      commands: commands.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
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
