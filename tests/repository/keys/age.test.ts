// Encrypted objects are age files: Debian's `age` reads ours and we read its, and nothing that was changed is accepted.

import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  identityToRecipient,
  Stanza,
} from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ageCipher, encryptAge } from "../../../server/repository/keys/age-cipher.js";
import { encryptPayload } from "../../../server/repository/keys/age-payload.js";
import { type Identity, newIdentity } from "../../../server/repository/keys/identities.js";
import { type Wrap, x25519Unwrap, x25519Wrap } from "../../../server/repository/keys/x25519.js";
import { missingTools, tool } from "../tools.js";

const CHUNK = 64 * 1024;
/** Around the borders of chunks, and of what is done at a time. */
const SIZES = [0, 1, 15, 16, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 16, 2 * CHUNK, 2 * CHUNK + 1];
const LARGE = 17 * CHUNK + 5;
const missing = missingTools(["age", "age-keygen"]);

let home: string;
let mine: Identity;
let other: Identity;
let hybrid: Identity;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-age-"));
  [mine, other] = [newIdentity(), newIdentity()];
  const secret = await generateHybridIdentity();
  hybrid = { secret, recipient: await identityToRecipient(secret) };
  await writeFile(join(home, "mine"), `# a comment\n${mine.secret}\n`);
  await writeFile(join(home, "other"), `${other.secret}\n`);
});
afterAll(() => rm(home, { recursive: true }));

const cipherOf = (recipients: Identity[], identities: Identity[]) =>
  ageCipher({ recipients: recipients.map(({ recipient }) => recipient), identities });

/** What decrypting gives, or the code of the error. */
const outcome = (stored: Uint8Array, recipients = [mine], identities = [mine]) =>
  cipherOf(recipients, identities)
    .decrypt(stored, "segments/ab/abc.zst.age")
    .then(
      (plain) => plain,
      (error) => error.code as string,
    );

/** Faster than the comparison of `expect`, byte by byte. */
const isSame = (found: Buffer | string, plain: Buffer): boolean =>
  typeof found !== "string" && found.equals(plain);

describe.skipIf(missing.length > 0)("Debian's age", () => {
  test.each([...SIZES, LARGE])("reads %i bytes of ours, and we read its", async (size) => {
    const plain = randomBytes(size);
    const ours = await cipherOf([mine, other], []).encrypt(plain);
    for (const name of ["mine", "other"])
      expect(tool("age", ["-d", "-i", join(home, name)], ours).equals(plain)).toBe(true);
    const args = ["-e", "-r", other.recipient, "-r", mine.recipient];
    const its = tool("age", args, plain);
    expect(its.length).toBe(ours.length);
    expect(isSame(await outcome(its), plain)).toBe(true);
  });

  test("reads what is for two, one of them post-quantum, where it knows that", async () => {
    const stored = await cipherOf([mine, hybrid], []).encrypt(Buffer.from("for both"));
    expect(tool("age", ["-d", "-i", join(home, "mine")], stored).toString()).toBe("for both");
  });

  test("makes identities that we read, and reads ours", async () => {
    const file = tool("age-keygen", []).toString();
    const recipient = /public key: (age1\w+)/.exec(file)?.[1] ?? "";
    const stored = await encryptAge(Buffer.from("for keygen"), [recipient]);
    await writeFile(join(home, "keygen"), file);
    expect(tool("age", ["-d", "-i", join(home, "keygen")], stored).toString()).toBe("for keygen");
    expect(
      tool("age-keygen", ["-y", join(home, "mine")])
        .toString()
        .trim(),
    ).toBe(mine.recipient);
  });
});

test.each([...SIZES, LARGE])("%i bytes come back, from each recipient", async (size) => {
  const plain = randomBytes(size);
  const stored = await cipherOf([mine, hybrid], []).encrypt(plain);
  expect(isSame(await outcome(stored, [mine, hybrid], [mine]), plain)).toBe(true);
  expect(isSame(await outcome(stored, [mine, hybrid], [other, hybrid]), plain)).toBe(true);
});

test("the age library reads ours, and we read its, from each recipient", async () => {
  const plain = randomBytes(100);
  const ours = await cipherOf([mine, other], []).encrypt(plain);
  const encrypter = new Encrypter();
  for (const { recipient } of [mine, other]) encrypter.addRecipient(recipient);
  const its = Buffer.from(await encrypter.encrypt(plain));
  expect(its.length).toBe(ours.length);
  for (const one of [mine, other]) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(one.secret);
    expect(isSame(Buffer.from(await decrypter.decrypt(ours)), plain)).toBe(true);
    expect(isSame(await outcome(its, [mine, other], [one]), plain)).toBe(true);
  }
});

