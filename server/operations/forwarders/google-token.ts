// The token of a call to Google: a service account signs it itself, which needs no other call (google.aip.dev/auth/4111).

import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { FlowgError } from "../../platform/errors.js";
import type { ServiceOf } from "../../records/config/service.js";

const AUDIENCE = "https://logging.googleapis.com/";
const LASTS_SECONDS = 600;
/** Google's keys have 2,048 bits. The time of a signature grows with the third power. */
const MOST_BITS = 4_096;
/** A key in PEM of that many bits is shorter. */
const MOST_CHARACTERS = 4_096;

/**
 * @returns undefined for a forwarder that calls without a token
 * @throws INPUT_INVALID for a key that can't sign
 */
export async function googleToken({
  disable_auth,
  auth_json: account,
}: Pick<ServiceOf<"googlecloudlogging">, "disable_auth" | "auth_json">): Promise<
  string | undefined
> {
  if (disable_auth || account === undefined) return undefined;
  const { client_email, private_key, private_key_id } = account;
  const now = Math.floor(Date.now() / 1000);
  const kid = private_key_id === undefined ? {} : { kid: private_key_id };
  const claims = { iss: client_email, sub: client_email, aud: AUDIENCE };
  const signed = [
    { alg: "RS256", typ: "JWT", ...kid },
    { ...claims, iat: now, exp: now + LASTS_SECONDS },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  try {
    const signature = await signInThread("RSA-SHA256", Buffer.from(signed), rsaKey(private_key));
    return `${signed}.${signature.toString("base64url")}`;
  } catch {
    // never what the library says: it may have a part of the key
    throw new FlowgError("INPUT_INVALID", "its service account has a key that can't sign", {
      hint: "save the forwarder with the JSON that Google gave for the account",
    });
  }
}

/** A signature takes long, so a thread of Node's pool works it out. */
const signInThread = promisify(sign);

/** @throws for what isn't an RSA key, or one that is too large */
function rsaKey(pem: string): KeyObject {
  if (pem.length > MOST_CHARACTERS) throw new Error("too long");
  const key = createPrivateKey(pem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0 } = {} } = key;
  if (type !== "rsa" || modulusLength > MOST_BITS) throw new Error("not an RSA key of that size");
  return key;
}
