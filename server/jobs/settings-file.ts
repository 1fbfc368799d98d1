// Reads the settings file, which is YAML. Errors give the line, and never its text, which may be secret.

import { readFile } from "node:fs/promises";
import {
  type CST,
  type Document,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
} from "yaml";
import { FlowgError } from "../platform/errors.js";
import { invalid, parsed, type Where } from "./checked-settings.js";
import type { Settings } from "./settings-schema.js";

export interface ReadSettings {
  settings: Settings;
  where: Where;
}

/** @throws FILE_UNAVAILABLE, INPUT_INVALID with the line */
export async function readSettings(path: string): Promise<ReadSettings> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new FlowgError("FILE_UNAVAILABLE", `the settings file ${path} can't be read`, {
      cause,
      hint: "check --settings, or FLOWG_SETTINGS, and the permissions of the file",
    });
  }
  const lines = new LineCounter();
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const line = text.slice(0, deep).split("\n").length;
    throw invalid(`${path}, line ${line}: it is nested deeper than ${DEEPEST} levels`);
  }
  // warnings would print text of the file
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const [fault] = document.errors;
  if (fault) throw invalid(`${path}, line ${lineAt(fault.pos[0])}: ${fault.message}`);
  const where: Where = (names) => {
    const node = nearest(document.contents, names);
    const name = names.map(String).join(".");
    return `${path}, line ${lineAt(node?.range?.[0] ?? 0)}: ${name === "" ? "the file" : name}`;
  };
  return { settings: parsed(plain(document, path) ?? {}, where), where };
}

/**
 * Deeper nesting is refused; settings have six levels. A text that is nested thousands deep would overflow the parser's stack.
 */
const DEEPEST = 50;

/** Finds the first place that is nested too deep. */
function tooDeepAt(text: string): number | undefined {
  const left: { token: CST.Token; depth: number }[] = [];
  for (const token of new Parser().parse(text)) left.push({ token, depth: 0 });
  for (let next = left.pop(); next; next = left.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) return token.offset;
    if (token.type === "document" && token.value) left.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items)
      for (const inner of [key, value]) if (inner) left.push({ token: inner, depth: depth + 1 });
  }
  return undefined;
}

/** @throws INPUT_INVALID */
function plain(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // an alias without an anchor, or aliases of aliases that grow without end
    if (!(cause instanceof ReferenceError || cause instanceof RangeError)) throw cause;
    throw invalid(
      cause.message.startsWith("Unresolved alias")
        ? `${path}: an alias (\`*NAME\`) comes before its anchor (\`&NAME\`), or has none`
        : `${path}: its aliases make it far larger than it is`,
    );
  }
}

/** Finds the key that the names lead to, or the closest one above it. */
function nearest(root: unknown, names: readonly PropertyKey[]): Node | undefined {
  let found = (root ?? undefined) as Node | undefined;
  let at: unknown = root;
  for (const name of names) {
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      if (!pair) return found;
      found = pair.key as Node;
      at = pair.value;
    } else if (typeof at === "object" && at !== null && "items" in at && Array.isArray(at.items)) {
      at = at.items[Number(name)];
      if (at === undefined) return found;
      found = at as Node;
    } else return found;
  }
  return found;
}
