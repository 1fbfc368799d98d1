// Opens the repository of a destination for a client's wish. Errors say which destination they are about, by the name that clients
// know, and not where that lies.

import { FlowgError } from "../platform/errors.js";
import type { OpenedRepository } from "../repository/open.js";
import { openRepositoryAt } from "../repository/open-at.js";
import type { KnownDestination } from "./destinations.js";

/**
 * The repository, or why it can't be used.
 * @throws what isn't its own fault
 */
export async function openDestination(
  { url, keys }: KnownDestination,
  signal: AbortSignal,
): Promise<OpenedRepository | FlowgError> {
  try {
    return await openRepositoryAt(url, { ...keys, signal });
  } catch (error) {
    if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
    return error;
  }
}

/** @throws IDENTITY_REQUIRED */
export function demandReader({ keys }: OpenedRepository): void {
  if (keys.canRead) return;
  throw new FlowgError("IDENTITY_REQUIRED", "the server has no identity that reads it");
}

/** Clients know a destination by its name, and not its place. */
export const byName = ({ name, place }: KnownDestination, text: string): string =>
  text.replaceAll(place, name);

/**
 * Says which destination an error is about.
 * @param conceal keeps from clients what is this machine's business
 */
export function errorOf(
  destination: KnownDestination,
  error: unknown,
  conceal: <T>(data: T) => T,
): unknown {
  if (!(error instanceof FlowgError) || error.code === "CANCELLED" || error instanceof Named)
    return error;
  const { name } = destination;
  if (error.code === "IDENTITY_REQUIRED") return identityRequired(name, error);
  const { outcome, ...details } = error.details;
  const message = conceal(byName(destination, error.message));
  return new Named(error.code, message.includes(name) ? message : `${name}: ${message}`, {
    hint: conceal(error.hint),
    details: { ...conceal(details), ...(outcome === undefined ? {} : { outcome }) },
    cause: error,
  });
}

/** An error that says already which destination it is about. */
class Named extends FlowgError {}

const identityRequired = (name: string, cause: FlowgError): FlowgError =>
  new Named(
    "IDENTITY_REQUIRED",
    `${name}: its snapshots are encrypted, and this server can only write there: it has no identity that reads them`,
    {
      hint:
        "do it with flowg on a machine that has the identity, with --repository; or give a job of " +
        "this server an identity in the settings: then an attacker who takes over the server reads " +
        "all backups",
      cause,
    },
  );
