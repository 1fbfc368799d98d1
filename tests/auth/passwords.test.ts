import { expect, test } from "vitest";
import { checkPassword, hashPassword, PASSWORD_MAX_BYTES } from "../../server/auth/passwords.js";

const FLOWG_OLD = "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA";
const FLOWG_NEW =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uu3HROrzHZqVFYv8ltMcBMAKOrS6tgQiachBe/o7K3Q";

test("hashes with OWASP's parameters and a salt of its own", async () => {
  const [a, b] = await Promise.all([hashPassword("Pässwörd 🔑"), hashPassword("Pässwörd 🔑")]);
  expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(a).not.toBe(b);
  expect(await checkPassword(a, "Pässwörd 🔑")).toEqual({ matches: true, outdated: false });
  expect(await checkPassword(a, "Passwörd 🔑")).toEqual({ matches: false, outdated: false });
});

test("takes FlowG's hashes, and tells which one should be replaced", async () => {
  expect(await checkPassword(FLOWG_OLD, "root")).toEqual({ matches: true, outdated: true });
  expect(await checkPassword(FLOWG_OLD, "toor")).toEqual({ matches: false, outdated: false });
  expect(await checkPassword(FLOWG_NEW, "root")).toEqual({ matches: true, outdated: false });
});

test("without a hash nothing matches, nor against one that isn't, or that asks for too much", async () => {
  for (const stored of [
    undefined,
    "",
    "root",
    "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$",
    FLOWG_NEW.replace("argon2id", "argon2i"),
    FLOWG_NEW.replace("m=19456", "m=4194304"),
    FLOWG_OLD.replace("m=1,", "m=200000,"),
    FLOWG_OLD.replace("t=1,", "t=999,"),
    `${FLOWG_NEW}\n`,
  ]) {
    for (const password of ["root", ""]) {
      expect(await checkPassword(stored, password)).toEqual({ matches: false, outdated: false });
    }
  }
});

test("refuses passwords that are empty or beyond measure", async () => {
  await expect(hashPassword("")).rejects.toMatchObject({ code: "INPUT_INVALID" });
  const long = "é".repeat(PASSWORD_MAX_BYTES / 2);
  expect(await checkPassword(await hashPassword(long), long)).toMatchObject({ matches: true });
  await expect(hashPassword(`${long}x`)).rejects.toMatchObject({ code: "INPUT_INVALID" });
});
