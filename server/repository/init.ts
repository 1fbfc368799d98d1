// Makes a repository in an empty place, with what its use needs: an identity, and this machine's key file.

import { randomBytes, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { FlowgError } from "../platform/errors.js";
import { isThere } from "../platform/files/is-there.js";
import { writeNewFile } from "../platform/files/new-file.js";
import { type Identity, identityText, newIdentity } from "./keys/identities.js";
import { type ReadIdentities, readIdentities } from "./keys/identity-files.js";
import { lockSecrets } from "./keys/kept-secrets.js";
import { defaultKeyPath, type KeyFile, keptKeyFiles, writeKeyFile } from "./keys/key-file.js";
import { newSigningKey, type SigningKey } from "./keys/minisign.js";
import { encryptWithPassphrase } from "./keys/passphrase.js";
import { demandRecipient } from "./keys/recipients.js";
import { SNAPSHOTS } from "./manifest-objects.js";
import type { LockWish } from "./object-lock/lock-wish.js";
import { Locking } from "./object-lock/locking.js";
import type { Place } from "./places/place.js";
import {
  newRepositoryFile,
  parseRepositoryFile,
  REPOSITORY_FILE,
  readRepositoryFile,
} from "./repository-file.js";
import { SEGMENTS } from "./segments/segment-path.js";

export interface InitOptions {
  place: Place;
  /** The recipients, who can read what is written: at least one, unless `unencrypted`. */
  readers: Readers;
  unencrypted?: boolean | undefined;
  /** The lock on the file that says what the repository is; each backup renews it. */
  objectLock?: LockWish | undefined;
  /** Path of this machine's key file. By default it is where all commands look for it. */
  keyFile?: string | undefined;
}

export interface Readers {
  /** Path of an identity file. It is made if it doesn't exist. */
  identityFile?: string | undefined;
  /** `age1…` */
  recipients?: readonly string[] | undefined;
  /** Opens the identity file where that is encrypted. Otherwise it opens the repository. */
  passphrase?: string | undefined;
}

export interface InitReport {
  id: string;
  place: string;
  encrypted: boolean;
  recipients: string[];
  /** The public signing key, `RW…`; null where the repository isn't encrypted. */
  signingKey: string | null;
  /** Path of the identity file; null where none was given. */
  identityFile: string | null;
  /** Whether this run made the identity file. */
  identityMade: boolean;
  /** Whether the identity file says whose signatures to trust. Older ones don't. */
  identityTrusts: boolean;
  /** Whether a passphrase opens the repository. */
  passphrase: boolean;
  keyFile: string | null;
}

/**
 * @throws REFUSED if a repository or a file that it would make exists; CONFLICT if somebody makes another one at the same time;
 *   INPUT_INVALID, FILE_UNAVAILABLE, and what the place throws
 */
export async function initRepository(options: InitOptions): Promise<InitReport> {
  const { place, unencrypted = false, objectLock } = options;
  const locking = objectLock && (await Locking.open(place, objectLock));
  await demandEmpty(place);
  const id = randomUUID();
  const made = unencrypted ? openToAll(id) : await lockedFor(options, id);
  const written: string[] = [];
  try {
    for (const file of made.files) {
      await file.write();
      written.push(file.path);
    }
    await store({ place, locking }, made.bytes, id);
  } catch (cause) {
    // if it is unknown whether the object was stored, these files may be the only way to open it
    if (!(cause instanceof Uncertain)) for (const path of written) await rm(path, { force: true });
    throw cause instanceof Uncertain ? cause.error(written) : cause;
  }
  return { ...made.report, id, place: place.name };
}

interface Made {
  bytes: Buffer;
  files: { path: string; write(): Promise<void> }[];
  report: Omit<InitReport, "id" | "place">;
}

function openToAll(id: string): Made {
  const facts = { id, encryption: "none" as const, recipients: [], signingKeys: [] };
  return {
    bytes: newRepositoryFile(facts, undefined),
    files: [],
    report: {
      encrypted: false,
      recipients: [],
      signingKey: null,
      identityFile: null,
      identityMade: false,
      identityTrusts: false,
      passphrase: false,
      keyFile: null,
    },
  };
}

async function lockedFor({ place, readers, keyFile }: InitOptions, id: string): Promise<Made> {
  const { identityFile, passphrase } = readers;
  const keyPath = await newKeyPath(keyFile, id);
  for (const path of [identityFile, keyPath]) if (path !== undefined) demandElsewhere(path, place);
  const isNew = identityFile !== undefined && !(await isThere(identityFile));
  const older = identityFile !== undefined && !isNew ? [identityFile] : [];
  const given = await readIdentities(older, passphrase);
  const made = isNew ? newIdentity() : undefined;
  const opened = passphrase !== undefined && !given.usedPassphrase ? newIdentity() : undefined;
  for (const recipient of readers.recipients ?? []) await demandRecipient(recipient);
  const readable = [...given.identities, made, opened].filter((one) => one !== undefined);
  const recipients = [
    ...new Set([...readable.map(({ recipient }) => recipient), ...(readers.recipients ?? [])]),
  ];
  const signingKey = (await trustedAlready(given)) ?? newSigningKey();
  const secrets = { nameKey: randomBytes(32), signingKey };
  const text = (identity: Identity) =>
    identityText(identity, { signingKey: signingKey.publicKey.text, repository: id });
  const identity = opened && (await encryptWithPassphrase(text(opened), passphrase ?? ""));
  const facts = {
    id,
    encryption: "age" as const,
    recipients,
    keys: await lockSecrets(secrets, recipients),
    ...(identity === undefined ? {} : { identity }),
    signingKeys: [signingKey.publicKey.text],
  };
  const files: Made["files"] = [];
  if (made && identityFile !== undefined) {
    const write = () => writeNewFile(identityFile, text(made), "the identity");
    files.push({ path: identityFile, write });
  }
  const key: Omit<KeyFile, "isOpen"> = {
    path: keyPath,
    id,
    place: place.name,
    recipients,
    ...secrets,
  };
  files.push({ path: keyPath, write: () => writeKeyFile(key) });
  return {
    bytes: newRepositoryFile(facts, signingKey),
    files,
    report: {
      encrypted: true,
      recipients,
      signingKey: signingKey.publicKey.text,
      identityFile: identityFile ?? null,
      identityMade: made !== undefined,
      identityTrusts:
        made !== undefined || given.trusted.some(({ text }) => text === signingKey.publicKey.text),
      passphrase: opened !== undefined,
      keyFile: keyPath,
    },
  };
}

/** A key that the identity trusts and this machine has. With it, one identity file serves several repositories. */
async function trustedAlready({ trusted }: ReadIdentities): Promise<SigningKey | undefined> {
  const kept = trusted.length > 0 ? await keptKeyFiles() : [];
  const isTrusted = ({ signingKey }: KeyFile) =>
    trusted.some(({ text }) => text === signingKey.publicKey.text);
  return kept.find(isTrusted)?.signingKey;
}

/** @throws REFUSED, INPUT_INVALID */
export async function newKeyPath(given: string | undefined, id: string): Promise<string> {
  const path = given ?? defaultKeyPath(id);
  if (path === undefined) {
    throw new FlowgError(
      "INPUT_INVALID",
      "there is no place for the key file: this user has no home directory",
      { hint: "name it with --repository-key FILE, or set HOME or XDG_CONFIG_HOME" },
    );
  }
  if (!(await isThere(path))) return path;
  throw new FlowgError("REFUSED", `the key file would be written to ${path}, and there is one`, {
    hint: "give another name with --repository-key FILE",
  });
}

/** An identity isn't kept inside its repository: it would be lost together with it, and an intruder would find it there. */
function demandElsewhere(path: string, { name }: Place): void {
  if (!resolve(path).startsWith(`${resolve(name)}${sep}`)) return;
  throw new FlowgError("INPUT_INVALID", `${path} would lie in the repository itself`, {
    hint: "give a file elsewhere: somebody who finds the repository must not find its keys",
  });
}

/** @throws REFUSED */
async function demandEmpty(place: Place): Promise<void> {
  const found = await readRepositoryFile(place);
  if (found) throw exists(place, found.file.id);
  for (const prefix of [SNAPSHOTS, SEGMENTS]) {
    for await (const { path } of place.list(prefix)) {
      throw new FlowgError(
        "REFUSED",
        `${place.name} has no ${REPOSITORY_FILE}, but holds ${path}: it is a repository that has lost it`,
        {
          hint: `put ${REPOSITORY_FILE} back, from a copy or by \`flowg repository check --repair\`; or give a place that is empty`,
        },
      );
    }
  }
}

const exists = (place: Place, id: string): FlowgError =>
  new FlowgError("REFUSED", `there is a repository at ${place.name} already: ${id}`, {
    hint: "use it as it is, or give another place. To write to it from this machine: flowg repository key",
  });

/** It is unknown whether the object was stored. */
class Uncertain extends Error {
  constructor(override readonly cause: FlowgError) {
    super(cause.message);
  }

  error(written: readonly string[]): FlowgError {
    const { code, message, hint, details } = this.cause;
    const kept =
      written.length > 0 ? `; if there is a repository now, ${written.join(" and ")} open it` : "";
    return new FlowgError(code, `${message}${kept}`, { hint, details, cause: this.cause });
  }
}

interface Storing {
  place: Place;
  locking: Locking | undefined;
}

async function store({ place, locking }: Storing, bytes: Buffer, id: string): Promise<void> {
  let isStored = false;
  try {
    isStored = await place.putNew(REPOSITORY_FILE, bytes, locking?.ofSegment);
  } catch (cause) {
    if (!(cause instanceof FlowgError)) throw cause;
    const now = await place.get(REPOSITORY_FILE).catch(() => undefined);
    if (!now) throw new Uncertain(cause);
    isStored = now.equals(bytes);
  }
  if (isStored) return;
  const now = await place.get(REPOSITORY_FILE);
  throw now ? exists(place, parseRepositoryFile(now, place.name).file.id) : exists(place, id);
}
