// The rule of records/auth/limits as a law. A clerk, who may change accounts, and an administrator do anything. No credential
// of the clerk's ever grants a scope that the clerk never held, unless somebody with that scope gave it. No token that was made
// with another one that ends lives longer than that.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Services } from "../../server/api/context.js";
import type { Credentials } from "../../server/api/credentials.js";
import { toFlowgError } from "../../server/api/failure.js";
import { LoginGuard } from "../../server/api/login-guard.js";
import { appRouter } from "../../server/api/router.js";
import { SessionTokens } from "../../server/api/session-tokens.js";
import { effectiveScopes, SCOPES, type Scope } from "../../server/records/auth/scopes.js";
import { type AuthStore, openAuthStore } from "../../server/stores/auth/store.js";
import { temporaryDatabase } from "../engine/temporary.js";

const ROLES = ["admin", "clerks", "r"] as const;
const USERS = ["root", "clerk", "puppet"] as const;
const ALL = ["write_acls", "write_streams", "send_logs"] as const satisfies readonly Scope[];
const CLERKS = ["write_acls", "read_streams"] as const satisfies readonly Scope[];
const KNOWN = "what the clerk knows";

const user = fc.constantFrom(...USERS);
const role = fc.constantFrom(...ROLES);
const roles = fc.subarray([...ROLES]);
const by = fc.nat(7);
const clerkStep = fc.oneof(
  fc.record({ do: fc.constant("roles of" as const), by, user, roles }),
  fc.record({ do: fc.constant("password of" as const), by, user }),
  fc.record({ do: fc.constant("log in" as const), user }),
  fc.record({ do: fc.constant("token" as const), by, hours: fc.option(fc.nat(3)) }),
  fc.record({ do: fc.constant("own password" as const), by }),
  fc.record({ do: fc.constant("role" as const), by, role, scopes: fc.subarray([...CLERKS]) }),
  fc.record({ do: fc.constant("no user" as const), by, user }),
  fc.record({ do: fc.constant("no role" as const), by, role }),
);
const bossStep = fc.oneof(
  fc.record({ do: fc.constant("give roles" as const), user, roles }),
  fc.record({ do: fc.constant("fill role" as const), role, scopes: fc.subarray([...ALL]) }),
  fc.record({ do: fc.constant("give password" as const), user }),
);
const step = fc.oneof({ weight: 3, arbitrary: clerkStep }, { weight: 2, arbitrary: bossStep });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What a clerk does who waits for what an administrator is going to give. */
const PLANS: Step[][] = [
  [
    { do: "roles of", by: 0, user: "root", roles: [] },
    { do: "password of", by: 0, user: "root" },
    { do: "log in", user: "root" },
    { do: "token", by: 1, hours: null },
    { do: "own password", by: 1 },
    { do: "give roles", user: "root", roles: ["admin"] },
    { do: "log in", user: "root" },
  ],
  [
    { do: "role", by: 0, role: "admin", scopes: ["write_acls"] },
    { do: "password of", by: 0, user: "root" },
    { do: "log in", user: "root" },
    { do: "roles of", by: 0, user: "clerk", roles: ["clerks", "admin"] },
    { do: "fill role", role: "admin", scopes: [...ALL] },
  ],
  [
    { do: "no role", by: 0, role: "admin" },
    { do: "no user", by: 0, user: "root" },
    { do: "password of", by: 0, user: "root" },
    { do: "log in", user: "root" },
    { do: "give roles", user: "root", roles: ["admin"] },
    { do: "fill role", role: "admin", scopes: [...ALL] },
  ],
];

class Model {
  /** The credentials that the clerk has; the first is the clerk's own. */
  readonly hand: Credentials[] = [];
  /** What the clerk held, or was given. */
  readonly held = new Set<Scope>(effectiveScopes(CLERKS));
  /** Roles that an administrator gave the clerk, and that they have had since. */
  given = new Set<string>(["clerks"]);
  /** When tokens in hand end, by their text; those that do. */
  readonly #ends = new Map<string, number>();
  /** How many times a credential in hand belonged to a user with more scopes. */
  tempted = 0;

  constructor(
    private readonly auth: AuthStore,
    private readonly services: Services,
  ) {}

  /** Calls as somebody. */
  caller(credentials: Credentials | undefined) {
    const { services } = this;
    const signal = new AbortController().signal;
    const address = "192.0.2.1";
    return appRouter.createCaller({ services, credentials, address, signal, lastSignal: signal });
  }