describe("a recipient's part of a header", () => {
  const SMALL_ORDER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const body = new Uint8Array(32);
  test.each([
    ["a share that gives a known secret", ["X25519", SMALL_ORDER], body],
    ["a share that is cut", ["X25519", SMALL_ORDER.slice(4)], body],
    ["two shares", ["X25519", SMALL_ORDER, SMALL_ORDER], body],
    ["none", ["X25519"], body],
    ["no text of base64", ["X25519", "?".repeat(43)], body],
    ["a longer key", ["X25519", SMALL_ORDER], new Uint8Array(33)],
  ])("is refused with %s", (_, args, bytes) => {
    const unwrap = x25519Unwrap(mine.secret);
    expect(() => unwrap?.([new Stanza(args, bytes)])).toThrow();
  });

  test("is passed over where it is another's, or of another type", () => {
    const fileKey = randomBytes(16);
    const [forOther, forMe] = [other, mine].map(({ recipient }) =>
      x25519Wrap(recipient)?.(fileKey),
    ) as [Stanza, Stanza];
    const unwrap = x25519Unwrap(mine.secret);
    const scrypt = new Stanza(["scrypt", "salt", "18"], body);
    expect(unwrap?.([scrypt, forOther])).toBe(null);
    expect(Buffer.from(unwrap?.([scrypt, forOther, forMe]) ?? []).equals(fileKey)).toBe(true);
  });

  test("is made of nothing but age1… and AGE-SECRET-KEY-1…, whole and unchanged", () => {
    for (const text of [hybrid.recipient, mine.secret, mine.recipient.slice(0, -1), "age1", ""])
      expect(x25519Wrap(text)).toBe(undefined);
    // the last letter that there is: a digit has no other case
    const mixed = mine.secret.replace(/[A-Z](?=[^A-Z]*$)/, (letter) => letter.toLowerCase());
    for (const text of [hybrid.secret, mine.recipient, mine.secret.toLowerCase(), mixed, ""])
      expect(x25519Unwrap(text)).toBe(undefined);
  });
});

describe("a header that others have made", () => {
  const FIRST_LINE = "age-encryption.org/v1";
  const FULL = "A".repeat(64);
  const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

  /** A file for us with these lines in its header, with a MAC that is right. */
  async function withLines(change: (forUs: string[]) => string[], version = FIRST_LINE) {
    const fileKey = randomBytes(16);
    const wrap = x25519Wrap(mine.recipient) as Wrap;
    const { args, body } = wrap(fileKey);
    const forUs = [`-> ${args.join(" ")}`, unpadded(body)];
    const text = `${[version, ...change(forUs)].join("\n")}\n---`;
    const key = Buffer.from(hkdfSync("sha256", fileKey, "", "header", 32));
    const mac = createHmac("sha256", key).update(text, "latin1").digest();
    const header = Buffer.from(`${text} ${unpadded(mac)}\n`, "latin1");
    return await encryptPayload(fileKey, Buffer.from("x"), header);
  }

  test.each<[string, boolean, (forUs: string[]) => string[]]>([
    ["as it is", true, (us) => us],
    ["a stanza that nobody knows before it", true, (us) => ["-> x-grease a b !", "", ...us]],
    ["a stanza after it", true, (us) => [...us, "-> x-grease", "QUJD"]],
    ["a body of two lines", true, (us) => ["-> x-grease", FULL, "QUJD", ...us]],
    ["a full line and an empty one", true, (us) => ["-> x-grease", FULL, "", ...us]],
    ["no last line of a body", false, (us) => ["-> x-grease", FULL, ...us]],
    ["a line that is too long", false, (us) => ["-> x-grease", `${FULL}AAAA`, "", ...us]],
    ["no arguments", false, (us) => ["->", "", ...us]],
    ["an empty argument", false, (us) => ["-> a  b", "", ...us]],
    ["a space at the end", false, (us) => ["-> a ", "", ...us]],
    ["bits beside a body's bytes", false, (us) => ["-> a", "QUJDR", ...us]],
    ["padding", false, (us) => ["-> a", "QQ==", ...us]],
    ["an empty line", false, (us) => ["", ...us]],
    ["the line ends of Windows", false, (us) => us.map((line) => `${line}\r`)],
    ["another beginning of a stanza", false, (us) => ["=> a", "", ...us]],
    ["no stanza for us", false, () => ["-> x-grease", ""]],
  ])("%s is taken as age's library takes it", async (_, isTaken, change) => {
    const stored = await withLines(change);
    const decrypter = new Decrypter();
    decrypter.addIdentity(mine.secret);
    const its = await decrypter.decrypt(stored, "text").catch(() => undefined);
    expect(its).toBe(isTaken ? "x" : undefined);
    const ours = await outcome(stored);
    expect(typeof ours === "string" ? ours : ours.toString()).toBe(
      isTaken ? "x" : "REPOSITORY_DAMAGED",
    );
  });

  test("of another version is refused", async () => {
    expect(await outcome(await withLines((us) => us, "age-encryption.org/v2"))).toBe(
      "REPOSITORY_DAMAGED",
    );
  });
});

