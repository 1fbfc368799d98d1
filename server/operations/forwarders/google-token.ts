// The token of a call to Google: a service account signs it itself, which needs no other call (google.aip.dev/auth/4111).

import { createSign } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import type { ServiceOf } from "../../records/config/service.js";

const AUDIENCE = "https://logging.googleapis.com/";
const LASTS_SECONDS = 600;

/**
 * @returns undefined for a forwarder that calls without a token
 * @throws INPUT_INVALID for a key that can't sign
 */
export function googleToken({
  disable_auth,
  auth_json: account,
}: Pick<ServiceOf<"googlecloudlogging">, "disable_auth" | "auth_json">): string | undefined {
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
    const signature = createSign("RSA-SHA256").update(signed).sign(private_key);
    return `${signed}.${signature.toString("base64url")}`;
  } catch {
    // never what the library says: it may have a part of the key
    throw new FlowgError("INPUT_INVALID", "its service account has a key that can't sign", {
      hint: "save the forwarder with the JSON that Google gave for the account",
    });
  }
}
