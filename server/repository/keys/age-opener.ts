// Gets a file's key out of the header of an age file (C2SP age.md, "Header"). Where all identities are of X25519, this is done
// here: a repository opens one header for each segment it reads, and age's library takes several times as long to load and to
// check a header. It does so where an identity is of another type.

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { base64nopad } from "@scure/base";
import type { Identity as AgeIdentity } from "age-encryption";
import { ageLibrary } from "./age-library.js";
import type { Identity } from "./identities.js";
import { type Stanza, type Unwrap, x25519Unwrap } from "./x25519.js";

/**
 * The key of the file with this header, the line of its MAC included; null where no identity is one that it is for.
 * @throws Error where the header isn't what was written
 */
export type OpenHeader = (header: Uint8Array) => Promise<Uint8Array | null>;

export function headerOpener(identities: readonly Identity[]): OpenHeader {
  const unwraps = identities.map(({ secret }) => x25519Unwrap(secret));
  const own = unwraps.filter((unwrap) => unwrap !== undefined);
  if (own.length === unwraps.length) return async (header) => ownFileKey(header, own);
  const asked = identities.map(({ secret }, n) => identityOf(secret, unwraps[n]));
  return (header) => libraryFileKey(header, asked);
}

/** An X25519 identity is unwrapped here also where the library does the rest. */
const identityOf = (secret: string, unwrap: Unwrap | undefined): string | AgeIdentity =>
  unwrap ? { unwrapFileKey: (stanzas) => unwrap(stanzas) } : secret;

async function libraryFileKey(
  header: Uint8Array,
  identities: readonly (string | AgeIdentity)[],
): Promise<Uint8Array | null> {
  const { Decrypter } = await ageLibrary();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let fits = true;
  // asked last, when no other identity has opened the file
  decrypter.addIdentity({
    unwrapFileKey() {
      fits = false;
      return null;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    if (fits) throw error;
    return null;
  }
}

function ownFileKey(header: Uint8Array, unwraps: readonly Unwrap[]): Uint8Array | null {
  const { stanzas, signed, mac } = parseHeader(header);
  for (const unwrap of unwraps) {
    const fileKey = unwrap(stanzas);
    if (!fileKey) continue;
    const key = Buffer.from(hkdfSync("sha256", fileKey, "", "header", MAC_BYTES));
    const right = createHmac("sha256", key).update(signed).digest();
    if (!timingSafeEqual(right, mac)) throw new Error("the header's MAC is another");
    return fileKey;
  }
  return null;
}

const VERSION = "age-encryption.org/v1";
const MAC_BYTES = 32;
/** Of the lines of a body, only the last one is shorter, and it may be empty. */
const LINE_CHARS = 64;
const ARGUMENT = /^[\x21-\x7e]+$/;

interface ParsedHeader {
  stanzas: Stanza[];
  /** What the MAC is of: all up to its dashes. */
  signed: Uint8Array;
  mac: Uint8Array;
}

/** @throws Error where it has another form */
function parseHeader(header: Uint8Array): ParsedHeader {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  const lines = bytes.toString("latin1").split("\n");
  const [version, ...rest] = lines;
  // after the last line's end comes nothing
  if (version !== VERSION || rest.pop() !== "") throw new Error("the header has another form");
  const last = rest.pop() ?? "";
  const [dashes, text = "", ...more] = last.split(" ");
  if (dashes !== "---" || more.length > 0) throw new Error("the header has no MAC");
  const mac = base64nopad.decode(text);
  if (mac.length !== MAC_BYTES) throw new Error("the header's MAC has another length");
  return {
    stanzas: parseStanzas(rest),
    signed: bytes.subarray(0, bytes.length - 1 - last.length + dashes.length),
    mac,
  };
}

function parseStanzas(lines: readonly string[]): Stanza[] {
  const stanzas: Stanza[] = [];
  for (let at = 0; at < lines.length; ) {
    const [arrow, ...args] = (lines[at++] as string).split(" ");
    if (arrow !== "->" || args.length === 0 || !args.every((arg) => ARGUMENT.test(arg)))
      throw new Error("a stanza has another form");
    const body: Uint8Array[] = [];
    for (let isLast = false; !isLast; ) {
      const line = lines[at++];
      if (line === undefined || line.length > LINE_CHARS)
        throw new Error("a stanza's body has another form");
      body.push(base64nopad.decode(line));
      isLast = line.length < LINE_CHARS;
    }
    stanzas.push({ args, body: Buffer.concat(body) });
  }
  if (stanzas.length === 0) throw new Error("the header has no stanza");
  return stanzas;
}
