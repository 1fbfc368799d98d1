// Finds the caller of a request and their scopes, by the Authorization header. The answer for a token is kept only until any
// process commits to the auth database. So a change of rights counts at the next request, and also for a write that had to
// wait.

import { FlowgError } from "../platform/errors.js";
import { within } from "../records/auth/limits.js";
import { endsAt } from "../records/auth/token-terms.js";
import type { AllDatabases } from "../storage/database.js";
import { type AuthAt, expired } from "../stores/auth/auth-at.js";
import type { AuthQuestion } from "../stores/auth/store.js";
import type { Caller, Context } from "./context.js";

/** @throws UNAUTHENTICATED */
export async function authenticate(context: Context): Promise<Caller> {
  const { text, kind } = credentialsOf(context);
  const { auth } = context.services;
  const look = () =>
    kind === "token" ? auth.readKept(tokenHolder(text)) : auth.read(sessionHolder(context));
  let found = await look();
  if (!found && kind === "token" && (await auth.tokens.renewHash(text))) found = await look();
  const caller = demandCaller(context, found);
  if (found?.uuid !== undefined) auth.tokenUses.note(caller.user, found.uuid);
  context.onCaller?.(caller);
  return caller;
}

/** Looks up a caller again, after `authenticate`, as a write sees them. @throws UNAUTHENTICATED */
export function authenticateIn(context: Context, databases: AllDatabases): Caller {
  const { text, kind } = credentialsOf(context);
  const { auth } = context.services;
  const found =
    kind === "token"
      ? auth.keptAt(databases, tokenHolder(text))
      : sessionHolder(context)(auth.at(databases));
  return demandCaller(context, found);
}

/** A caller, and their token. */
interface Holder {
  caller: Caller;
  uuid?: string;
  /** When the token ends, milliseconds since 1970; infinite if it never ends. */
  endsMs: number;
}

/** The look-up of a token. Its answer can be kept until a commit; the token's end is checked each time. */
const tokenHolder = (text: string): AuthQuestion<Holder | undefined> => ({
  name: text,
  look: (auth) => {
    const token = auth.tokenOf(text);
    const scopes = token && auth.scopesOf(token.user);
    if (token === undefined || scopes === undefined) return undefined;
    const { user, limit, until, uuid } = token;
    const endsMs = until === undefined ? Number.POSITIVE_INFINITY : endsAt({ expires: until });
    return {
      caller: { user, scopes: within(scopes, limit), limit, until, via: "token" },
      uuid,
      endsMs,
    };
  },
});

const sessionHolder =
  ({ services: { sessions }, credentials }: Context) =>
  (auth: AuthAt): Holder | undefined => {
    const session = sessions.verify(auth, credentials?.text ?? "");
    const scopes = session && auth.scopesOf(session.user);
    if (session === undefined || scopes === undefined) return undefined;
    const { user, limit } = session;
    const caller: Caller = {
      user,
      scopes: within(scopes, limit),
      limit,
      until: undefined,
      via: "session",
    };
    return { caller, endsMs: Number.POSITIVE_INFINITY };
  };

/**
 * Demands a caller whose token hasn't ended.
 * @throws UNAUTHENTICATED
 */
function demandCaller(context: Context, found: Holder | undefined): Caller {
  if (!found) throw unknown(context);
  const { caller, endsMs } = found;
  if (endsMs <= Date.now()) throw expired(caller.until);
  return caller;
}

const unknown = (context: Context) =>
  new FlowgError("UNAUTHENTICATED", "the token is not valid, or not any more", {
    hint: credentialsOf(context).kind === "token" ? "create a new token" : "log in again",
  });

function credentialsOf({ credentials }: Context) {
  if (credentials !== undefined) return credentials;
  throw new FlowgError("UNAUTHENTICATED", "this needs a token", {
    hint: "send the header `Authorization: Bearer pat:TOKEN`, or `Bearer jwt:TOKEN` from a login",
  });
}
