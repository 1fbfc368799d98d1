import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { SCOPES } from "../../../server/records/auth/scopes.js";
import { tokenSha256 } from "../../../server/records/auth/token-text.js";
import {
  encodeValue,
  roleKey,
  type TokenRecord,
  tokenKey,
  userKey,
} from "../../../server/records/records.js";
import { type AuthStore, openAuthStore } from "../../../server/stores/auth/store.js";
import { derivedAndExpected, temporaryDatabase } from "../../engine/temporary.js";
import { rederive } from "../../storage/rederive.js";

const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

const scopesOf = (store: AuthStore, user: string) => store.read((at) => at.scopesOf(user));
const voidUntil = (store: AuthStore, user: string) =>
  store.read((at) => at.sessionsVoidUntil(user));

test("bootstraps a new database once, and each half by itself; one that was emptied stays so", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  expect(await store.bootstrap("secret")).toEqual({ roleCreated: true, userCreated: true });
  expect(await store.roles.list()).toEqual([
    {
      name: "admin",
      scopes: [
        "send_logs",
        "write_acls",
        "write_alerts",
        "write_pipelines",
        "write_streams",
        "write_transformers",
      ],
    },
  ]);
  expect(await store.users.list()).toEqual([{ name: "root", roles: ["admin"] }]);
  expect(await store.users.checkPassword("root", "secret")).toBe(true);
  expect([...((await scopesOf(store, "root")) ?? [])].sort()).toEqual([...SCOPES].sort());
  expect(await store.bootstrap("other")).toEqual({ roleCreated: false, userCreated: false });
  const insist = { allowNoAdmin: true };
  await store.roles.delete("admin", insist);
  expect(await store.bootstrap("other")).toEqual({ roleCreated: false, userCreated: false });
  await store.users.delete("root", insist);
  expect(await store.bootstrap("other")).toEqual({ roleCreated: false, userCreated: false });
  expect([...(await store.users.list()), ...(await store.roles.list())]).toEqual([]);

  for (const kind of ["role", "user"]) {
    await using other = await temporaryDatabase("auth");
    const half = openAuthStore(other);
    await (kind === "role"
      ? half.roles.save("r", ["send_logs"])
      : half.users.save("u", { password: "p" }));
    expect(await half.bootstrap("x")).toEqual({
      roleCreated: kind === "user",
      userCreated: kind === "role",
    });
  }
});

test("a database of before the note was kept is noted at its first change, and at a start", async () => {
  for (const first of ["a change", "a start"]) {
    await using db = await temporaryDatabase("auth");
    const store = openAuthStore(db);
    await db.records.transaction(() => {
      db.records.put(roleKey("admin"), encodeValue({ scopes: ["write_acls"] }));
      db.records.put(userKey("u"), encodeValue({ passwordHash: "x", roles: ["admin"] }));
    });
    if (first === "a start") await store.bootstrap("x");
    await store.users.delete("u", { allowNoAdmin: true });
    await store.roles.delete("admin", { allowNoAdmin: true });
    expect(await store.bootstrap("x")).toEqual({ roleCreated: false, userCreated: false });
  }
});

test("nobody removes the last user, role or administrator, unless they insist", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.bootstrap("secret");
  const refused = { code: "REFUSED" };
  const tries = [
    () => store.users.delete("root"),
    () => store.users.save("root", { roles: [] }),
    () => store.roles.delete("admin"),
    () => store.roles.save("admin", ["read_acls"]),
  ];
  const all = async () => {
    for (const remove of tries) await expect(remove()).rejects.toMatchObject(refused);
  };
  await all();
  // neither a user without rights nor a role without users makes up for it
  await store.roles.save("spare", ["write_acls"]);
  await store.users.save("eve", { password: "p", roles: ["missing", "spare too"] });
  await all();
  await store.users.save("eve", { roles: ["spare"], roleLimit: ["read_acls"] });
  await all();
  await store.users.save("eve", { roles: ["spare"] });
  await store.users.save("root", { roles: [] });
  await store.roles.delete("admin");
  await expect(store.roles.delete("spare")).rejects.toMatchObject(refused);
  await expect(store.users.delete("eve")).rejects.toMatchObject(refused);
  await store.users.delete("root");
  expect(await store.users.list()).toEqual([{ name: "eve", roles: ["spare"] }]);
  await store.users.delete("nobody");
  await store.roles.delete("nothing");
});

