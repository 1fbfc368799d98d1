// `flowg stream set`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { streamsText } from "../../output/report/streams.js";
import { count } from "../../quantity.js";

export const set = defineCommand({
  description: "Create a stream, or change its limits and indexes",
  details: "What is not given stays as it is. Entries that a new limit excludes are removed.",
  examples: [
    { command: "flowg stream set web --ttl 604800 --size 1024", does: "a week, at most 1 GiB" },
    { command: "flowg stream set web --index level,host", does: "make these fast to filter by" },
    { command: "flowg stream set web --ttl 0", does: "keep for ever" },
  ],
  args: {
    name: { type: "positional", description: "name of the stream", completes: namesOf("streams") },
    ttl: {
      type: "string",
      description: "seconds to keep an entry; 0: for ever",
      valueHint: "SECONDS",
    },
    size: { type: "string", description: "MiB to keep; 0: no limit", valueHint: "MIB" },
    index: {
      type: "string",
      description: "the indexed fields, with commas between; - for none",
      valueHint: "FIELDS",
    },
    ...serverOnly,
  },
  async run({ args, origins, output, signal }) {
    const { name, ttl, size, index } = args;
    const changes = {
      ...(ttl === undefined ? {} : { ttl: count("ttl", ttl) }),
      ...(size === undefined ? {} : { size: count("size", size) }),
      ...(index === undefined ? {} : { indexed_fields: fieldNames(index) }),
    };
    const client = await connectTo({ args, origins, output });
    const streams = await client.streams.list({ signal });
    const before = Object.hasOwn(streams, name) ? streams[name] : undefined;
    const config = { ttl: 0, size: 0, indexed_fields: [], ...before, ...changes };
    await client.streams.configure(name, config, { signal });
    return {
      json: { name, config },
      text: streamsText({ [name]: config }, output.tableWidth),
      essential: false,
    };
  },
});

function fieldNames(list: string): string[] {
  if (list === "-") return [];
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
