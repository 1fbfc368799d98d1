// `flowg repository init`

import type { InitReport } from "../../../server/core.js";
import { defineCommand } from "../../command.js";
import { CliError } from "../../failure.js";
import { objectLockFlags, objectLockWish } from "../../object-lock.js";
import { core } from "../../offline.js";
import { initText } from "../../output/report/repository-init.js";
import {
  demandNoSecrets,
  passphraseFlag,
  passphraseFrom,
  repositoryRequired,
} from "../../repository-options.js";

export const init = defineCommand({
  description: "Make a repository in an empty directory or bucket",
  details:
    "Backups are encrypted here, before they leave this machine. You say who can decrypt them. The identity that decrypts is neither in the repository nor in this machine's key file, so a thief of the machine or of the bucket can't read a backup. " +
    "Each backup is signed as well, and a restore refuses what was forged. The formats are those of age and minisign.",
  examples: [
    {
      command: "flowg repository init --repository /mnt/backups --identity flowg.identity",
      does: "made with it; keep that file elsewhere: nothing else can restore",
    },
    {
      command: "flowg repository init --repository s3://my-bucket/flowg --recipient age1…",
      does: "for an identity that `age-keygen` made elsewhere, and that never comes here",
    },
    {
      command: "flowg repository init --repository /mnt/backups --passphrase-file passphrase.txt",
      does: "anybody that knows the passphrase can read: make it long",
    },
    {
      command:
        "flowg repository init --repository s3://locked/flowg --identity id --object-lock 30d",
      does: "in a bucket that has object lock",
    },
    {
      command: "flowg repository init --repository /mnt/backups --unencrypted",
      does: "anybody that reads the disk reads the backups",
    },
  ],
  args: {
    ...repositoryRequired,
    identity: {
      type: "string",
      description: "identity file that can read the backups; made if it doesn't exist",
      valueHint: "FILE",
      env: "FLOWG_IDENTITY_FILE",
    },
    recipient: {
      type: "string",
      many: true,
      description:
        "public half of an identity that can read them, age1…; may be given several times",
      valueHint: "RECIPIENT",
    },
    "passphrase-file": {
      ...passphraseFlag["passphrase-file"],
      description: "file with a passphrase that can read them, or that opens the identity file",
    },
    ...objectLockFlags,
    unencrypted: { type: "boolean", description: "do not encrypt, nor sign" },
    "repository-key": {
      type: "string",
      description: "where this machine's key file goes; else into ~/.config/flowg/repositories",
      valueHint: "FILE",
      env: "FLOWG_REPOSITORY_KEY_FILE",
    },
  },
  async run({ args, origins, output, signal }) {
    const { repository: urls, unencrypted } = args;
    for (const url of urls) demandNoSecrets(url);
    const given = (["identity", "recipient", "passphrase-file"] as const).filter(
      (name) => args[name] !== undefined && args[name].length > 0,
    );
    if (given.length === 0 && !unencrypted) throw noReaders();
    // a variable that is set for all commands doesn't count
    const wished = given.find((name) => origins[name] === "flag");
    if (unencrypted && wished !== undefined) {
      throw new CliError("USAGE", `--unencrypted and --${wished} exclude each other`);
    }
    const keyFile = unencrypted ? undefined : args["repository-key"];
    if (keyFile !== undefined && urls.length > 1) {
      throw new CliError(
        "USAGE",
        "--repository-key names one file, and each repository has its own",
        "make them one by one, or leave it out",
      );
    }
    const readers = {
      identityFile: args.identity,
      recipients: args.recipient,
      passphrase: unencrypted ? undefined : await passphraseFrom(args["passphrase-file"]),
    };
    const objectLock = objectLockWish(args);
    const { initRepository } = await core();
    const repositories: InitReport[] = [];
    for (const url of urls) {
      const who = unencrypted ? {} : readers;
      repositories.push(
        await initRepository({ url, signal, readers: who, unencrypted, keyFile, objectLock }),
      );
    }
    const texts = repositories.map((report, n) =>
      initText(report, urls[n] as string, output.tableWidth),
    );
    const text = texts.join("\n\n\n");
    return { json: { repositories }, text, essential: true };
  },
});

const noReaders = (): CliError =>
  new CliError(
    "USAGE",
    "say who can read the backups: --identity, --recipient or --passphrase-file",
    "--identity FILE makes a file that reads them, to be kept off this machine; --recipient age1… takes the public half of one that " +
      "you have; --passphrase-file FILE lets everybody read that knows the passphrase. --unencrypted goes without",
  );
