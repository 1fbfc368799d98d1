// `flowg stream delete`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { CliError } from "../../failure.js";
import { serverOnly, yes } from "../../flags.js";
import { deletion } from "../../output/report/deletion.js";

export const remove = defineCommand({
  description: "Delete a stream with all its entries",
  examples: [{ command: "flowg stream delete web --yes", does: "without being asked" }],
  args: {
    name: { type: "positional", description: "name of the stream", completes: namesOf("streams") },
    ...yes,
    ...serverOnly,
  },
  async run({ args, origins, input, output, signal }) {
    const { name } = args;
    if (!args.yes && !input.interactive) {
      throw new CliError(
        "REFUSED",
        "all entries of the stream would be gone, and there is no terminal to ask at",
        "add --yes to insist",
      );
    }
    const client = await connectTo({ args, origins, output });
    const existed = Object.hasOwn(await client.streams.list({ signal }), name);
    if (existed) {
      const question = `Delete the stream ${name} with all its entries?`;
      if (!args.yes && !(await input.confirm(question))) {
        throw new CliError("REFUSED", "not confirmed; nothing was deleted");
      }
      await client.streams.delete(name, { signal });
    }
    return deletion(output, `Stream ${name}`, existed);
  },
});
