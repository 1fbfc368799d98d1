// The base of all procedures: what each declares about itself, and the one check of permissions. The check runs before the
// input is read, so the server reads no byte of a body from a caller without the scopes.

import { initTRPC } from "@trpc/server";
import { FlowgError } from "../platform/errors.js";
import type { Scope } from "../records/auth/scopes.js";
import { aroundWrites } from "../storage/around-writes.js";
import type { AllDatabases } from "../storage/database.js";
import { authenticate, authenticateIn } from "./authenticate.js";
import type { Caller, Context } from "./context.js";
import type { RestMeta } from "./rest.js";

/** Who may call: anybody, anybody with a valid token, or users who hold all these scopes. */
export type Access = "anyone" | "signed-in" | readonly Scope[];

export interface ProcedureMeta extends Partial<RestMeta> {
  access?: Access;
  /** A scope that is enough in place of `access`. */
  accessBy?: Scope;
}

const t = initTRPC.meta<ProcedureMeta>().context<Context>().create({ isDev: false });

export const router = t.router;

/** For procedures that must work without a token, such as the login. */
export const open = t.procedure.meta({ access: "anyone" });

/** For every caller with a valid token. */
export const signedIn = t.procedure.meta({ access: "signed-in" }).use(guard({ all: [] }));

/** For callers who hold all of these scopes. A long procedure can ask again whether they still do. */
export const requires = (...scopes: [Scope, ...Scope[]]) => requiring({ all: scopes });

/** For callers who hold all of these scopes, or the one that is enough instead. */
export const requiresEither = (enough: Scope, ...scopes: [Scope, ...Scope[]]) =>
  requiring({ all: scopes, enough });

interface Needs {
  all: readonly Scope[];
  enough?: Scope;
}

function requiring(needs: Needs) {
  const accessBy = needs.enough && { accessBy: needs.enough };
  return t.procedure.meta({ access: needs.all, ...accessBy }).use(guard(needs));
}

/** Lets callers in that hold the scopes, and checks the scopes once more at each write. */
function guard(needs: Needs) {
  return t.middleware(async ({ ctx, next }) => {
    const authorizeAgain = async (): Promise<Caller> => {
      const caller = await authenticate(ctx);
      demandNeeds(caller, needs);
      return caller;
    };
    const caller = await authorizeAgain();
    return aroundWrites({ before: authorizing(ctx, caller, needs) }, () =>
      next({ ctx: { caller, authorizeAgain } }),
    );
  });
}

function demandNeeds(caller: Caller, { all, enough }: Needs): void {
  if (enough === undefined) demand(caller, all, "this needs");
  else if (!caller.scopes.has(enough)) demand(caller, all, `without ${enough} this needs`);
}

/** Whether two callers have the same limit. What a caller makes gets that limit, so a narrower one must count at once. */
const sameLimit = (a: Caller, b: Caller): boolean =>
  JSON.stringify(a.limit ?? null) === JSON.stringify(b.limit ?? null);

/**
 * Looks the caller up inside the transaction of a write, which may have waited for a restore.
 * @param then the caller when the request came
 * @returns a check that throws UNAUTHENTICATED, PERMISSION_DENIED, or CONFLICT if the caller holds less than when the request
 * came
 */
const authorizing = (ctx: Context, then: Caller, needs: Needs) => (databases: AllDatabases) => {
  const now = authenticateIn(ctx, databases);
  if (now === then) return;
  demandNeeds(now, needs);
  const lost = [...then.scopes].some((scope) => !now.scopes.has(scope));
  const isSame = now.user === then.user && now.until === then.until && sameLimit(now, then);
  if (!lost && isSame) return;
  throw new FlowgError("CONFLICT", "your rights changed while this waited; nothing was changed", {
    hint: "send it again, if you still may",
  });
};

/**
 * @param what the beginning of the message: `"this needs"` the scopes
 * @throws PERMISSION_DENIED naming the scopes that the caller lacks
 */
export function demand(caller: Caller, scopes: Iterable<Scope>, what: string): void {
  const missing = [...new Set(scopes)].filter((scope) => !caller.scopes.has(scope)).sort();
  if (missing.length === 0) return;
  const { limit } = caller;
  const isLimited = limit !== undefined && missing.some((scope) => !limit.includes(scope));
  throw new FlowgError("PERMISSION_DENIED", `${what} ${missing.join(", ")}`, {
    hint: isLimited
      ? "the person who set your password or token lacks these scopes; an administrator who holds them can set your password"
      : "an administrator who holds these scopes, and write_acls, can give you a role with them",
    details: { missingScopes: missing },
  });
}

/**
 * Demands all scopes of at least one of these sets. Which set is needed turns out later.
 * @throws PERMISSION_DENIED naming the scopes of all that the caller lacks
 */
export function demandOneOf(
  caller: Caller,
  sets: readonly (readonly Scope[])[],
  what: string,
): void {
  const isEnough = (scopes: readonly Scope[]) => scopes.every((scope) => caller.scopes.has(scope));
  if (!sets.some(isEnough)) demand(caller, sets.flat(), what);
}
