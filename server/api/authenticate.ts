// From the Authorization header to a caller and the scopes they hold now. Nothing is cached: a right that is
// taken away, or that a restore brings back, counts at the next request, and for a write that had to wait.

import { type Limit, within } from "../auth/limits.js";
import { FlowgError } from "../errors.js";
import type { Caller, Context } from "./context.js";

/** @throws UNAUTHENTICATED */
export async function authenticate(context: Context): Promise<Caller> {
  const { text, kind } = credentialsOf(context);
  const { tokens, tokenUses } = context.services.auth;
  const token = kind === "token" ? await tokens.identify(text) : undefined;
  const caller = callerOf(context, kind === "token" ? token : identifyNow(context));
  if (token) tokenUses.note(token.user, token.uuid);
  context.onCaller?.(caller);
  return caller;
}

/** The same at once, for somebody who was authenticated before. @throws UNAUTHENTICATED */
export const authenticateNow = (context: Context): Caller =>
  callerOf(context, identifyNow(context));

interface Identity {
  user: string;
  limit: Limit;
  until?: string | undefined;
}

function identifyNow(context: Context): Identity | undefined {
  const { auth, sessions } = context.services;
  const { kind, text } = credentialsOf(context);
  return kind === "token" ? auth.tokens.identifyNow(text) : sessions.verify(text);
}

function credentialsOf({ credentials }: Context) {
  if (credentials !== undefined) return credentials;
  throw new FlowgError("UNAUTHENTICATED", "this needs a token", {
    hint: "send the header `Authorization: Bearer pat:TOKEN`, or `Bearer jwt:TOKEN` from a login",
  });
}

function callerOf(context: Context, identity: Identity | undefined): Caller {
  const { kind } = credentialsOf(context);
  const scopes = identity && context.services.auth.scopesOf(identity.user);
  if (identity === undefined || scopes === undefined) {
    throw new FlowgError("UNAUTHENTICATED", "the token is not valid, or not any more", {
      hint: kind === "token" ? "create a new token" : "log in again",
    });
  }
  const { user, limit, until } = identity;
  return { user, scopes: within(scopes, limit), limit, until, via: kind };
}
