// `flowg forwarder`

import type { Forwarder, ForwarderInput } from "../../sdk/index.js";
import { callWith } from "./call-with.js";
import { itemGroup, jsonObject } from "./items.js";

const items = itemGroup<Forwarder | ForwarderInput>({
  noun: "forwarder",
  description: "List, show, save, try and delete the forwarders of a server",
  contents: "the forwarder, as JSON",
  file: "forwarder.json",
  example: "to-syslog",
  of: ({ forwarders }) => forwarders,
  toText: (forwarder) => JSON.stringify(forwarder, null, 2),
  fromText: jsonObject,
});

const test = callWith({
  noun: "forwarder",
  example: "to-syslog",
  of: ({ forwarders }) => forwarders,
});

export const forwarder = { ...items, commands: { ...items.commands, test: async () => test } };