test("a hash that two users' tokens have lets nobody in, whichever comes first", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  for (const name of ["aaa", "mmm", "zzz"]) await store.users.save(name, { password: "x" });
  const own = await store.tokens.create("mmm");
  const slow = "pat_abcdefghijklmnopqrstuvwxyzABCDEF";
  const hashes = {
    flowg: "$argon2id$v=19$m=1,t=1,p=1$3q2+7w$niesAMUeAMXpwJWxmq4o9X/ToR1HyTYBmUoOCjFOWhw",
    other: await hash(slow, { memoryCost: 8, timeCost: 1, parallelism: 1 }),
  };
  for (const thief of ["aaa", "zzz"]) {
    await db.records.transaction(() => {
      const put = (user: string, n: number, record: TokenRecord) =>
        db.records.put(tokenKey(user, uuid(n)), encodeValue(record));
      put(thief, 1, { sha256: tokenSha256(own.token) });
      // one text, two salts: what no look at the hashes could tell
      put(thief, 2, { legacyHash: hashes.flowg });
      put("mmm", 3, { legacyHash: hashes.other });
      rederive(db);
    });
    expect(await store.tokens.authenticate(own.token)).toBeUndefined();
    expect(await store.tokens.authenticate(slow)).toBeUndefined();
    await store.users.delete(thief);
    expect(await store.tokens.authenticate(own.token)).toBe("mmm");
    await store.users.save(thief, { password: "x" });
  }
});

test("a role is replaced as a whole, and lists are sorted", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.roles.save("b", ["send_logs"]);
  await store.roles.save("a", ["write_acls", "read_acls"]);
  await store.roles.save("b", ["read_streams"]);
  expect(await store.roles.list()).toEqual([
    { name: "a", scopes: ["read_acls", "write_acls"] },
    { name: "b", scopes: ["read_streams"] },
  ]);
  await store.roles.delete("missing");
  await expect(store.roles.save("c", ["read_all"])).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  expect(await store.roles.get("c")).toBeUndefined();
});

