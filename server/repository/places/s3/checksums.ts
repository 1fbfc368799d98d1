// The store checks what we send: against the SHA-256 that is signed, and against one more checksum, which object lock demands.
// That is an MD5, because some stores refuse the newer ones. On a machine without MD5 it is the SHA-256 again.

import { createHash, type Hash } from "node:crypto";
import { setImmediate as others } from "node:timers/promises";

const PIECE = 1024 * 1024;

export async function checksums(body: Uint8Array | undefined): Promise<Record<string, string>> {
  const sha256 = createHash("sha256");
  if (!body) return { "x-amz-content-sha256": sha256.digest("hex") };
  const md5 = tryMd5();
  for (let at = 0; at < body.byteLength; at += PIECE) {
    // a server's requests must not wait for it
    if (at > 0) await others();
    const piece = body.subarray(at, at + PIECE);
    sha256.update(piece);
    md5?.update(piece);
  }
  const hash = sha256.digest();
  return {
    "x-amz-content-sha256": hash.toString("hex"),
    ...(md5
      ? { "content-md5": md5.digest("base64") }
      : { "x-amz-checksum-sha256": hash.toString("base64") }),
  };
}

/** A machine in FIPS mode has no MD5. */
function tryMd5(): Hash | undefined {
  try {
    return createHash("md5");
  } catch {
    return undefined;
  }
}
