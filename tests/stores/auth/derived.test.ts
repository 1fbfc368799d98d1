import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeValue, tokenKey, userKey } from "../../../server/records/records.js";
import { openAuthStore } from "../../../server/stores/auth/store.js";
import { derivedAndExpected, temporaryDatabase } from "../../engine/temporary.js";

const user = fc.constantFrom("a", "a:b", "a b");
const operation = fc.oneof(
  fc.record({ do: fc.constant("create" as const), user }),
  fc.record({ do: fc.constant("delete token" as const), user, at: fc.nat(3) }),
  fc.record({ do: fc.constant("delete user" as const), user }),
  fc.record({ do: fc.constant("add user" as const), user }),
);

test("after any operations the look-up is what the records say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (operations) => {
      await using db = await temporaryDatabase("auth");
      const store = openAuthStore(db);
      const texts = new Map<string, { user: string; token: string }>();
      const addUser = (name: string) =>
        db.records.transaction(() => {
          db.records.put(userKey(name), encodeValue({ passwordHash: "?", roles: [] }));
        });
      for (const step of operations) {
        const uuid = "at" in step ? (await store.tokens.list(step.user))[step.at] : undefined;
        if (step.do === "add user") await addUser(step.user);
        else if (step.do === "delete user")
          await store.users.delete(step.user, { allowNoAdmin: true });
        else if (step.do === "create") {
          const made = await store.tokens.create(step.user).catch(() => undefined);
          if (made) texts.set(made.uuid, { user: step.user, token: made.token });
        } else if (uuid) await store.tokens.delete(step.user, uuid);
        const { found, expected } = derivedAndExpected(db);
        expect(found).toEqual(expected);
      }
      for (const [uuid, { user: owner, token }] of texts) {
        const stored = db.records.has(tokenKey(owner, uuid));
        expect(await store.tokens.authenticate(token)).toBe(stored ? owner : undefined);
      }
    }),
    { numRuns: 40 },
  );
});
