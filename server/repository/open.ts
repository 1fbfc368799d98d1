// Opens a repository: finds out what it is, and which keys fit. Anybody who can write to its place can change repository.json. So
// each fact comes from where it can be believed: a key file of this machine, or the signature of a key that this machine trusts.

import { FlowgError } from "../platform/errors.js";
import { demandUnchanged } from "./demand-unchanged.js";
import { listed } from "./keys/age-cipher.js";
import { type Identity, parseIdentities } from "./keys/identities.js";
import { readIdentities } from "./keys/identity-files.js";
import { unlockSecrets } from "./keys/kept-secrets.js";
import { defaultKeyPath, type KeyFile, keptKeyFiles, readKeyFile } from "./keys/key-file.js";
import type { RepositoryKeys } from "./keys/keys.js";
import { type PublicKey, parsePublicKey } from "./keys/minisign.js";
import { decryptWithPassphrase } from "./keys/passphrase.js";
import { type Encryption, repositoryKeys } from "./keys/repository-keys.js";
import { damageOf, rememberedFile, withoutFile } from "./lost-file.js";
import { SNAPSHOTS } from "./manifest-objects.js";
import { isAnyBelow } from "./places/is-any-below.js";
import type { Place } from "./places/place.js";
import {
  demandSignedFile,
  type FoundFile,
  REPOSITORY_FILE,
  type RepositoryFile,
  readRepositoryFile,
} from "./repository-file.js";

export interface OpenOptions {
  place: Place;
  /** Paths of identity files. */
  identityFiles?: readonly string[] | undefined;
  /** Opens encrypted identity files, and whatever the passphrase opens in the repository. */
  passphrase?: string | undefined;
  /** Paths of key files. The one of this repository is taken. Without any, it is looked for in the default directory. */
  keyFiles?: readonly string[] | undefined;
  /** Public keys, `RW…`, to trust beside those of identity files and the key file. */
  trustedKeys?: readonly string[] | undefined;
  allowUnsigned?: boolean | undefined;
  /** Demands an identity that fits at once. Otherwise it is demanded at the first read. */
  mustRead?: boolean | undefined;
}

export interface OpenedRepository {
  id: string;
  place: Place;
  keys: RepositoryKeys;
  /** What the user should know, such as that no trusted key vouches for the repository. */
  notes: string[];
  file: RepositoryFile;
  /** All identities that were given, whether or not they fit. */
  identities: readonly Identity[];
  keyFile: KeyFile | undefined;
  /** Why repository.json can't be read; `file` is then what it must have said. */
  lostFile?: FlowgError | undefined;
  /** Undefined where the repository isn't encrypted, and where nothing here tells them. */
  secrets: Pick<KeyFile, "nameKey" | "signingKey" | "recipients"> | undefined;
}

/**
 * @throws REPOSITORY_MISSING, REPOSITORY_DAMAGED, REPOSITORY_UNAVAILABLE; SNAPSHOT_UNSUPPORTED if a later version made it;
 *   IDENTITY_REQUIRED; SIGNATURE_REFUSED or REFUSED if it differs from what this machine knows of it; FILE_UNAVAILABLE,
 *   INPUT_INVALID
 */
