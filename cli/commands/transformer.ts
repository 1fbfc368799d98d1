// `flowg transformer`

import { defineCommand } from "../command.js";
import { namesOf } from "../completion/values.js";
import { connectTo } from "../connect.js";
import { record, serverOnly } from "../flags.js";
import { fieldsOf } from "../input/fields.js";
import { safe } from "../output/safe.js";
import { itemGroup } from "./items.js";

const items = itemGroup<string>({
  noun: "transformer",
  description: "List, show, save, try and delete the transformers of a server",
  contents: "the script",
  file: "parse.vrl",
  example: "parse-nginx",
  of: ({ transformers }) => transformers,
  toText: (script) => script,
  fromText: (script) => script,
});

const test = defineCommand({
  description: "Run one transformer on a record, and print the fields that it leaves",
  details: "Nothing is stored.",
  examples: [
    {
      command: "flowg transformer test parse-nginx --record message=hello --record level=info",
      does: "the fields of such a log after the script",
    },
  ],
  args: {
    name: {
      type: "positional",
      description: "name of the transformer",
      completes: namesOf("transformers"),
    },
    ...record,
    ...serverOnly,
  },
  async run({ args, origins, output, signal }) {
    const given = fieldsOf(args.record);
    const { transformers } = await connectTo({ args, origins, output });
    const script = await transformers.get(args.name, { signal });
    const fields = await transformers.test(script, given, { signal });
    const text = JSON.stringify(fields, null, 2).split("\n").map(safe).join("\n");
    return { json: { name: args.name, record: fields }, text, essential: true };
  },
});

export const transformer = {
  ...items,
  commands: { ...items.commands, test: async () => test },
};
