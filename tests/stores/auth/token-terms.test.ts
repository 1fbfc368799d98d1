// Names, expiry and last use of tokens: what can be asked for, and what comes of it in the database.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { limitRestored } from "../../../server/records/auth/limit-restored.js";
import { tokenTerms } from "../../../server/records/auth/token-terms.js";
import { tokenSha256 } from "../../../server/records/auth/token-text.js";
import {
  decodeValue,
  encodeValue,
  recordProblem,
  type TokenRecord,
  tokenKey,
} from "../../../server/records/records.js";
import { openAuthStore } from "../../../server/stores/auth/store.js";
import { temporaryDatabase } from "../../engine/temporary.js";
import { rederive } from "../../storage/rederive.js";

const NOW = Date.parse("2026-11-23T00:00:00Z");
const UUID = "11111111-2222-4333-8444-555555555555";
const SLOW = "pat_abcdefghijklmnopqrstuvwxyzABCDEF";
const SLOW_HASH = "$argon2id$v=19$m=1,t=1,p=1$3q2+7w$niesAMUeAMXpwJWxmq4o9X/ToR1HyTYBmUoOCjFOWhw";
const PAST = "2020-01-01T00:00:00.000Z";
const FUTURE = "2126-01-01T00:00:00.000Z";

test.each([
  [{ expiresIn: "30d" }, "2026-12-23T00:00:00.000Z"],
  [{ expiresIn: "2w" }, "2026-12-07T00:00:00.000Z"],
  [{ expiresIn: "1h30m" }, "2026-11-23T01:30:00.000Z"],
  [{ expiresIn: "1.5h" }, "2026-11-23T01:30:00.000Z"],
  [{ expiresIn: "90s" }, "2026-11-23T00:01:30.000Z"],
  [{ expiresAt: "2027-02-28T12:00:00+02:00" }, "2027-02-28T10:00:00.000Z"],
  [{ expiresAt: "2026-11-23T00:00:00.001Z" }, "2026-11-23T00:00:00.001Z"],
  [{}, undefined],
])("%j ends at %s", (wishes, expires) => {
  expect(tokenTerms(wishes, NOW)).toEqual(expires === undefined ? {} : { expires });
});

test.each([
  ...["", "30", "d", "-1h", "30 days", "1h-30m", "1e3s", "0s", "0d0h", "99999999w", "Infinity"].map(
    (expiresIn) => ({ expiresIn }),
  ),
  ...["", "tomorrow", "2026-11-23T00:00:00Z", "2020-01-01T00:00:00Z", "2027-01-01"].map(
    (expiresAt) => ({ expiresAt }),
  ),
  { expiresAt: "2027-01-01T00:00:00" },
  { expiresAt: "2027-02-30T00:00:00Z" },
  { expiresAt: "2027-13-01T00:00:00Z" },
  { expiresAt: "+010000-01-01T00:00:00Z" },
  { expiresIn: "1h", expiresAt: "2027-01-01T00:00:00Z" },
  { name: "" },
  { name: "two\nlines" },
  { name: "\x1b[31mred" },
  { name: "half \ud83d" },
  { name: "x".repeat(513) },
])("%j is refused, and the message says what to write", (wishes) => {
  expect(() => tokenTerms(wishes, NOW)).toThrow(
    expect.objectContaining({
      code: "INPUT_INVALID",
      hint: expect.stringMatching(/^(write|give|use) /),
    }),
  );
});

test("a snapshot brings names and expiries in the form that we write, and no others", () => {
  const sha256 = "0".repeat(64);
  const problem = (terms: object) =>
    recordProblem("auth", {
      key: tokenKey("eve", UUID),
      value: Buffer.from(JSON.stringify({ sha256, ...terms })),
    });
  for (const terms of [{}, { name: "a b", expires: PAST }, { expires: FUTURE, limit: [] }])
    expect(problem(terms)).toBeUndefined();
  for (const terms of [
    { name: 1 },
    { name: "" },
    { name: "\x1b[2J" },
    { name: null },
    { expires: 1 },
    { expires: "soon" },
    { expires: "2026-11-23" },
    { expires: null },
  ])
    expect(problem(terms), JSON.stringify(terms)).toBe("has a value that isn't a valid token");
});

test("an expired token lets nobody in and says so, also one with FlowG's slow hash, which keeps its terms", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.users.save("eve", { password: "x" });
  const made = await store.tokens.create("eve", { name: "brief", expiresIn: "1h" });
  expect(await store.tokens.authenticate(made.token)).toBe("eve");
  const stored = () => decodeValue<TokenRecord>(db.records.get(tokenKey("eve", UUID)) as Buffer);
  const put = (uuid: string, record: TokenRecord) =>
    db.change(() => {
      db.records.put(tokenKey("eve", uuid), encodeValue(record));
      rederive(db);
    });
  await put(made.uuid, { sha256: tokenSha256(made.token), name: "brief", expires: PAST });
  const refused = { code: "UNAUTHENTICATED", message: `the token expired at ${PAST}` };
  await expect(store.read((at) => at.tokenOf(made.token))).rejects.toMatchObject(refused);
  await expect(store.tokens.identify(made.token)).rejects.toMatchObject(refused);
  expect(await store.tokens.details("eve")).toMatchObject([{ name: "brief", isExpired: true }]);

  const terms = { name: "old", limit: ["read_streams"] };
  await put(UUID, { legacyHash: SLOW_HASH, ...terms, expires: PAST });
  await expect(store.tokens.identify(SLOW)).rejects.toMatchObject(refused);
  await put(UUID, { legacyHash: SLOW_HASH, ...terms, expires: FUTURE });
  expect(await store.tokens.identify(SLOW)).toMatchObject({ user: "eve", until: FUTURE });
  expect(stored()).toEqual({ sha256: tokenSha256(SLOW), ...terms, expires: FUTURE });
});

