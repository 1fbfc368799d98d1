import { describe, expect, test } from "vitest";
import { isFlag } from "../../cli/command.js";
import { EXIT_CODE_MEANINGS } from "../../cli/exit-codes.js";
import { commands, tree } from "./command-tree.js";
import { flowg, flowgHere } from "./flowg.js";

describe("help", () => {
  test("knows FlowG's commands and ours", () => {
    expect(commands.map(({ words }) => words.join(" ")).sort()).toEqual(
      [
        ...[
          "backup",
          "compact",
          "diff",
          "history",
          "inspect",
          "restore",
          "salvage",
          "undo",
          "verify",
        ].map((name) => `admin ${name}`),
        ...["role", "token", "user"].flatMap((what) =>
          ["create", "delete", "list"].map((name) => `admin ${what} ${name}`),
        ),
        "admin user passwd",
        ...["ingest", "query", "tail"].map((name) => `logs ${name}`),
        ...["alert", "forwarder", "pipeline", "stream", "transformer"].flatMap((what) =>
          ["delete", "get", "list", "set"].map((name) => `${what} ${name}`),
        ),
        "backups list",
        "completion",
        "drill",
        "forget",
        "help",
        "health",
        ...["drill", "list", "pause", "resume", "run"].map((name) => `jobs ${name}`),
        "login",
        "logout",
        ...["check", "init", "key", "prune", "revive"].map((name) => `repository ${name}`),
        "serve",
        "snapshots diff",
        "snapshots export",
        "snapshots list",
        ...["cancel", "list", "show", "watch"].map((name) => `tasks ${name}`),
        ...["alert", "forwarder", "transformer"].map((what) => `${what} test`),
        "version",
        "whoami",
      ].sort(),
    );
  });

  test.each(tree.map(({ words, node }) => [["flowg", ...words].join(" "), words, node] as const))(
    "%s: on stdout, with description, usage, flags and examples",
    async (name, words, node) => {
      const long = await flowg([...words, "--help"]);
      expect(long).toMatchObject({ code: 0, stderr: "" });
      expect(long.stdout).toContain(node.description);
      expect(long.stdout).toContain(`Usage: ${name}`);
      expect(node.examples.length).toBeGreaterThan(0);
      for (const { command, does } of node.examples) {
        expect(command).toMatch(/\bflowg /);
        expect(long.stdout).toContain(`# ${does}\n  ${command}\n`);
      }
      if (node.type === "group") {
        for (const below of Object.keys(node.commands))
          expect(long.stdout).toContain(`  ${below} `);
      } else {
        expect(long.stdout).toContain("flowg help exit-codes");
        const flat = long.stdout.replace(/\s+/g, " ");
        for (const [flag, definition] of Object.entries(node.args).filter(([, arg]) =>
          isFlag(arg),
        )) {
          expect(flat).toContain(`--${flag} `);
          if (isFlag(definition) && definition.env) expect(flat).toContain(`env ${definition.env}`);
          expect(flat).toContain(definition.description);
        }
        for (const flag of ["--quiet", "--json", "-h, --help"]) expect(flat).toContain(flag);
      }
      for (const line of long.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
      expect(await flowgHere([...words, "-h"])).toEqual(long);
      expect((await flowgHere(["help", ...words])).stdout).toBe(long.stdout);
    },
  );

  test("is what a group or nothing gives", async () => {
    const bare = await flowg([]);
    expect(bare).toEqual(await flowg(["--help"]));
    expect(await flowg(["help"])).toEqual(bare);
    expect(await flowg(["admin"])).toEqual(await flowg(["admin", "--help"]));
  });

  test("wins over mistakes in values, and works behind other flags", async () => {
    const ran = await flowg(["admin", "backup", "--auth-dir", "x", "--help"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("Usage: flowg admin backup");
  });

  test("shows FlowG's variables and defaults, never what the environment holds", async () => {
    const env = { FLOWG_AUTH_DIR: "/a/kept-for-myself/place" };
    const { stdout } = await flowg(["admin", "backup", "--help"], { env });
    const flat = stdout.replace(/\s+/g, " ");
    expect(flat).toContain("(env FLOWG_AUTH_DIR, default ./data/auth)");
    expect(flat).toContain("(env FLOWG_CONFIG_DIR, default ./data/config)");
    expect(flat).toContain("(env FLOWG_LOG_DIR, default ./data/logs)");
    expect(flat).toContain("(env FLOWG_BACKUP_DIR, default ./backup)");
    expect(stdout).not.toContain("kept-for-myself");
  });

  test("has the table of exit codes", async () => {
    const { code, stdout } = await flowg(["help", "exit-codes"]);
    expect(code).toBe(0);
    const flat = stdout.replace(/\s+/g, " ");
    for (const [number, meaning] of Object.entries(EXIT_CODE_MEANINGS)) {
      expect(flat).toContain(` ${number} ${meaning}`);
    }
  });

  test("of an unknown command is an error", async () => {
    const ran = await flowg(["help", "admin", "bakup"]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("unknown command bakup; did you mean backup?");
    expect((await flowg(["help", "admin", "backup", "now"])).code).toBe(2);
  });
});
