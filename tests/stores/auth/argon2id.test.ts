import { createHash, randomBytes } from "node:crypto";
import { hash } from "@node-rs/argon2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyLegacyArgon2id } from "../../../server/stores/auth/argon2id.js";
import { blake2b } from "../../../server/stores/auth/blake2b.js";

// made by Go's x/crypto v0.34.0
const KNOWN = [
  ["root", "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA"],
  [
    "pat_abcdefghijklmnopqrstuvwxyzABCDEF",
    "$argon2id$v=19$m=1,t=1,p=1$3q2+7w$niesAMUeAMXpwJWxmq4o9X/ToR1HyTYBmUoOCjFOWhw",
  ],
] as const;

const [ROOT_PASSWORD, ROOT_HASH] = KNOWN[0];

describe("verifyLegacyArgon2id", () => {
  it("verifies the hashes that FlowG's own library made, and no other password", () => {
    for (const [password, text] of KNOWN) {
      expect(verifyLegacyArgon2id(text, password)).toBe(true);
      expect(verifyLegacyArgon2id(text, `${password} `)).toBe(false);
      expect(verifyLegacyArgon2id(text, "")).toBe(false);
    }
  });

  it("agrees with @node-rs/argon2 for several memories, passes, lanes and lengths", async () => {
    const cases = [
      { memoryCost: 8, timeCost: 1, parallelism: 1, outputLen: 32 },
      { memoryCost: 21, timeCost: 3, parallelism: 1, outputLen: 16 },
      { memoryCost: 32, timeCost: 2, parallelism: 4, outputLen: 64 },
      { memoryCost: 26, timeCost: 2, parallelism: 3, outputLen: 65 },
      { memoryCost: 64, timeCost: 1, parallelism: 1, outputLen: 100 },
      { memoryCost: 16, timeCost: 4, parallelism: 2, outputLen: 24 },
      { memoryCost: 64, timeCost: 1, parallelism: 8, outputLen: 128 },
    ];
    for (const options of cases) {
      for (const password of ["", "correct horse", "pässwörd 🐴", "x".repeat(300)]) {
        const salt = randomBytes(16);
        const text = await hash(password, { ...options, salt });
        expect(verifyLegacyArgon2id(text, password), text).toBe(true);
        expect(verifyLegacyArgon2id(text, `${password}!`), text).toBe(false);
      }
    }
  });

  it("refuses a hash with any one character changed", () => {
    for (let i = 0; i < ROOT_HASH.length - 1; i++) {
      const other = ROOT_HASH[i] === "B" ? "C" : "B";
      const changed = ROOT_HASH.slice(0, i) + other + ROOT_HASH.slice(i + 1);
      expect(verifyLegacyArgon2id(changed, ROOT_PASSWORD), changed).toBe(false);
    }
  });

  it.each([
    "",
    "$",
    "plain",
    "$argon2id$v=19$m=1,t=1,p=1$AAECAw$",
    "$argon2id$v=19$m=1,t=1,p=1$$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA",
    "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnn",
    "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA$",
    "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA=",
    "$argon2id$v=16$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA",
    "$argon2id$v=19$m=0,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA",
    "$argon2id$v=19$m=1,t=-1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA",
    "$argon2i$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA",
  ])("takes the malformed %j for no password", (text) => {
    expect(verifyLegacyArgon2id(text, "root")).toBe(false);
    expect(verifyLegacyArgon2id(text, "")).toBe(false);
  });

  it.each([
    "m=65,t=1,p=1",
    "m=19456,t=2,p=1",
    "m=4294967295,t=1,p=1",
    "m=1,t=17,p=1",
    "m=33,t=2,p=1",
    "m=4,t=16,p=16",
    "m=1,t=1,p=9",
    "m=1,t=4294967295,p=1",
    "m=1,t=1,p=17",
    "m=1,t=1,p=255",
  ])("refuses the cost %s, which a crafted backup could use to burn the machine", (cost) => {
    const text = `$argon2id$v=19$${cost}$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA`;
    expect(verifyLegacyArgon2id(text, "root")).toBe(false);
  });
});

describe("blake2b", () => {
  it("is OpenSSL's BLAKE2b-512 for any input", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), (input, cut) => {
        const expected = createHash("blake2b512").update(input).digest("hex");
        const actual = blake2b(64, input.subarray(0, cut), input.subarray(cut));
        expect(Buffer.from(actual).toString("hex")).toBe(expected);
      }),
    );
  });

  it("gives shorter outputs of their own", () => {
    const full = Buffer.from(blake2b(64, Buffer.from("abc"))).toString("hex");
    const short = Buffer.from(blake2b(32, Buffer.from("abc"))).toString("hex");
    expect(short).toBe("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    expect(full.startsWith(short)).toBe(false);
  });
});
