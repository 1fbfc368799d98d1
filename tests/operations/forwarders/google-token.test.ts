// The token that a service account of Google signs.

import { generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { expect, it } from "vitest";
import { googleToken } from "../../../server/operations/forwarders/google-token.js";

const account = (private_key: string) => ({
  client_email: "flowg@p.iam.gserviceaccount.com",
  private_key,
  private_key_id: "k1",
});

it("names the account and the service, and has a signature that holds", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const token = (await googleToken({ disable_auth: false, auth_json: account(key) })) ?? "";
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

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const broken = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

const rsa = () => pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const ec = () => pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);

it.each<[string, () => string]>([
  ["that is broken", () => broken],
  ["that isn't of RSA", ec],
  ["longer than any that is taken", () => rsa() + "\n".repeat(4_096)],
])("is refused for a key %s, without a word of the key", async (_, make) => {
  const auth_json = account(make());
  await expect(googleToken({ disable_auth: false, auth_json })).rejects.toThrow(
    /^its service account has a key that can't sign$/,
  );
  expect(await googleToken({ disable_auth: true, auth_json })).toBeUndefined();
});
