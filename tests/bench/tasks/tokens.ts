// A permission check: from a token's text to the scopes of its user. In a database with one token, and in one with
// 100,000 of 10,000 users.

import { join } from "node:path";
import { type AuthStore, openAuthStore } from "../../../server/auth/store.js";
import { openDatabase } from "../../../server/database/open.js";
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
  const times: { one: number[]; many: number[] } = { one: [], many: [] };
  const [oneStore, manyStore] = [openAuthStore(one), openAuthStore(many)];
  for (let batch = 0; batch < BATCHES; batch++) {
    const any = Array.from({ length: CHECKS }, () => tokenText(Math.floor(next() * MANY)));
    const same = any.map(() => tokenText(0));
    // the first ones are for the compiler; then medians, of one batch each in turn
    times.one.push(await microseconds(oneStore, same));
    times.many.push(await microseconds(manyStore, any));
  }
  return { one: middle(times.one), many: middle(times.many) };
};

async function microseconds(store: AuthStore, texts: readonly string[]): Promise<number> {
  const took = await seconds(async () => {
    for (const text of texts) {
      const user = await store.tokens.authenticate(text);
      const scopes = user === undefined ? undefined : store.scopesOf(user);
      if (!scopes?.has("send_logs")) throw new Error("a token that should be valid isn't");
    }
  });
  return (took * 1e6) / texts.length;
}
