// Identity files, which let a person read a repository: age's own format, with facts in comments.
//
//     # signing key: RW…       a minisign public key: the holder of this file trusts it
//     AGE-SECRET-KEY-1…        one or several
//
// No message repeats anything of such a file but a line's number.

import { FlowgError } from "../../platform/errors.js";
import { ageLibrary } from "./age-library.js";
import { type PublicKey, parsePublicKey } from "./minisign.js";
import { newX25519Identity, x25519Recipient } from "./x25519.js";

export interface Identity {
  /** `AGE-SECRET-KEY-…` */
  secret: string;
  /** Its public half, `age1…`. */
  recipient: string;
}

export interface Identities {
  identities: Identity[];
  /** The signing keys that comments name. */
  trusted: PublicKey[];
}

const SIGNING_KEY = /^#\s*signing key:\s*(\S+)\s*$/i;

/**
 * Reads an identity file.
 * @param name its path, for messages
 * @throws INPUT_INVALID
 */
export async function parseIdentities(text: string, name: string): Promise<Identities> {
  const found: Identities = { identities: [], trusted: [] };
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    const line = raw.trim();
    const at = `${name}, line ${index + 1}`;
    if (line.startsWith("#")) {
      const key = SIGNING_KEY.exec(line)?.[1];
      if (key !== undefined) found.trusted.push(parsePublicKey(key, at));
    } else if (line !== "") {
      found.identities.push(await identity(line, at));
    }
  }
  if (found.identities.length > 0) return found;
  throw new FlowgError("INPUT_INVALID", `${name} holds no identity`, {
    hint: "an identity file has a line that begins with AGE-SECRET-KEY-1",
  });
}

async function identity(line: string, at: string): Promise<Identity> {
  if (/^AGE-SECRET-KEY-(PQ-)?1/.test(line)) {
    const recipient = x25519Recipient(line);
    if (recipient !== undefined) return { secret: line, recipient };
    const { identityToRecipient } = await ageLibrary();
    try {
      return { secret: line, recipient: await identityToRecipient(line) };
    } catch {
      throw new FlowgError("INPUT_INVALID", `${at}: this identity is mistyped or cut short`, {
        hint: "take it from another copy of the file",
      });
    }
  }
  throw new FlowgError("INPUT_INVALID", `${at}: ${otherThan(line)}`, {
    hint: "give the file that `flowg repository init` or `age-keygen` made",
  });
}

function otherThan(line: string): string {
  if (line.startsWith("age1")) return "this is a recipient, the public half of an identity";
  if (line.startsWith("AGE-PLUGIN-")) return "identities of age's plugins are not taken here";
  if (/^-----BEGIN .*PRIVATE KEY/.test(line)) return "SSH and PEM keys are not taken here";
  return "this isn't an identity";
}

export function newIdentity(): Identity {
  const secret = newX25519Identity();
  return { secret, recipient: x25519Recipient(secret) as string };
}

/** The text of a new identity file. */
export function identityText(
  { secret, recipient }: Identity,
  { signingKey, repository }: { signingKey: string; repository: string },
): string {
  return [
    `# flowg repository: ${repository}`,
    `# created: ${new Date().toISOString()}`,
    `# public key: ${recipient}`,
    `# signing key: ${signingKey}`,
    "# This file reads all backups of the repository. Without it, nobody can read them.",
    secret,
    "",
  ].join("\n");
}
