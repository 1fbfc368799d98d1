// Opens the repository of a destination for a request. Errors call the destination by the name that clients know, and hide its
// place.

import { FlowgError } from "../platform/errors.js";
import type { OpenedRepository } from "../repository/open.js";
import { openRepositoryAt } from "../repository/open-at.js";
import type { KnownDestination } from "./destinations.js";

/** Opens the repository, or returns the error that says why it can't be used. @throws CANCELLED, and faults of the program */
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

/** Replaces a destination's place by its name, since clients don't know the place. */
export const byName = ({ name, place }: KnownDestination, text: string): string =>
  text.replaceAll(place, name);

/** Adds to an error which destination it is about. @param conceal hides this machine's paths from clients */
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

/** An error that names its destination. */
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