export async function openRepository(options: OpenOptions): Promise<OpenedRepository> {
  const { place, passphrase, allowUnsigned = false } = options;
  const given = await readIdentities(options.identityFiles ?? [], passphrase);
  // a wrong path is told before the place is asked, which may be far away
  const givenKeyFiles = await readGivenKeyFiles(options.keyFiles ?? []);
  const stored = await readRepositoryFile(place).catch(damageOf);
  const lostFile =
    stored instanceof FlowgError ? stored : stored ? undefined : await missing(place);
  const found = stored instanceof FlowgError ? undefined : stored;
  const givenKeys = (options.trustedKeys ?? []).map((text) =>
    parsePublicKey(text, "--trusted-key"),
  );
  const file =
    found?.file ??
    (await rememberedFile(place, {
      ...(await keysAt(place, givenKeyFiles, [...given.trusted, ...givenKeys])),
      identities: given.identities,
      allowUnsigned,
    }));
  if (!file) throw lostFile as FlowgError;
  const keyFile = await keyFileFor(file, { given: givenKeyFiles, place });
  if (passphrase !== undefined && file.identity !== undefined && !given.usedPassphrase) {
    const name = `the identity in ${REPOSITORY_FILE}`;
    const text = await decryptWithPassphrase(Buffer.from(file.identity), passphrase, name);
    const { identities, trusted } = await parseIdentities(text, name);
    given.identities.push(...identities);
    given.trusted.push(...trusted);
  }
  const trusted = distinct([
    ...given.trusted,
    ...givenKeys,
    ...(keyFile ? [keyFile.signingKey.publicKey] : []),
  ]);
  if (trusted.length > 0 && !allowUnsigned) {
    if (!keyFile && file.encryption === "none") throw isOpen(place);
    if (found) demandSignedFile(found, trusted);
  }
  if (keyFile) demandUnchanged(file, keyFile, place.name);
  else if (trusted.length === 0 || !found) await demandNotReplaced(file, place);

  const { identities } = given;
  const opens = keyFile !== undefined || identities.length > 0;
  if (found && file.encryption !== "none" && !opens) throw nothingOpens(file, place);
  const secrets = found ? await secretsOf(file, keyFile, identities) : keyFile;
  const encryption: Encryption | undefined =
    file.encryption === "none"
      ? undefined
      : { recipients: file.recipients, nameKey: UNKNOWN_KEY, ...secrets, identities };
  const isVouchedFor = keyFile !== undefined || !found || isSigned(found, trusted);
  const without = lostFile && withoutFile(place, lostFile);
  const known = { id: file.id, encryption, signingKey: secrets?.signingKey };
  const keys = repositoryKeys({
    ...known,
    trusted: allowUnsigned ? [] : trusted.length > 0 ? trusted : claimed(file),
    unvouched:
      without?.refusal ?? (encryption && !isVouchedFor ? notVouchedFor(file, place) : undefined),
  });
  if (options.mustRead && !keys.canRead) throw identityRequired(file, place, identities.length);
  const notes = [
    ...openNotes([...given.open, ...(keyFile?.isOpen ? [keyFile.path] : [])]),
    ...(encryption && !isVouchedFor ? [unknownNote(file, place)] : []),
    ...(without ? [without.note] : []),
  ];
  return { id: file.id, place, keys, notes, file, identities, keyFile, lostFile, secrets };
}

/** Where it isn't known, nothing is written, so nothing is named with it. */
const UNKNOWN_KEY = Buffer.alloc(32);

/** The key files that may be of the repository there, and the signing keys to believe. */
async function keysAt(
  place: Place,
  given: readonly KeyFile[],
  trusted: readonly PublicKey[],
): Promise<{ keyFiles: readonly KeyFile[]; trusted: PublicKey[] }> {
  const kept = async () => (await keptKeyFiles()).filter((file) => file.place === place.name);
  const keyFiles = given.length > 0 ? given : await kept();
  return { keyFiles, trusted: [...trusted, ...keyFiles.map((one) => one.signingKey.publicKey)] };
}

/** An identity file often names the key that is in this machine's key file, too: errors name it once. */
const distinct = (keys: readonly PublicKey[]): PublicKey[] => [
  ...new Map(keys.map((key) => [key.text, key])).values(),
];

/** The keys that it names itself, which are right unless somebody forged them. */
const claimed = (file: RepositoryFile): PublicKey[] =>
  file.signingKeys.map((text) => parsePublicKey(text, `the signing key in ${REPOSITORY_FILE}`));

function isSigned(found: FoundFile, trusted: readonly PublicKey[]): boolean {
  try {
    if (trusted.length === 0) return false;
    demandSignedFile(found, trusted);
    return true;
  } catch {
    return false;
  }
}

/** @throws FILE_UNAVAILABLE, INPUT_INVALID */
async function readGivenKeyFiles(paths: readonly string[]): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  for (const path of paths) {
    const file = await readKeyFile(path);
    if (!file) {
      throw new FlowgError("FILE_UNAVAILABLE", `there is no key file ${path}`, {
        hint: "make one with `flowg repository key` and the identity, or check --repository-key",
      });
    }
    files.push(file);
  }
  return files;
}

/**
 * @param options.given the key files that the caller named; if there are none, the default directory is looked in
 * @throws REFUSED where the files that were given are all of other repositories
 */
async function keyFileFor(
  { id }: RepositoryFile,
  { given, place }: { given: readonly KeyFile[]; place: Place },
): Promise<KeyFile | undefined> {
  if (given.length === 0) {
    const path = defaultKeyPath(id);
    return path === undefined ? undefined : await readKeyFile(path);
  }
  const fitting = given.find((file) => file.id === id);
  if (fitting) return fitting;
  const others = given.map((file) => `${file.path} is of ${file.id}`).join(", ");
  throw new FlowgError(
    "REFUSED",
    `the repository at ${place.name} says that it is ${id}, but ${others}`,
    {
      hint:
        "somebody may have put another repository in its place. If this is the one you mean, give its own key file: " +
        "`flowg repository key` makes one with the identity",
    },
  );
}

