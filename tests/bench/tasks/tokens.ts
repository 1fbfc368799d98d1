// A permission check: from a token's text to the scopes of its user. In a database with one token, and in one with
// 100,000 of 10,000 users.

import { join } from "node:path";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { sha256Range } from "../../../server/records/auth/token-lookup.js";
import { tokenSha256 } from "../../../server/records/auth/token-text.js";
import { segments } from "../../../server/records/keys.js";
import { userKey } from "../../../server/records/records.js";
import { type AuthStore, openAuthStore } from "../../../server/stores/auth/store.js";
import { makeUsers, tokenText } from "../databases.js";
import { random } from "../entries.js";
import { middle } from "../table.js";
import { seconds, type Task } from "../task.js";

const MANY = 100_000;
const BATCHES = 41;
const CHECKS = 2_000;

export const run: Task = async ({ scratch }) => {
  const dirs = { one: join(scratch, "one"), many: join(scratch, "many") };
  await makeUsers(dirs.one, { users: 1, tokensEach: 1 });
  await makeUsers(dirs.many, { users: MANY / 10, tokensEach: 10 });
  await using one = await openDatabase({ kind: "auth", dir: dirs.one, mode: "write" });
  await using many = await openDatabase({ kind: "auth", dir: dirs.many, mode: "write" });
  const next = random(3);
  const none = (): number[] => [];
  const times = { one: none(), many: none(), bareOne: none(), bareMany: none() };
  const [oneStore, manyStore] = [openAuthStore(one), openAuthStore(many)];
  for (let batch = 0; batch < BATCHES; batch++) {
    const any = Array.from({ length: CHECKS }, () => tokenText(Math.floor(next() * MANY)));
    const same = any.map(() => tokenText(0));
    // the first ones are for the compiler; then medians, of one batch each in turn
    times.one.push(await microseconds(oneStore, same));
    times.many.push(await microseconds(manyStore, any));
    times.bareOne.push(await bareMicroseconds(one, same));
    times.bareMany.push(await bareMicroseconds(many, any));
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, middle(all)]));
};

async function microseconds(store: AuthStore, texts: readonly string[]): Promise<number> {
  const took = await seconds(async () => {
    for (const text of texts) {
      const scopes = await store.read((at) => {
        const known = at.tokenOf(text);
        return known && at.scopesOf(known.user);
      });
      if (!scopes?.has("send_logs")) throw new Error("a token that should be valid isn't");
    }
  });
  return (took * 1e6) / texts.length;
}

/** LMDB's part of a check, with the keys at hand: the token's owner, and its user, twice. */
async function bareMicroseconds(
  { derived, records }: Environment,
  texts: readonly string[],
): Promise<number> {
  const keys = texts.map((text) => {
    const range = sha256Range(tokenSha256(text));
    const [owner] = [...derived.keys(range)];
    return { range, user: userKey(segments(owner as Buffer)[2] ?? "") };
  });
  let found = 0;
  const took = await seconds(() => {
    for (const { range, user } of keys) {
      for (const _ of derived.keys(range)) found++;
      if (records.has(user) && records.get(user)) found++;
    }
  });
  if (found !== 2 * keys.length) throw new Error("a token that should be there isn't");
  return (took * 1e6) / keys.length;
}