test("names with colons, slashes, spaces and Unicode don't collide", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  const names = [
    "admin",
    "admin:a",
    "admin/a",
    "admin a",
    "admin␛",
    "ädmin",
    "管理者",
    "a".repeat(512),
  ];
  for (const [i, name] of names.entries()) {
    await store.roles.save(name, [SCOPES[i] ?? "send_logs"]);
    await store.users.save(name, { password: "p", roles: [name] });
  }
  for (const [i, name] of names.entries()) {
    expect((await store.roles.get(name))?.scopes).toEqual([SCOPES[i]]);
    expect((await scopesOf(store, name))?.has(SCOPES[i] ?? "send_logs")).toBe(true);
    expect(await store.tokens.list(name)).toEqual([]);
  }
  const token = await store.tokens.create("admin:a");
  await store.users.delete("admin");
  expect(await store.tokens.authenticate(token.token)).toBe("admin:a");
  expect(await store.users.list()).toHaveLength(names.length - 1);
  for (const bad of ["", "a\x1bb", "a\nb", "\ud800", "a".repeat(513)]) {
    await expect(store.roles.save(bad, [])).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(store.users.save(bad, { password: "p" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    expect(await store.users.get(bad)).toBeUndefined();
    expect(await store.tokens.list(bad)).toEqual([]);
    expect(await store.users.checkPassword(bad, "p")).toBe(false);
  }
});

test("a change of one thing leaves the other, a new user needs a password", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await expect(store.users.save("eve", { roles: ["x"] })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  await store.users.save("eve", { password: "one", roles: ["viewer", "a", "viewer"] });
  await store.users.save("eve", { roles: ["viewer"] });
  expect(await store.users.checkPassword("eve", "one")).toBe(true);
  await store.users.save("eve", { password: "two" });
  expect(await store.users.get("eve")).toEqual({ name: "eve", roles: ["viewer"] });
  expect(await store.users.checkPassword("eve", "one")).toBe(false);
  expect(await store.users.checkPassword("eve", "two")).toBe(true);
});

test("a password that was set meanwhile is not overwritten by a user that knew the old one", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.users.save("eve", { password: "old", roles: ["x"] });
  const ifHash = await store.users.matchingHash("eve", "old");
  expect(await store.users.matchingHash("eve", "wrong")).toBeUndefined();
  expect(await store.users.matchingHash("nobody", "old")).toBeUndefined();
  await store.users.save("eve", { password: "the administrator's" });
  await expect(store.users.save("eve", { password: "mine", ifHash })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(await store.users.checkPassword("eve", "the administrator's")).toBe(true);
});

test("a new password and a deletion end the sessions; other changes don't", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  const before = Date.now();
  await store.users.save("eve", { password: "one" });
  await store.users.save("ann", { password: "one" });
  const created = (await voidUntil(store, "eve")) ?? 0;
  expect(created).toBeGreaterThanOrEqual(before);
  expect(created).toBeLessThanOrEqual(Date.now());
  await store.users.save("eve", { roles: ["x"] });
  expect(await voidUntil(store, "eve")).toBe(created);
  await store.users.delete("eve");
  expect(await voidUntil(store, "eve")).toBeGreaterThanOrEqual(created);
  await store.users.delete("nobody");
  expect(await voidUntil(store, "nobody")).toBeUndefined();
});

test("tokens: created, listed, used, deleted, gone with their user", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await store.users.save("eve", { password: "x" });
  await store.users.save("bob", { password: "x" });
  await expect(store.tokens.create("nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
  const tokens = [];
  for (let i = 0; i < 3; i += 1) tokens.push(await store.tokens.create("eve"));
  const bobs = await store.tokens.create("bob");
  for (const { token } of tokens) expect(token).toMatch(/^pat_[a-zA-Z0-9]{32}$/);
  expect(await store.tokens.list("eve")).toEqual(tokens.map((token) => token.uuid).sort());
  const [first, second] = tokens;
  if (!first || !second) throw new Error("no tokens");
  expect(await store.tokens.authenticate(first.token)).toBe("eve");
  expect(await store.tokens.authenticate(first.token.slice(0, -1))).toBeUndefined();
  expect(await store.tokens.authenticate(first.token.toLowerCase())).toBeUndefined();
  expect(await store.tokens.authenticate("")).toBeUndefined();
  // another user's token stays
  await store.tokens.delete("bob", first.uuid);
  expect(await store.tokens.authenticate(first.token)).toBe("eve");
  await store.tokens.delete("eve", first.uuid.toUpperCase());
  expect(await store.tokens.authenticate(first.token)).toBeUndefined();
  await expect(store.tokens.delete("eve", "1")).rejects.toMatchObject({ code: "INPUT_INVALID" });
  const stored = JSON.stringify([...db.records.range({})].map(({ value }) => value.toString()));
  for (const { token } of tokens) expect(stored).not.toContain(token);
  await store.users.delete("eve");
  expect(await store.tokens.authenticate(second.token)).toBeUndefined();
  await store.users.save("eve", { password: "again" });
  expect(await store.tokens.authenticate(second.token)).toBeUndefined();
  expect(await store.tokens.authenticate(bobs.token)).toBe("bob");
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("unknown scopes and roles in the database lock nobody out", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await db.records.transaction(() => {
    db.records.put(roleKey("odd"), encodeValue({ scopes: ["write_forwarders", "read_acls"] }));
    const roles = ["odd", "missing", "x".repeat(5_000), "a\x1bb"];
    db.records.put(userKey("eve"), encodeValue({ passwordHash: "?", roles }));
  });
  expect([...((await scopesOf(store, "eve")) ?? [])]).toEqual(["read_acls"]);
  expect((await store.roles.list())[0]?.scopes).toEqual(["read_acls", "write_forwarders"]);
  expect(await store.users.checkPassword("eve", "?")).toBe(false);
  expect(await scopesOf(store, "nobody")).toBeUndefined();
});

test("a token without its user, as a restore can leave it, lets nobody in", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  const token = `pat_${"a".repeat(32)}`;
  await db.records.transaction(() => {
    db.records.put(tokenKey("gone", uuid(1)), encodeValue({ sha256: tokenSha256(token) }));
    rederive(db);
  });
  expect(await store.tokens.authenticate(token)).toBeUndefined();
});

const FLOWG_TOKEN = "pat_abcdefghijklmnopqrstuvwxyzABCDEF";
const FLOWG_HASH = "$argon2id$v=19$m=1,t=1,p=1$3q2+7w$niesAMUeAMXpwJWxmq4o9X/ToR1HyTYBmUoOCjFOWhw";
const OTHER_HASH = "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA";

test("a token of FlowG's is found among others and stored as SHA-256 from then on", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await db.records.transaction(() => {
    for (let n = 1; n <= 30; n += 1)
      db.records.put(tokenKey("eve", uuid(n)), encodeValue({ legacyHash: OTHER_HASH }));
    db.records.put(tokenKey("root", uuid(99)), encodeValue({ legacyHash: FLOWG_HASH }));
    db.records.put(tokenKey("eve", uuid(98)), encodeValue({ legacyHash: "broken" }));
    db.records.put(userKey("eve"), encodeValue({ passwordHash: "?", roles: [] }));
    rederive(db);
  });
  // its user isn't there yet, and then is: a miss is remembered only as long as the database is the same
  expect(await store.tokens.authenticate(FLOWG_TOKEN)).toBeUndefined();
  expect(await store.tokens.authenticate(FLOWG_TOKEN)).toBeUndefined();
  // as a restore brings it
  await db.records.transaction(() => {
    db.records.put(userKey("root"), encodeValue({ passwordHash: "?", roles: [] }));
  });
  expect(
    await Promise.all([FLOWG_TOKEN, FLOWG_TOKEN].map((text) => store.tokens.authenticate(text))),
  ).toEqual(["root", "root"]);
  const record = db.records.get(tokenKey("root", uuid(99)));
  expect(record?.toString()).toBe(`{"sha256":"${tokenSha256(FLOWG_TOKEN)}"}`);
  expect(await store.tokens.authenticate(FLOWG_TOKEN)).toBe("root");
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
  await store.tokens.delete("root", uuid(99));
  expect(await store.tokens.authenticate(FLOWG_TOKEN)).toBeUndefined();
});

test("a new user gets none of the tokens that a restore has left under that name", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await db.records.transaction(() => {
    db.records.put(tokenKey("boss", uuid(1)), encodeValue({ legacyHash: FLOWG_HASH }));
    db.records.put(tokenKey("bos", uuid(2)), encodeValue({ legacyHash: OTHER_HASH }));
    rederive(db);
  });
  await store.users.save("boss", { password: "x", roles: ["admin"] });
  expect(await store.tokens.list("boss")).toEqual([]);
  expect(await store.tokens.list("bos")).toHaveLength(1);
  expect(await store.tokens.authenticate(FLOWG_TOKEN)).toBeUndefined();
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("a flood of unknown tokens is refused, not queued", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await db.records.transaction(() => {
    db.records.put(tokenKey("eve", uuid(1)), encodeValue({ legacyHash: OTHER_HASH }));
    rederive(db);
  });
  const tokens = Array.from({ length: 100 }, (_, i) => `pat_${String(i).padStart(32, "0")}`);
  const answers = await Promise.allSettled(tokens.map((text) => store.tokens.authenticate(text)));
  const refused = answers.filter((answer) => answer.status === "rejected");
  expect(refused).toHaveLength(36);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "RATE_LIMITED" });
});

