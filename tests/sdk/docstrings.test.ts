// What people see when they point at a name: every public name says what it is, and shows it in use; and what it
// shows compiles.

import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { operations } from "../api/document.js";
import { documentedNames } from "./documented-names.js";

const index = fileURLToPath(new URL("../../dist/sdk/index.d.ts", import.meta.url));
const names = documentedNames(index);
const examples = names.flatMap((name) => name.examples.map((code) => ({ name: name.name, code })));
const exported = names.filter(({ name }) => !name.includes("."));

/** What examples may speak of without saying where it comes from. */
const GIVEN = `
  declare const client: sdk.FlowgClient;
  declare const report: sdk.RestoreReport;
  declare const logs: sdk.Log[];
  declare const flow: sdk.FlowInput;
  declare const error: unknown;
  declare const signal: AbortSignal;
  declare const from: Date, to: Date;
  declare const token: string, password: string, newPassword: string, script: string, uuid: string;
  declare function show(...things: unknown[]): void;
  declare const records: Record<string, string>[];
  declare const refused: sdk.RefusedLog;
  declare const trace: sdk.NodeTrace[];
`;

/** Resources, and what the client calls them. */
const resources = new Map(
  names.flatMap(({ name }) => {
    const [of, member] = name.split(".");
    if (of !== "FlowgClient" || !member || member === "baseUrl") return [];
    return [[`${member[0]?.toUpperCase()}${member.slice(1)}`, member] as const];
  }),
);

/** The errors of a program in which each text is a function of its own. */
function compile(texts: readonly string[]): string[] {
  const path = fileURLToPath(new URL("examples.ts", import.meta.url));
  const imports = exported.map(({ name }) => name).join(", ");
  const text = [
    `import * as sdk from "../../dist/sdk/index.js";`,
    `import { ${imports} } from "../../dist/sdk/index.js";`,
    `import { createReadStream, createWriteStream } from "node:fs";`,
    `import { readFile } from "node:fs/promises";`,
    `import { pipeline } from "node:stream/promises";`,
    GIVEN.replaceAll("\n", " "),
    ...texts.map((code, at) => `export async function example${at}() { ${code}\n}`),
  ].join("\n");
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, version) =>
    name === path ? ts.createSourceFile(path, text, version) : getSourceFile(name, version);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
    const source = text.split("\n")[line];
    return `${source}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

describe("docstrings", () => {
  test("are on every exported name and each of its members", () => {
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter(({ text }) => text === "").map(({ name }) => name)).toEqual([]);
  });

  test("show every exported name in use", () => {
    expect(exported.length).toBeGreaterThan(70);
    const without = exported.filter((name) => name.examples.length === 0);
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test("show every resource and each of its methods in use, by its own name", () => {
    expect([...resources.keys()].sort()).toEqual([
      "Alerts",
      "Auth",
      "Backup",
      "Compact",
      "Forwarders",
      "Jobs",
      "Logs",
      "Pipelines",
      "Restore",
      "Roles",
      "Snapshots",
      "Streams",
      "Tasks",
      "Tokens",
      "Transformers",
      "Users",
    ]);
    const wrong = names.filter(({ name, examples }) => {
      const [of = "", member = ""] = name.split(".");
      const resource = of === "FlowgClient" ? member : resources.get(of);
      if (resource === undefined || name === "FlowgClient" || member === "baseUrl") return false;
      const call = of === "FlowgClient" || member === "" ? "" : `${member}(`;
      return !examples.some((code) => code.includes(`client.${resource}.${call}`));
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

test("the examples compile, and what isn't there doesn't", () => {
  expect(examples.length).toBeGreaterThan(100);
  const wrong = ["await client.roles.erase()", "show(report.deleted)"];
  expect(compile([...examples.map(({ code }) => code), ...wrong])).toEqual([
    expect.stringContaining("Property 'erase' does not exist"),
    expect.stringContaining("Property 'deleted' does not exist"),
  ]);
});

test("so do the samples of the API's documentation", () => {
  // exporters of OpenTelemetry send these, not the SDK
  const ours = operations.filter(({ operation }) => operation.operationId !== "ingest_logs_otlp");
  const samples = ours.flatMap(({ operation }) => {
    const sample = operation["x-codeSamples"].find(({ label }) => label === "SDK");
    return sample ? [sample.source] : [];
  });
  expect(samples).toHaveLength(ours.length);
  const bodies = samples.map((source) =>
    source.replace('import { createClient } from "flowg/sdk";\n\n', ""),
  );
  expect(compile([...bodies, "await client.roles.erase()"])).toEqual([
    expect.stringContaining("Property 'erase' does not exist"),
  ]);
});