/** Refuses a repository in another one's place. A key file of this machine knows which one was there. */
async function demandNotReplaced({ id }: RepositoryFile, place: Place): Promise<void> {
  const before = (await keptKeyFiles()).find((file) => file.place === place.name);
  if (!before || before.id === id) return;
  throw new FlowgError(
    "REFUSED",
    `${place.name} held the repository ${before.id}, and now holds another: ${id}`,
    {
      hint: `somebody may have replaced it. If you did, move ${before.path} away`,
    },
  );
}

async function missing(place: Place): Promise<FlowgError> {
  const before = (await keptKeyFiles()).find((file) => file.place === place.name);
  if (before) {
    return new FlowgError(
      "REPOSITORY_MISSING",
      `${place.name} held the repository ${before.id}, and its ${REPOSITORY_FILE} is gone`,
      { hint: "put it back from a copy; where the place is a mount, see whether it is mounted" },
    );
  }
  if (await isAnyBelow(place, SNAPSHOTS)) {
    return new FlowgError(
      "REPOSITORY_MISSING",
      `${place.name} holds snapshots, and its ${REPOSITORY_FILE} is gone`,
      {
        hint:
          "put it back from a copy; to read encrypted snapshots without it, give the identity, and the signing key " +
          "(--trusted-key RW…, or a line of the identity file)",
      },
    );
  }
  return new FlowgError("REPOSITORY_MISSING", `there is no repository at ${place.name}`, {
    hint: "check the place, or make one there: flowg repository init --repository URL",
  });
}

async function secretsOf(
  file: RepositoryFile,
  keyFile: KeyFile | undefined,
  identities: readonly Identity[],
): Promise<OpenedRepository["secrets"]> {
  if (file.encryption === "none") return undefined;
  if (keyFile) return keyFile;
  const { recipients, keys = "" } = file;
  return { ...(await unlockSecrets(keys, { recipients, identities })), recipients };
}

const isOpen = (place: Place): FlowgError =>
  new FlowgError(
    "SIGNATURE_REFUSED",
    `the repository at ${place.name} is neither encrypted nor signed, and an identity or a trusted key was given for it`,
    {
      hint: "somebody may have put it there. If you made it so, give no identity and no key for it, or --allow-unsigned",
    },
  );

/** A machine that only makes backups must not be told to fetch an identity. */
function nothingOpens(file: RepositoryFile, place: Place): FlowgError {
  const path = defaultKeyPath(file.id);
  const where = path === undefined ? "" : ` (${path})`;
  return new FlowgError(
    "IDENTITY_REQUIRED",
    `the repository at ${place.name} is encrypted, and this machine has no key file of it${where}, and no identity was given. ` +
      `It is encrypted for ${listed(file.recipients)}`,
    {
      hint:
        "to make backups, give the machine's key file with --repository-key; `flowg repository key` makes one where the " +
        `identity is. To read, ${howToRead(file)}`,
      details: { recipients: file.recipients },
    },
  );
}

const howToRead = ({ identity }: RepositoryFile): string =>
  identity === undefined
    ? "give the identity file with --identity FILE or FLOWG_IDENTITY_FILE"
    : "give the passphrase with --passphrase-file FILE or FLOWG_PASSPHRASE_FILE, or an identity file with --identity FILE";

function identityRequired(file: RepositoryFile, place: Place, given: number): FlowgError {
  const why = given === 0 ? "none was given" : "none of those given is one of them";
  return new FlowgError(
    "IDENTITY_REQUIRED",
    `the snapshots at ${place.name} are encrypted, and to read them needs an identity: ${why}. ` +
      `They are encrypted for ${listed(file.recipients)}`,
    {
      hint: howToRead(file),
      details: { recipients: file.recipients },
    },
  );
}

function openNotes(paths: readonly string[]): string[] {
  return paths.map((path) => `every user of this machine can read ${path}: chmod 600 ${path}`);
}

const unknownNote = (file: RepositoryFile, place: Place): string =>
  `nothing here vouches for the repository at ${place.name}: anybody that can write there could have forged it. ${howToTrust(file)}`;

function notVouchedFor(file: RepositoryFile, place: Place): FlowgError {
  return new FlowgError(
    "SIGNATURE_REFUSED",
    `nothing is written to ${place.name}: nothing here vouches for whom it is encrypted for`,
    { hint: howToTrust(file) },
  );
}

const howToTrust = ({ signingKeys }: RepositoryFile): string =>
  `Compare its signing key ${signingKeys.join(", ")} with the one that \`flowg repository init\` printed; then give it with ` +
  "--trusted-key, or write it into the identity file as a line: # signing key: RW…";
