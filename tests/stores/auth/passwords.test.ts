import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { isVerifiable } from "../../../server/records/auth/argon2-bounds.js";
import { FewAtOnce } from "../../../server/stores/auth/few-at-once.js";
import {
  checkPassword,
  hashPassword,
  PASSWORD_MAX_BYTES,
} from "../../../server/stores/auth/passwords.js";

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
    FLOWG_NEW.replace("m=19456,t=2", "m=262144,t=16"),
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

test("knows which hashes can be checked, and checks what RFC 9106 recommends for little memory", async () => {
  const options = { memoryCost: 65_536, timeCost: 3, parallelism: 4 };
  const strong = await hash("root", options);
  for (const stored of [FLOWG_OLD, FLOWG_NEW, strong]) {
    expect(isVerifiable(stored), stored).toBe(true);
    expect(await checkPassword(stored, "root")).toMatchObject({ matches: true });
  }
  for (const stored of [
    "",
    "root",
    FLOWG_OLD.replace("t=1,", "t=16,"),
    FLOWG_OLD.replace("m=1,", "m=100,"),
    ...["m=262144,t=16", "m=65537,t=1", "m=65536,t=5", "m=32,t=17"].map((asked) =>
      FLOWG_NEW.replace("m=19456,t=2", asked),
    ),
  ]) {
    expect(isVerifiable(stored), stored).toBe(false);
  }
});

test("a few are worked on at once, as many wait as may, and others are refused", async () => {
  const places = new FewAtOnce({ places: 2, waiting: 3 }, () => new Error("full"));
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return "done";
  };
  for (let round = 0; round < 2; round++) {
    const ends = await Promise.allSettled(Array.from({ length: 8 }, () => places.run(work)));
    expect(
      ends.map((end) => (end.status === "fulfilled" ? end.value : end.reason.message)),
    ).toEqual(["done", "done", "done", "done", "done", "full", "full", "full"]);
  }
  expect([running, most]).toEqual([0, 2]);
});
