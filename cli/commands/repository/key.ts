// `flowg repository key`

import { defineCommand } from "../../command.js";
import { CliError } from "../../failure.js";
import { core } from "../../offline.js";
import { repositoryKeyText } from "../../output/report/repository-key.js";
import {
  identityFlag,
  openAllRepositories,
  passphraseFlag,
  repositoryRequired,
  trustFlags,
} from "../../repository-options.js";

export const key = defineCommand({
  description: "Make a key file, with which another machine can write to a repository",
  details:
    "A key file lets a machine encrypt, name and sign its backups, and read none. `repository " +
    "init` makes the first. This command makes another one with an identity: for this machine, " +
    "or for one to which you carry the file. The identity needn't go there.",
  examples: [
    {
      command: "flowg repository key --repository s3://my-bucket/flowg --identity flowg.identity",
      does: "for this machine, where all commands look for it",
    },
    {
      command:
        "flowg repository key --repository /mnt/backups --identity id --repository-key web1.json",
      does: "for another machine, which names it in FLOWG_REPOSITORY_KEY_FILE",
    },
  ],
  args: {
    ...repositoryRequired,
    ...identityFlag,
    ...passphraseFlag,
    "trusted-key": trustFlags["trusted-key"],
    "repository-key": {
      type: "string",
      description: "where the key file goes; else into ~/.config/flowg/repositories",
      valueHint: "FILE",
    },
  },
  async run({ args, output, signal }) {
    const { "repository-key": path, ...opening } = args;
    const { repository: urls } = args;
    if (path !== undefined && urls.length > 1) {
      throw new CliError(
        "USAGE",
        "--repository-key names one file, and each repository has its own",
      );
    }
    await using opened = await openAllRepositories(
      { args: opening, output, signal },
      { mustRead: true },
    );
    const { makeKeyFile } = await core();
    const keys: { id: string; place: string; keyFile: string; signingKeys: string[] }[] = [];
    for (const repository of opened.repositories) {
      const { id, place, file } = repository;
      const keyFile = await makeKeyFile(repository, path);
      keys.push({ id, place: place.name, keyFile, signingKeys: file.signingKeys });
    }
    return { json: { keys }, text: keys.map(repositoryKeyText).join("\n"), essential: false };
  },
});
