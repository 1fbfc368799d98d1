// From the Authorization header to a caller and the scopes they hold now. Nothing is cached: a right that is
// taken away, or that a restore brings back, counts at the next request, and for a write that had to wait.

import { FlowgError } from "../platform/errors.js";
import { type Limit, within } from "../records/auth/limits.js";
import type { Changes } from "../storage/database.js";
import type { AuthAt } from "../stores/auth/auth-at.js";
import type { Caller, Context } from "./context.js";

/** @throws UNAUTHENTICATED */
export async function authenticate(context: Context): Promise<Caller> {
  const { text, kind } = credentialsOf(context);
  const { auth } = context.services;
  let found = await auth.read((at) => callerAt(context, at));
  if (!found && kind === "token" && (await auth.tokens.renewHash(text)))
    found = await auth.read((at) => callerAt(context, at));
  if (!found) throw unknown(context);
  const { caller, uuid } = found;
  if (uuid !== undefined) auth.tokenUses.note(caller.user, uuid);
  context.onCaller?.(caller);
  return caller;
}

/** The same inside a transaction, for somebody who was authenticated before. @throws UNAUTHENTICATED */
export function authenticateIn(context: Context, changes: Changes): Caller {
  const found = callerAt(context, context.services.auth.at(changes));
  if (!found) throw unknown(context);
  return found.caller;
}

interface Identity {
  user: string;
  limit: Limit;
  /** The token's id. */
  uuid?: string;
  until?: string | undefined;
}

/** @throws UNAUTHENTICATED if the token has expired */
function callerAt(
  context: Context,
  auth: AuthAt,
): { caller: Caller; uuid: string | undefined } | undefined {
  const { kind, text } = credentialsOf(context);
  const { sessions } = context.services;
  const identity: Identity | undefined =
    kind === "token" ? auth.tokenOf(text) : sessions.verify(auth, text);
  const scopes = identity && auth.scopesOf(identity.user);
  if (identity === undefined || scopes === undefined) return undefined;
  const { user, limit, until, uuid } = identity;
  return { caller: { user, scopes: within(scopes, limit), limit, until, via: kind }, uuid };
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
