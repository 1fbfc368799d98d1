// The flags of commands that work with a repository, and the opening of repositories.

import type { OpenedRepository, Retry } from "../server/core.js";
import type { Invocation } from "./command.js";
import { CliError } from "./failure.js";
import { textOf } from "./input/text-file.js";
import { core } from "./offline.js";
import { nowAndThen } from "./output/now-and-then.js";
import type { Output } from "./output/output.js";
import { withoutNewline } from "./secret-variables.js";

export const repositoryFlag = {
  repository: {
    type: "string",
    many: true,
    description:
      "where the backups lie: a directory, file:///DIR or s3://BUCKET/PREFIX; may be given several times",
    valueHint: "URL",
    env: "FLOWG_REPOSITORY",
  },
} as const;

/** Flags of commands that need a repository. */
export const repositoryRequired = {
  repository: { ...repositoryFlag.repository, required: true },
} as const;

export const passphraseFlag = {
  "passphrase-file": {
    type: "string",
    description: "file that holds the passphrase of the repository, or of the identity file",
    valueHint: "FILE",
    env: "FLOWG_PASSPHRASE_FILE",
  },
} as const;

export const identityFlag = {
  identity: {
    type: "string",
    many: true,
    description: "identity file, which decrypts; may be given several times",
    valueHint: "FILE",
    env: "FLOWG_IDENTITY_FILE",
  },
} as const;

export const trustFlags = {
  "trusted-key": {
    type: "string",
    many: true,
    description:
      "signing key to trust, beside that of the identity file; may be given several times",
    valueHint: "KEY",
  },
  "allow-unsigned": {
    type: "boolean",
    description: "take what no trusted key has signed: anybody may have put it there",
  },
} as const;

/** Flags with which an existing repository is opened. */
export const repositoryKeys = {
  ...identityFlag,
  "repository-key": {
    type: "string",
    many: true,
    description:
      "key file of this machine, with which it writes; else the one in ~/.config/flowg/repositories",
    valueHint: "FILE",
    env: "FLOWG_REPOSITORY_KEY_FILE",
  },
  ...passphraseFlag,
  ...trustFlags,
} as const;

/** The values of those flags that a command has. */
export interface RepositoryValues {
  identity?: readonly string[];
  "repository-key"?: readonly string[];
  "passphrase-file"?: string | undefined;
  "trusted-key"?: readonly string[];
  "allow-unsigned"?: boolean;
}

/** The flags in the form that the core takes. */
export interface RepositoryOptions {
  identityFiles: readonly string[];
  keyFiles: readonly string[];
  passphrase: string | undefined;
  trustedKeys: readonly string[];
  allowUnsigned: boolean;
}

/** @throws USAGE, FILE_UNAVAILABLE */
export async function repositoryOptions(args: RepositoryValues): Promise<RepositoryOptions> {
  return {
    identityFiles: args.identity ?? [],
    keyFiles: args["repository-key"] ?? [],
    passphrase: await passphraseFrom(args["passphrase-file"]),
    trustedKeys: args["trusted-key"] ?? [],
    allowUnsigned: args["allow-unsigned"] ?? false,
  };
}

/** Closes the repositories with `await using`. */
export interface AllRepositories extends AsyncDisposable {
  repositories: readonly OpenedRepository[];
}

/**
 * Opens all named repositories, one after the other, for a command that needs each of them. It prints their notes.
 * @param mustRead demands a fitting identity at once, and not only when something is read
 * @throws USAGE, and what `openRepository` of the core throws
 */
export async function openAllRepositories(
  {
    args,
    output,
    signal,
  }: Pick<Invocation, "output" | "signal"> & {
    args: RepositoryValues & { repository: readonly string[] };
  },
  { mustRead = false }: { mustRead?: boolean } = {},
): Promise<AllRepositories> {
  for (const url of args.repository) demandNoSecrets(url);
  const options = await repositoryOptions(args);
  const { openRepository } = await core();
  const onRetry = sayRetries(output);
  const repositories: OpenedRepository[] = [];
  const close = async () => {
    for (const { place } of repositories) await place.close();
  };
  try {
    for (const url of args.repository) {
      const repository = await openRepository({ ...options, url, signal, mustRead, onRetry });
      repositories.push(repository);
      for (const note of repository.notes) output.warn(note);
    }
    return { repositories, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Says now and then why it waits. */
export function sayRetries(output: Pick<Output, "remark">): (retry: Retry) => void {
  const say = nowAndThen(output);
  return ({ reason, delayMs }) =>
    say(() => `${reason.message}: trying again in ${Math.ceil(delayMs / 1000)} s`);
}

/** Parameters of a URL's query that hold secrets. */
const SECRET =
  /[?&;](?:[^=&]*(?:secret|password|passwd|token|signature|credential|access[-_]?key|sas)[^=&]*|sig|pwd)=/i;

/**
 * Refuses an address that holds credentials, since everybody can read a command line. It doesn't repeat the address.
 * @throws USAGE
 */
export function demandNoSecrets(url: string): void {
  const hasUser = /(^[a-z][a-z0-9+.-]+:|:\/\/|%3a%2f%2f)\/*[^/?#]*(@|%40)/i.test(url);
  if (!hasUser && !SECRET.test(url)) return;
  throw new CliError(
    "USAGE",
    "--repository: the address holds credentials, which every user of this machine could read",
    "leave them out: they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile in ~/.aws, or the machine's role",
  );
}

/** @throws USAGE, FILE_UNAVAILABLE */
export async function passphraseFrom(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const passphrase = withoutNewline(await textOf(path));
  if (passphrase === "") {
    throw new CliError("USAGE", `${path}, which --passphrase-file names, is empty`);
  }
  if (!/[\r\n]/.test(passphrase)) return passphrase;
  throw new CliError("USAGE", `${path}, which --passphrase-file names, holds more than one line`);
}