// From the auth.db that FlowG v0.24.1 wrote (shared fixtures): passwords and tokens of root and guest.
const GENUINE = {
  root: {
    passwordHash: "$argon2id$v=19$m=1,t=1,p=1$SaLBBg$ji9OgOCXcvSiziKDKCmPJI14Gd6TMz86mYJOFNxdsxk",
    uuid: "df183307-a2ce-493e-afb2-2ac85d4959fc",
    token: "pat_3jDA0TccpWipE8tWQNyyonwa8ZVcCwTH",
    tokenHash: "$argon2id$v=19$m=1,t=1,p=1$wT4LSw$dhf6UpBlV4Fsoxjz3b4LXqYWwTaSrEK1ZiGOEDCyCjw",
  },
  guest: {
    passwordHash: "$argon2id$v=19$m=1,t=1,p=1$1M9YYg$UV0LhFJopkBgpVFlEnFQQL7Px4+rfOyMu1nHVqibmcg",
    uuid: "297d15d5-5083-4e2c-9995-7996e1292f8f",
    token: "pat_V09WCO7aXVvNAVFlGeeqzb8v16VNOCuQ",
    tokenHash: "$argon2id$v=19$m=1,t=1,p=1$T9kXIA$3/S0FFYyw5GcOUSE70i3T5AaQ6x+mTYbbom8IH4eef8",
  },
};

test("genuine FlowG users log in with password and token, and are upgraded once", async () => {
  await using db = await temporaryDatabase("auth");
  const store = openAuthStore(db);
  await db.records.transaction(() => {
    for (const [name, { passwordHash, uuid, tokenHash }] of Object.entries(GENUINE)) {
      db.records.put(userKey(name), encodeValue({ passwordHash, roles: ["admin"] }));
      db.records.put(tokenKey(name, uuid), encodeValue({ legacyHash: tokenHash }));
    }
    rederive(db);
  });
  for (const [name, { token, uuid }] of Object.entries(GENUINE)) {
    expect(await store.users.checkPassword(name, "wrong")).toBe(false);
    expect(await store.users.checkPassword(name, name)).toBe(true);
    const upgraded = db.records.get(userKey(name))?.toString();
    expect(upgraded).toMatch(/m=19456,t=2,p=1.*"roles":\["admin"\]/);
    expect(await store.users.checkPassword(name, name)).toBe(true);
    expect(db.records.get(userKey(name))?.toString()).toBe(upgraded);
    // an upgrade isn't a new password: sessions go on
    expect(await voidUntil(store, name)).toBeUndefined();
    expect(await store.tokens.authenticate(token)).toBe(name);
    expect(await store.tokens.list(name)).toEqual([uuid]);
    expect(db.records.get(tokenKey(name, uuid))?.toString()).toBe(
      `{"sha256":"${tokenSha256(token)}"}`,
    );
  }
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});
