// Which signatures of a repository's objects are accepted.

import { FlowgError } from "../../platform/errors.js";
import {
  isSignatureOf,
  type PublicKey,
  parseSignature,
  type SigningKey,
  sign,
} from "./minisign.js";

export interface Signed {
  stored: Uint8Array;
  /** The signature in minisign's format; undefined where it is missing. */
  signature: string | undefined;
  /** The object's path. */
  path: string;
}

/** The trusted comment of an object's signature. It holds the path, so that nobody can move the object to another place. */
const commentFor = (repository: string, path: string): string =>
  `flowg repository ${repository} object ${path}`;

/** What the comment of an object's signature says it is of; undefined for any other comment. */
export function objectOfComment(comment: string): { repository: string; path: string } | undefined {
  const [, repository, path] = /^flowg repository ([0-9a-f-]{36}) object (.+)$/.exec(comment) ?? [];
  return repository === undefined || path === undefined ? undefined : { repository, path };
}

export const signObject = (
  { stored, path }: Omit<Signed, "signature">,
  key: SigningKey,
  repository: string,
): string => sign(stored, key, commentFor(repository, path));

/** @throws SIGNATURE_REFUSED */
export function demandSignature(
  { stored, signature, path }: Signed,
  trusted: readonly PublicKey[],
  repository: string,
): void {
  const refused = (why: string, hint = FOREIGN) => refusal({ path, why, hint }, trusted);
  if (signature === undefined) throw refused("is not signed");
  const found = parseSignature(signature);
  if (!found) throw refused("has a signature that is damaged", CHANGED);
  const keys = trusted.filter(({ id }) => id === found.keyId);
  if (keys.length === 0)
    throw refused(`is signed with key ${found.keyId}, which is not trusted`, OTHER_KEY);
  if (!keys.some((key) => isSignatureOf(stored, found, key)))
    throw refused("is not what was signed: it or its signature was changed", CHANGED);
  if (found.trustedComment !== commentFor(repository, path))
    throw refused("has the signature of another object");
}

const FOREIGN =
  "somebody else may have put it there. To trust another key, add --trusted-key RW… (in settings trusted-key); " +
  "on the command line --allow-unsigned takes it as it is";

/** Most often somebody with several repositories has given the identity of another one. */
const OTHER_KEY = `give the identity or key file of this repository, if you gave another one's. Otherwise ${FOREIGN}`;

/** Disks change bytes more often than attackers do, and then no other key helps. */
const CHANGED =
  "the disk or somebody may have changed it: put it back from another copy of the repository, or use another snapshot; " +
  "on the command line --allow-unsigned takes it as it is";

function refusal(
  { path, why, hint }: { path: string; why: string; hint: string },
  trusted: readonly PublicKey[],
): FlowgError {
  const ids = trusted.map(({ id }) => id).join(", ");
  return new FlowgError("SIGNATURE_REFUSED", `${path} ${why}; trusted: ${ids}`, {
    hint,
    details: { path, trusted: trusted.map(({ text }) => text) },
  });
}