test("a token that is made with another lives no longer", async () => {
  await using db = await temporaryDatabase("auth");
  const { users, tokens } = openAuthStore(db);
  await users.save("eve", { password: "x" });
  expect(await tokens.create("eve", { until: FUTURE })).toMatchObject({ expires: FUTURE });
  const sooner = await tokens.create("eve", { until: FUTURE, expiresIn: "1h" });
  expect(Date.parse(sooner.expires ?? "")).toBeLessThan(Date.parse(FUTURE));
  const expiresAt = "2126-01-01T00:00:00.001Z";
  await expect(tokens.create("eve", { until: FUTURE, expiresAt })).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
    message: expect.stringContaining(FUTURE),
  });
  expect(await tokens.list("eve")).toHaveLength(2);
});

test("a restore by somebody who holds less limits a token that it makes live longer, as one that it brings", () => {
  const held = ["write_acls"];
  const key = tokenKey("eve", UUID);
  const store = (value: TokenRecord, old: TokenRecord) =>
    decodeValue<TokenRecord>(
      limitRestored({ key, value: encodeValue(value) }, encodeValue(old), held),
    );
  const sha256 = "0".repeat(64);
  const was = { sha256, name: "was", expires: "2030-01-01T00:00:00.000Z" };
  const shorter = { sha256, name: "will", expires: PAST };
  expect(store(shorter, was)).toEqual(shorter);
  expect(store({ sha256 }, { sha256, name: "gone" })).toEqual({ sha256 });
  for (const longer of [{ sha256, expires: FUTURE }, { sha256 }])
    expect(store(longer, was)).toEqual({ ...longer, limit: held });
});

test("the last use is told at once, written beside the records, and goes with its token", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.users.save("eve", { password: "x" });
  const { uuid } = await store.tokens.create("eve");
  const other = await store.tokens.create("eve");
  const lastUsed = async (from = store) =>
    (await from.tokens.details("eve")).find((one) => one.uuid === uuid)?.lastUsed;
  expect(await lastUsed()).toBeUndefined();
  const sum = db.records.sum();
  store.tokenUses.note("eve", uuid);
  const used = await lastUsed();
  expect(Date.parse(used ?? "")).toBeGreaterThan(Date.now() - 60_000);
  expect(await lastUsed(openAuthStore(db))).toBeUndefined();
  await store.tokenUses.write();
  expect(await lastUsed(openAuthStore(db))).toBe(used);
  expect(db.records.sum()).toEqual(sum);
  await sleep(2);
  store.tokenUses.note("eve", uuid);
  expect(Date.parse((await lastUsed()) ?? "")).toBeGreaterThan(Date.parse(used ?? ""));
  await store.tokenUses.write();

  const notes = () => [...db.local.keys()].filter((key) => key.toString().startsWith("used\x1b"));
  store.tokenUses.note("eve", other.uuid);
  store.tokenUses.note("nobody", uuid);
  await store.tokenUses.write();
  expect(notes()).toHaveLength(2);
  await store.tokens.delete("eve", uuid);
  expect(notes()).toHaveLength(1);
  // as a restore does
  await db.change(() => db.records.remove(tokenKey("eve", other.uuid)));
  const next = openAuthStore(db);
  next.tokenUses.start((error) => expect.unreachable(String(error)));
  await next.tokenUses.close();
  expect(notes()).toEqual([]);
});

test("a use that isn't written yet goes with its token, and with its user's", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  for (const user of ["eve", "eva"]) await store.users.save(user, { password: "x" });
  const [one, two, three] = [
    await store.tokens.create("eve"),
    await store.tokens.create("eve"),
    await store.tokens.create("eva"),
  ];
  const last = (user: string, { uuid }: { uuid: string }) =>
    db.read((at) => store.tokenUses.last(at, user, uuid));
  for (const { uuid } of [one, two]) store.tokenUses.note("eve", uuid);
  store.tokenUses.note("eva", three.uuid);
  await store.tokens.delete("eve", one.uuid);
  expect([await last("eve", one), await last("eve", two)]).toEqual([undefined, expect.any(Number)]);
  await store.users.delete("eve", { allowNoAdmin: true });
  expect([await last("eve", two), await last("eva", three)]).toEqual([
    undefined,
    expect.any(Number),
  ]);
});

test("a user has at most 1,000 tokens", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.users.save("eve", { password: "x" });
  await db.change((changes) => {
    for (let n = 0; n < 999; n++) {
      const uuid = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
      changes.put(tokenKey("eve", uuid), encodeValue({ sha256: tokenSha256(`pat_${n}`) }));
    }
  });
  await store.tokens.create("eve");
  await expect(store.tokens.create("eve")).rejects.toMatchObject({ code: "REFUSED" });
  await store.users.save("ann", { password: "x" });
  await store.tokens.create("ann");
});