  async run(step: Step): Promise<void> {
    const credential = this.hand["by" in step ? step.by % this.hand.length : 0];
    const clerk = this.caller(credential);
    switch (step.do) {
      case "roles of":
        await clerk.users.save({ user: step.user, roles: step.roles });
        if (step.user === "clerk") this.#keep(step.roles);
        return;
      case "password of":
        await clerk.users.save({ user: step.user, password: KNOWN });
        return;
      case "log in": {
        const open = this.caller(undefined);
        const { token } = await open.auth.login({ username: step.user, password: KNOWN });
        this.hand.push({ kind: "session", text: token });
        return;
      }
      case "token": {
        const wishes = step.hours === null ? {} : { expires_in: `${step.hours + 1}h` };
        const { token, expires_at } = await clerk.tokens.create(wishes);
        this.hand.push({ kind: "token", text: token });
        const until = Date.parse(expires_at ?? "") || Number.POSITIVE_INFINITY;
        const by = credential && this.#ends.get(credential.text);
        if (by !== undefined) expect(until).toBeLessThanOrEqual(by);
        if (until !== Number.POSITIVE_INFINITY) this.#ends.set(token, until);
        return;
      }
      case "own password":
        await clerk.auth.changePassword({ old_password: KNOWN, new_password: KNOWN });
        return;
      case "role":
        await clerk.roles.save({ role: step.role, scopes: step.scopes });
        return;
      case "no user":
        await clerk.users.delete({ user: step.user });
        if (step.user === "clerk") this.#keep([]);
        return;
      case "no role":
        await clerk.roles.delete({ role: step.role });
        return;
      case "give roles":
        await this.auth.users.save(step.user, { roles: step.roles });
        if (step.user !== "clerk") return;
        this.given = new Set(step.roles);
        for (const scope of await this.auth.read((at) => at.scopesOfRoles(step.roles)))
          this.held.add(scope);
        return;
      case "fill role":
        await this.auth.roles.save(step.role, step.scopes);
        if (!this.given.has(step.role)) return;
        for (const scope of effectiveScopes(step.scopes)) this.held.add(scope);
        return;
      case "give password":
        await this.auth.users.save(step.user, { password: "what the clerk never learns" });
    }
  }

  #keep(roles: readonly string[]): void {
    this.given = new Set([...this.given].filter((role) => roles.includes(role)));
  }

  async check(): Promise<void> {
    for (const credential of this.hand) {
      const shown = await this.caller(credential)
        .auth.whoami({})
        .catch(() => undefined);
      if (shown === undefined) continue;
      const { name } = shown.user;
      for (const scope of (await this.auth.read((at) => at.scopesOf(name))) ?? [])
        if (!this.held.has(scope)) this.tempted += 1;
      const named = (scope: string) =>
        scope === "send_logs"
          ? ("can_send_logs" as const)
          : (scope.replace("read_", "can_view_").replace("write_", "can_edit_") as "can_view_acls");
      for (const scope of SCOPES)
        if (shown.permissions[named(scope)]) expect(this.held, shown.user.name).toContain(scope);
    }
  }
}

async function play(steps: readonly Step[]): Promise<number> {
  await using database = await temporaryDatabase("auth");
  const auth = openAuthStore(database);
  // another user with all scopes, whom the clerk leaves alone
  await auth.roles.save("keepers", [...SCOPES]);
  await auth.users.save("keeper", { password: "x", roles: ["keepers"] });
  await auth.roles.save("admin", [...ALL]);
  await auth.roles.save("clerks", [...CLERKS]);
  await auth.users.save("root", { password: "root's own", roles: ["admin"] });
  await auth.users.save("clerk", { password: KNOWN, roles: ["clerks"] });
  const sessions = new SessionTokens("a key of 32 bytes, and then some more");
  const services = { auth, sessions, loginGuard: new LoginGuard() } as unknown as Services;
  const model = new Model(auth, services);
  model.hand.push({ kind: "token", text: (await auth.tokens.create("clerk")).token });
  for (const step of steps) {
    await model.run(step).catch((error: unknown) => {
      // refused, or the user is gone
      const { code } = toFlowgError(error);
      expect(["PERMISSION_DENIED", "UNAUTHENTICATED", "REFUSED", "INPUT_INVALID"]).toContain(code);
    });
    await model.check();
  }
  return model.tempted;
}

test.each(PLANS.map((plan, n) => [n, plan] as const))(
  "plan %i gains nothing, although it would but for the limits",
  async (_, plan) => {
    expect(await play(plan)).toBeGreaterThan(0);
  },
);

test("no sequence of calls gives the clerk a scope that nobody gave them", async () => {
  let tempted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      tempted += await play(steps);
    }),
    { numRuns: 30, examples: PLANS.map((plan) => [plan]) },
  );
  expect(tempted).toBeGreaterThan(0);
});
