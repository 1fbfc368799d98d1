// The commands list, get, set and delete for a server's pipelines, transformers, alerts and forwarders, each of which has a
// name and a text.

import type { CallOptions, FlowgClient } from "../../sdk/index.js";
import { defineCommand, defineGroup, type Group } from "../command.js";
import { namesOf } from "../completion/values.js";
import { connectTo } from "../connect.js";
import { CliError } from "../failure.js";

import { serverOnly } from "../flags.js";
import { type InBackup, inBackup, isInBackup, notInBackup, withBackup } from "../in-backup.js";
import type { Input } from "../input/input.js";
import { textOf } from "../input/text-file.js";
import { deletion } from "../output/report/deletion.js";
import { safe } from "../output/safe.js";

type Noun = "pipeline" | "transformer" | "alert" | "forwarder";

/** How one kind of item is called, reached, and written as text. */
export interface Items<T> {
  noun: Noun;
  /** `Show, save and delete pipelines` */
  description: string;
  /** `the flow, as JSON` */
  contents: string;
  /** `flow.json` */
  file: string;
  /** `error-alerts` */
  example: string;
  of(client: FlowgClient): {
    list(options: CallOptions): Promise<string[]>;
    get(name: string, options: CallOptions): Promise<T>;
    /** Gives sentences about items that don't work on that server. */
    warnings?(options: CallOptions): Promise<string[]>;
    /** Saves an item. It may give sentences about what doesn't work there. */
    save(name: string, value: T, options: CallOptions): Promise<unknown>;
    /** Deletes an item. It gives sentences about pipelines that no longer run. */
    delete(name: string, options: CallOptions): Promise<string[]>;
  };
  toText(value: T): string;
  /** @throws CliError */
  fromText(text: string): T;
}

const STDIN_MAX_BYTES = 16 * 1024 * 1024;

export function itemGroup<T>(items: Items<T>): Group {
  const { noun, description, file, example } = items;
  return defineGroup({
    description,
    examples: [
      { command: `flowg ${noun} list`, does: "their names" },
      { command: `flowg ${noun} get ${example} > ${file}`, does: "keep one in a file" },
      { command: `flowg ${noun} set ${example} --file ${file}`, does: "and bring it back" },
    ],
    commands: {
      list: async () => list(items),
      get: async () => get(items),
      set: async () => set(items),
      delete: async () => remove(items),
    },
  });
}

function list<T>({ noun, of }: Items<T>) {
  return defineCommand({
    description: `List the ${noun}s`,
    examples: [{ command: `flowg ${noun} list`, does: "their names" }],
    args: { ...inBackup, ...serverOnly },
    async run(invocation) {
      const { args, origins, output, signal } = invocation;
      if (isInBackup(invocation)) {
        const found = await itemsIn(noun, invocation);
        return listed(noun, [...found.keys()].sort());
      }
      const items = of(await connectTo({ args, origins, output }));
      const names = await items.list({ signal });
      for (const warning of (await items.warnings?.({ signal })) ?? []) output.warn(warning);
      return listed(noun, names);
    },
  });
}

const listed = (noun: Noun, names: readonly string[]) => ({
  json: { [`${noun}s`]: names },
  text: names.length > 0 ? names.map(safe).join("\n") : `No ${noun}s found`,
  essential: true,
});

/** The items of a backup, by name. */
async function itemsIn(noun: Noun, asking: InBackup): Promise<Map<string, unknown>> {
  const all = await withBackup(asking, async ({ itemsInPlace }, backup) => [
    ...(await itemsInPlace(backup, noun, asking.signal)),
  ]);
  return new Map<string, unknown>(all);
}

/** @throws NOT_FOUND */
async function itemIn(noun: Noun, name: string, asking: InBackup): Promise<unknown> {
  const found = await itemsIn(noun, asking);
  if (!found.has(name)) throw notInBackup(noun, name, [...found.keys()]);
  return found.get(name);
}

const named = (noun: Noun) =>
  ({
    name: {
      type: "positional",
      description: `name of the ${noun}`,
      completes: namesOf(`${noun}s`),
    },
    ...serverOnly,
  }) as const;

function get<T>({ noun, contents, example, of, toText }: Items<T>) {
  return defineCommand({
    description: `Print one ${noun}: ${contents}`,
    examples: [{ command: `flowg ${noun} get ${example}`, does: "print it" }],
    args: { ...named(noun), ...inBackup },
    async run(invocation) {
      const { args, origins, output, signal } = invocation;
      const { name } = args;
      const value = isInBackup(invocation)
        ? ((await itemIn(noun, name, invocation)) as T)
        : await of(await connectTo({ args, origins, output })).get(name, { signal });
      // unchanged for a file; for a terminal without control characters
      const text = toText(value).replace(/\n$/, "").split("\n").map(safe).join("\n");
      return { json: { name: args.name, [noun]: value }, text, essential: true };
    },
  });
}

function set<T>({ noun, contents, file, example, of, fromText }: Items<T>) {
  return defineCommand({
    description: `Create or replace one ${noun}`,
    examples: [
      { command: `flowg ${noun} set ${example} --file ${file}`, does: "from a file" },
      { command: `flowg ${noun} set ${example} < ${file}`, does: "from stdin" },
    ],
    args: {
      ...named(noun),
      file: {
        type: "string",
        description: `file with ${contents}; stdin unless given`,
        valueHint: "FILE",
      },
    },
    async run({ args, origins, input, output, signal }) {
      const value = fromText(await textFrom(args.file, input, noun));
      const items = of(await connectTo({ args, origins, output }));
      const saved = await items.save(args.name, value, { signal });
      if (Array.isArray(saved)) for (const warning of saved) output.warn(String(warning));
      const text = `${capital(noun)} ${safe(args.name)} saved`;
      return { json: { name: args.name }, text, essential: false };
    },
  });
}

function remove<T>({ noun, example, of }: Items<T>) {
  return defineCommand({
    description: `Delete one ${noun}`,
    examples: [{ command: `flowg ${noun} delete ${example}`, does: "delete it" }],
    args: named(noun),
    async run({ args, origins, output, signal }) {
      const items = of(await connectTo({ args, origins, output }));
      const existed = (await items.list({ signal })).includes(args.name);
      const warnings = existed ? await items.delete(args.name, { signal }) : [];
      for (const warning of warnings) output.warn(warning);
      return deletion(output, `${capital(noun)} ${args.name}`, existed);
    },
  });
}

async function textFrom(file: string | undefined, input: Input, noun: Noun): Promise<string> {
  if (file === undefined) {
    if (input.interactive) {
      throw new CliError("USAGE", `there is no ${noun} on stdin`, "give --file, or redirect stdin");
    }
    return await input.text(`the ${noun} on stdin`, STDIN_MAX_BYTES);
  }
  return await textOf(file);
}

/** @throws INPUT_INVALID */
export function jsonObject<T extends object>(text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    // the error below covers it
  }
  throw new CliError("INPUT_INVALID", "what was given isn't a JSON object");
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