test("two encryptions of the same bytes have nothing in common", async () => {
  const cipher = cipherOf([mine], []);
  const [one, two] = [
    await cipher.encrypt(Buffer.alloc(64)),
    await cipher.encrypt(Buffer.alloc(64)),
  ];
  expect(one.subarray(-64).equals(two.subarray(-64))).toBe(false);
});

describe("a changed object is refused", () => {
  test("at each byte", async () => {
    const stored = await cipherOf([mine], []).encrypt(Buffer.from("a small object"));
    for (let at = 0; at < stored.length; at++) {
      const changed = Buffer.from(stored);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(await outcome(changed), `byte ${at}`).toBe("REPOSITORY_DAMAGED");
    }
  });

  test("cut at each length, and with something at its end", async () => {
    const stored = await cipherOf([mine], []).encrypt(Buffer.from("a small object"));
    for (let length = 0; length < stored.length; length++)
      expect(await outcome(stored.subarray(0, length)), `${length}`).toBe("REPOSITORY_DAMAGED");
    for (const more of [Buffer.alloc(1), Buffer.alloc(16), stored])
      expect(await outcome(Buffer.concat([stored, more]))).toBe("REPOSITORY_DAMAGED");
  });

  test.each([2 * CHUNK, 2 * CHUNK + 5])(
    "with its chunks cut, swapped or repeated (%i)",
    async (size) => {
      const stored = await cipherOf([mine], []).encrypt(randomBytes(size));
      const chunks = Math.ceil(size / CHUNK);
      const begin = stored.length - size - 16 * chunks;
      const head = stored.subarray(0, begin);
      const chunk = (index: number) =>
        stored.subarray(begin + index * (CHUNK + 16), begin + (index + 1) * (CHUNK + 16));
      const all = Array.from({ length: chunks }, (_, index) => chunk(index));
      expect(Buffer.concat([head, ...all]).equals(stored)).toBe(true);
      const [first = head, second = head, ...rest] = all;
      for (const changed of [
        [first],
        [second, first, ...rest],
        [first, first, ...rest],
        [first, second, second, ...rest],
        [...all, first],
        all.slice(0, -1),
        all.slice(1),
        [],
      ])
        expect(await outcome(Buffer.concat([head, ...changed]))).toBe("REPOSITORY_DAMAGED");
    },
  );

  test("with the payload of another object for the same reader", async () => {
    const [one, two] = [
      await encryptAge(Buffer.from("one"), [mine.recipient]),
      await encryptAge(Buffer.from("two"), [mine.recipient]),
    ];
    const mixed = Buffer.concat([one.subarray(0, -35), two.subarray(-35)]);
    expect(await outcome(mixed)).toBe("REPOSITORY_DAMAGED");
  });
});

describe("a reader without an identity that fits", () => {
  test("hears which recipients there are", async () => {
    const stored = await cipherOf([mine, hybrid], []).encrypt(Buffer.from("secret"));
    for (const identities of [[], [other]]) {
      const error = await cipherOf([mine, hybrid], identities)
        .decrypt(stored, "segments/ab/abc.zst.age")
        .catch((error) => error);
      expect(error.code).toBe("IDENTITY_REQUIRED");
      expect(error.message).toContain(mine.recipient);
      expect(error.message).toContain("segments/ab/abc.zst.age");
      expect(error.message.length).toBeLessThan(400);
      expect(error.hint).toContain("--identity");
      expect(JSON.stringify(error.details) + error.message).not.toContain("SECRET");
    }
  });

  test("hears of damage where the identity is one of the repository's", async () => {
    const forAnother = await encryptAge(Buffer.from("x"), [other.recipient]);
    expect(await outcome(forAnother, [mine], [mine])).toBe("REPOSITORY_DAMAGED");
    expect(await outcome(Buffer.from("no age file"), [mine], [mine])).toBe("REPOSITORY_DAMAGED");
  });
});
