// `flowg alert test` and `flowg forwarder test`: send a record now to what logs are sent to.

import type { CallOptions, FlowgClient } from "../../sdk/index.js";
import { defineCommand } from "../command.js";
import { namesOf } from "../completion/values.js";
import { connectTo } from "../connect.js";
import { record, serverOnly } from "../flags.js";
import { fieldsOf } from "../input/fields.js";
import { safe } from "../output/safe.js";

interface Called {
  noun: "alert" | "forwarder";
  example: string;
  of(client: FlowgClient): {
    test(name: string, record: Record<string, string>, options: CallOptions): Promise<void>;
  };
}

export const callWith = ({ noun, example, of }: Called) =>
  defineCommand({
    description: `Send a record to one ${noun} now`,
    details: "Nothing is stored. It is tried once, and a failure is told.",
    examples: [
      {
        command: `flowg ${noun} test ${example} --record message=hello --record level=info`,
        does: "as if such a log had come",
      },
    ],
    args: {
      name: {
        type: "positional",
        description: `name of the ${noun}`,
        completes: namesOf(`${noun}s`),
      },
      ...record,
      ...serverOnly,
    },
    async run({ args, origins, output, signal }) {
      const fields = fieldsOf(args.record);
      const called = of(await connectTo({ args, origins, output }));
      await called.test(args.name, fields, { signal });
      const text = `The ${noun} ${safe(args.name)} took the record`;
      return { json: { name: args.name }, text, essential: false };
    },
  });
