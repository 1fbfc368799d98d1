// ARCHITECTURE.md says which layer may import which. Here every import in the sources is compared with its table.

import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

interface Layer {
  name: string;
  /** Files, and folders with a slash at their end. */
  places: string[];
  mayImport: string[];
  packages: string[];
}

interface Import {
  file: string;
  /** A path from the project's root, or the name of a package. */
  target: string;
  how: "value" | "type" | "lazy";
}

/** What the CLI may load of the server although it loads packages, and the one file that does. */
const DOORS = new Map([
  ["cli/offline.ts", "server/core.ts"],
  ["cli/commands/serve.ts", "server/serve.ts"],
]);

const layers = await readTable();
const imports = await readImports();

const layerOf = (path: string): Layer | undefined =>
  layers
    .flatMap((layer) => layer.places.map((place) => ({ layer, place })))
    .filter(({ place }) => (place.endsWith("/") ? path.startsWith(place) : path === place))
    // a file named on its own stands apart from its folder
    .sort((a, b) => b.place.length - a.place.length)[0]?.layer;

describe("the table of ARCHITECTURE.md", () => {
  it("has a layer for every file, and files for every layer", () => {
    const files = [...new Set(imports.map(({ file }) => file))];
    expect(files.filter((file) => !layerOf(file))).toEqual([]);
    for (const { name } of layers) {
      expect(files.some((file) => layerOf(file)?.name === name)).toBe(true);
    }
  });

  it.each(layers.map((layer) => layer.name))("holds for %s", (name) => {
    const forbidden = imports
      .filter(({ file }) => layerOf(file)?.name === name)
      .filter((found) => !isAllowed(found))
      .map(({ file, target, how }) => `${file} -> ${target} (${how})`);
    expect(forbidden).toEqual([]);
  });
});

/** Imports that no version of the table may allow. */
const NEVER = [
  ["records to engine", /^server\/records\//, /^server\/engine\//],
  ["stores to engine", /^server\/stores\//, /^server\/engine\//],
  ["storage to logs", /^server\/storage\//, /^server\/stores\//],
  ["snapshot to flowg", /^server\/formats\/snapshot\//, /^server\/formats\/flowg\//],
  [
    "backup to restore",
    /^server\/(operations\/\w+\/backup|engine\/lmdb\/walk\/)/,
    /^server\/(operations\/(\w+\/)?restore|engine\/lmdb\/apply\/)/,
  ],
] as const;

it.each(NEVER)("never: %s", (_, from, to) => {
  const files = new Set(imports.map(({ file }) => file));
  const both = [from, to].map((of) => [...files].filter((file) => of.test(file)).length);
  expect(Math.min(...both)).toBeGreaterThan(0);
  const found = imports.filter(({ file, target }) => from.test(file) && to.test(target));
  expect(found.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
});

describe("no circle", () => {
  it("goes through files, but for the types of a pair", () => {
    const values = new Map<string, Set<string>>();
    for (const { file, target, how } of imports)
      if (how === "value" && target.endsWith(".ts"))
        values.set(file, (values.get(file) ?? new Set()).add(target));
    expect(circles(values)).toEqual([]);
  });

  it("goes through folders of the server, each with what it holds", () => {
    const folders = new Map<string, Set<string>>();
    for (const { file, target } of imports) {
      const [from, to] = [dirname(file), dirname(target)];
      if (!file.startsWith("server/") || !target.startsWith("server/")) continue;
      if (`${from}/`.startsWith(`${to}/`) || `${to}/`.startsWith(`${from}/`)) continue;
      folders.set(from, (folders.get(from) ?? new Set()).add(to));
    }
    expect(circles(folders)).toEqual([]);
  });
});

/** Each circle that there is, found from where it was first met. */
function circles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const at = path.indexOf(node);
    if (at >= 0) found.push([...path.slice(at), node].join(" -> "));
    if (at >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of edges.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  };
  for (const node of edges.keys()) visit(node);
  return found;
}

function isAllowed({ file, target, how }: Import): boolean {
  const from = layerOf(file) as Layer;
  if (isBuiltin(target)) return true;
  const isOurs = target.endsWith(".ts");
  if (!isOurs) return from.packages.includes(target);
  const to = layerOf(target);
  if (!to) return false;
  if (to === from) return true;
  if (from.name === "cli") {
    return (
      how === "type" ||
      from.mayImport.includes(to.name) ||
      (how === "lazy" && DOORS.get(file) === target) ||
      (to.name !== "sdk" && loadsNoPackage(target))
    );
  }
  return from.mayImport.includes(to.name);
}

/** Whether a file can be loaded without anything but Node: no native code, and next to no time. */
function loadsNoPackage(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return true;
  seen.add(file);
  return imports
    .filter((found) => found.file === file && found.how === "value" && !isBuiltin(found.target))
    .every(({ target }) => target.endsWith(".ts") && loadsNoPackage(target, seen));
}

async function readTable(): Promise<Layer[]> {
  const text = await readFile(join(PROJECT, "ARCHITECTURE.md"), "utf8");
  const rows = text
    .slice(text.indexOf("| layer |"))
    .split("\n\n", 1)
    .flatMap((table) => table.split("\n").slice(2));
  const quoted = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);
  return rows.map((row) => {
    const [, name = "", files, mayImport = "", packages] = row
      .split("|")
      .map((cell) => cell.trim());
    const others = mayImport.split(",").map((word) => word.trim());
    return { name, places: quoted(files), mayImport: others, packages: quoted(packages) };
  });
}

async function readImports(): Promise<Import[]> {
  const found: Import[] = [];
  for (const folder of ["server", "cli", "sdk", "openapi"]) {
    const names = await readdir(join(PROJECT, folder), { recursive: true }).catch(() => []);
    // what is compiled to WebAssembly can import nothing but itself
    const isOurs = (name: string) =>
      name.endsWith(".ts") && !/^(formats\/block-scan|platform\/checksum)\/assembly\//.test(name);
    for (const name of names.filter(isOurs)) {
      const file = join(folder, name);
      const source = ts.createSourceFile(
        file,
        await readFile(join(PROJECT, file), "utf8"),
        ts.ScriptTarget.Latest,
      );
      // a file that imports nothing must have its layer, too
      found.push({ file, target: "node:path", how: "type" });
      collect(source, file, found);
    }
  }
  return found;
}

function collect(node: ts.Node, file: string, found: Import[]): void {
  const add = (specifier: ts.Node | undefined, how: Import["how"]) => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      found.push({ file, target: targetOf(file, specifier.text), how });
    }
  };
  if (ts.isImportDeclaration(node)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    add(node.moduleSpecifier, isType ? "type" : "value");
  } else if (ts.isExportDeclaration(node)) {
    add(node.moduleSpecifier, node.isTypeOnly ? "type" : "value");
  } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    add(node.argument.literal, "type");
  } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    add(node.arguments[0], "lazy");
  }
  ts.forEachChild(node, (child) => collect(child, file, found));
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith(".")) {
    return relative(PROJECT, join(PROJECT, dirname(file), specifier)).replace(/\.js$/, ".ts");
  }
  if (isBuiltin(specifier)) return specifier;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
