// `flowg admin role create`

import { defineCommand } from "../../../command.js";
import { namesOf, scopeValues } from "../../../completion/values.js";
import { allowNoAdmin, authDir, server } from "../../../flags.js";
import { rolesText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";

export const create = defineCommand({
  description: "Create a role, or replace the scopes of one",
  details:
    "Scopes: read_pipelines, write_pipelines, read_transformers, write_transformers, " +
    "read_streams, write_streams, read_alerts, write_alerts, read_acls, write_acls, send_logs, " +
    "read_backups, write_backups, forget_backups. A write scope includes its read scope. " +
    "read_backups is for backups of all three databases, and nothing else; write_backups is for " +
    "running and pausing backup jobs and making snapshots, and does not include read_backups; " +
    "forget_backups is for removing snapshots.",
  examples: [
    { command: "flowg admin role create --name viewer read_streams", does: "may read logs" },
    {
      command: "flowg admin role create --name shipper send_logs",
      does: "may send logs, and nothing else",
    },
    {
      command: "flowg admin role create --name backup read_backups",
      does: "may make backups, and nothing else",
    },
  ],
  args: {
    name: {
      type: "string",
      description: "name of the role",
      completes: namesOf("roles"),
      valueHint: "NAME",
      required: true,
    },
    ...allowNoAdmin,
    ...authDir,
    ...server,
  },
  rest: { name: "scope", description: "the scopes of the role", completes: scopeValues },
  async run({ args, rest, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const role = await administration.roles.save({
      name: args.name,
      scopes: rest,
      allowNoAdmin: args["allow-no-admin"],
    });
    return { json: { role }, text: rolesText([role], output.tableWidth), essential: false };
  },
});
