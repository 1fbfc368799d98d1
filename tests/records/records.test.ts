// The rules that a record must meet to be let into a database.

import { expect, test } from "vitest";
import { recordProblem, tokenKey } from "../../server/records/records.js";

const SHA256 = "0123456789abcdef".repeat(4);
const key = tokenKey("root", "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40");
const problemOf = (token: unknown) =>
  recordProblem("auth", { key, value: Buffer.from(JSON.stringify(token)) });

test.each([{ sha256: SHA256 }, { legacyHash: "$argon2id$x" }, { sha256: SHA256, later: true }])(
  "a token %j is let in",
  (token) => {
    expect(problemOf(token)).toBeUndefined();
  },
);

test.each([
  {},
  { sha256: SHA256.toUpperCase() },
  { sha256: "a" },
  { legacyHash: 5 },
  // two ways in, of which one could go unseen
  { sha256: SHA256, legacyHash: "$argon2id$x" },
  // its derived keys would be too long, or not a text
  { sha256: "a".repeat(2000), legacyHash: "$argon2id$x" },
  { sha256: 5, legacyHash: "$argon2id$x" },
])("a token %j is not", (token) => {
  expect(problemOf(token)).toBe("has a value that isn't a valid token");
});
