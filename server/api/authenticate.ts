// From the Authorization header to a caller and the scopes they hold now. Nothing is cached: a right that is
// taken away, or that a restore brings back, counts at the next request.

import { FlowgError } from "../errors.js";
import type { Caller, Context } from "./context.js";

/** @throws UNAUTHENTICATED */
export async function authenticate(context: Context): Promise<Caller> {
  const { credentials, services } = context;
  if (credentials === undefined) {
    throw new FlowgError("UNAUTHENTICATED", "this needs a token", {
      hint: "send the header `Authorization: Bearer pat:TOKEN`, or `Bearer jwt:TOKEN` from a login",
    });
  }
  const { kind, text } = credentials;
  const user =
    kind === "token"
      ? await services.auth.tokens.authenticate(text)
      : services.sessions.verify(text);
  const scopes = user === undefined ? undefined : services.auth.scopesOf(user);
  if (user === undefined || scopes === undefined) {
    throw new FlowgError("UNAUTHENTICATED", "the token is not valid, or not any more", {
      hint: kind === "token" ? "create a new token" : "log in again",
    });
  }
  const caller: Caller = { user, scopes, via: kind };
  context.onCaller?.(caller);
  return caller;
}
