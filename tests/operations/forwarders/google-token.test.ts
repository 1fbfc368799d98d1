// The token that a service account of Google signs.

import { generateKeyPairSync, verify } from "node:crypto";
import { expect, it } from "vitest";
import { googleToken } from "../../../server/operations/forwarders/google-token.js";

const account = (private_key: string) => ({
  client_email: "flowg@p.iam.gserviceaccount.com",
  private_key,
  private_key_id: "k1",
});

it("names the account and the service, and has a signature that holds", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const token = googleToken({ disable_auth: false, auth_json: account(key) }) ?? "";
  const [head = "", claims = "", signature = ""] = token.split(".");
  const parsed = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(parsed(head)).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
  expect(parsed(claims)).toEqual({
    iss: "flowg@p.iam.gserviceaccount.com",
    sub: "flowg@p.iam.gserviceaccount.com",
    aud: "https://logging.googleapis.com/",
    iat: expect.any(Number),
    exp: parsed(claims).iat + 600,
  });
  const isRight = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${claims}`),
    publicKey,
    Buffer.from(signature, "base64url"),
  );
  expect(isRight).toBe(true);
});

it("is refused for a key that can't sign, without a word of the key", () => {
  const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
  expect(() => googleToken({ disable_auth: false, auth_json: account(key) })).toThrow(
    /^its service account has a key that can't sign$/,
  );
  expect(googleToken({ disable_auth: true, auth_json: account(key) })).toBeUndefined();
});
