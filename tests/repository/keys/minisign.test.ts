// Signatures are minisign's: Debian's `minisign` accepts ours and we accept its, and neither takes what was changed.

import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FlowgError } from "../../../server/platform/errors.js";
import {
  isSignatureOf,
  newSigningKey,
  parsePublicKey,
  parseSecretKey,
  parseSignature,
  type Signature,
  sign,
} from "../../../server/repository/keys/minisign.js";
import { repositoryKeys } from "../../../server/repository/keys/repository-keys.js";
import { missingTools, tool } from "../tools.js";

const missing = missingTools(["minisign"]);
const key = newSigningKey();
const message = randomBytes(5000);

const isGood = (bytes: Uint8Array, text: string, by = key.publicKey): boolean => {
  const found = parseSignature(text);
  return found !== undefined && isSignatureOf(bytes, found, by);
};

describe.skipIf(missing.length > 0)("Debian's minisign", () => {
  let home: string;
  const at = (name: string) => join(home, name);
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "flowg-minisign-"));
    await writeFile(at("m"), message);
  });
  afterAll(() => rm(home, { recursive: true }));

  test("accepts our signatures and prints the trusted comment", async () => {
    await writeFile(at("m.minisig"), sign(message, key, "snapshots/a b.json — done"));
    const printed = tool("minisign", ["-Vm", at("m"), "-P", key.publicKey.text]).toString();
    expect(printed).toContain("Signature and comment signature verified");
    expect(printed).toContain("snapshots/a b.json — done");
    await writeFile(at("m.minisig"), sign(Buffer.from("other"), key, "c"));
    expect(() => tool("minisign", ["-Vm", at("m"), "-P", key.publicKey.text])).toThrow();
  });

  test("signs with our keys, and so do we with its", async () => {
    await writeFile(at("our.key"), `untrusted comment: x\n${key.secret}\n`);
    tool("minisign", ["-S", "-s", at("our.key"), "-m", at("m"), "-t", "by minisign"]);
    const its = await readFile(at("m.minisig"), "utf8");
    expect(isGood(message, its)).toBe(true);
    expect(parseSignature(its)?.trustedComment).toBe("by minisign");

    tool("minisign", ["-G", "-W", "-p", at("its.pub"), "-s", at("its.key")]);
    const secret = parseSecretKey(await readFile(at("its.key"), "utf8"), "its.key");
    const pub = await readFile(at("its.pub"), "utf8");
    expect(parsePublicKey(pub, "its.pub").text).toBe(secret.publicKey.text);
    // it prints no zeros in front
    expect(pub).toContain(` ${secret.publicKey.id.replace(/^0+/, "")}\n`);
    await writeFile(at("m.minisig"), sign(message, secret, "by us"));
    tool("minisign", ["-Vm", at("m"), "-p", at("its.pub")]);
    for (const flags of [[], ["-l"]]) {
      tool("minisign", ["-S", ...flags, "-s", at("its.key"), "-m", at("m")]);
      expect(isGood(message, await readFile(at("m.minisig"), "utf8"), secret.publicKey)).toBe(true);
    }
  });
});

test("a key with a password is refused in words", () => {
  const bytes = Buffer.from(key.secret, "base64");
  bytes.write("Sc", 2);
  const text = `untrusted comment: minisign encrypted secret key\n${bytes.toString("base64")}\n`;
  expect(() => parseSecretKey(text, "p.key")).toThrow(/p\.key: .*protected by a password/);
});

test("every changed byte is noticed", () => {
  const text = sign(message, key, "snapshots/x.json");
  expect(isGood(message, text)).toBe(true);
  // the first line is signed by nobody, in minisign as well
  for (let at = text.indexOf("\n") + 1; at < text.length - 1; at++) {
    for (const letter of ["A", "z", " "]) {
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      if (changed !== text) expect(isGood(message, changed), `${at}: ${letter}`).toBe(false);
    }
    expect(isGood(message, text.slice(0, at)), `cut at ${at}`).toBe(false);
  }
  const changed = Buffer.from(message);
  changed[4999] = (changed[4999] ?? 0) ^ 1;
  expect(isGood(changed, text)).toBe(false);
  expect(isGood(message, text, newSigningKey().publicKey)).toBe(false);
});

test("a new key is read again", () => {
  const again = parseSecretKey(key.secret, "x");
  expect(again.publicKey.text).toBe(key.publicKey.text);
  expect(key.publicKey.text).toMatch(/^RW[\w+/]{54}$/);
  expect(newSigningKey().publicKey.id).not.toBe(key.publicKey.id);
});

test.each(["", "RW", "hunter2", newSigningKey().publicKey.text.slice(1), "!".repeat(56)])(
  "%j isn't a key, and is not repeated",
  (text) => {
    for (const parse of [parsePublicKey, parseSecretKey]) {
      const message = thrown(() => parse(text, "the file"));
      expect(message).toMatch(/^the file: /);
      if (text.length > 2) expect(message).not.toContain(text);
    }
  },
);

function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    return (error as Error).message;
  }
  return "";
}

describe("the manifests of a repository", () => {
  const path = "snapshots/2026-11-28/21-30-05.123Z-1.json.zst.age";
  const stored = Buffer.from("a manifest");
  const trusted = [key.publicKey];
  const keys = repositoryKeys({ id: "r1", signingKey: key, trusted });
  const good = keys.sign?.(stored, path);
  const refusal = (signature: string | undefined, bytes = stored, at = path): string => {
    try {
      keys.demandSigned(bytes, signature, at);
      return "accepted";
    } catch (error) {
      expect(error).toMatchObject({ code: "SIGNATURE_REFUSED" });
      const { message, hint } = error as FlowgError;
      return `${message}\n${hint}`;
    }
  };

  test("are accepted signed by a trusted key", () => {
    expect(refusal(good)).toBe("accepted");
    const other = newSigningKey();
    expect(refusal(undefined)).toContain(`${path} is not signed`);
    expect(refusal("nonsense")).toContain("damaged");
    const byOther = refusal(
      repositoryKeys({ id: "r1", signingKey: other, trusted }).sign?.(stored, path),
    );
    expect(byOther).toContain(`signed with key ${other.publicKey.id}, which is not trusted`);
    expect(byOther).toContain(
      "give the identity or key file of this repository, if you gave another one's. Otherwise somebody else",
    );
    expect(refusal(good, Buffer.from("another"))).toContain("is not what was signed");
  });

  test("hold where they were signed for", () => {
    expect(refusal(good, stored, path.replace("28", "29"))).toContain(
      "signature of another object",
    );
    const elsewhere = repositoryKeys({ id: "r2", signingKey: key, trusted }).sign?.(stored, path);
    expect(refusal(elsewhere)).toContain("signature of another object");
  });

  test("are accepted unsigned where no key is trusted", () => {
    const nobody = repositoryKeys({ id: "r1", trusted: [] });
    expect(nobody.sign).toBeUndefined();
    nobody.demandSigned(stored, undefined, path);
  });

  test("a claimed key id isn't a signature", () => {
    const { signature, ...rest } = parseSignature(good ?? "") as Signature;
    expect(isSignatureOf(stored, { ...rest, signature: Buffer.alloc(64) }, key.publicKey)).toBe(
      false,
    );
  });
});
