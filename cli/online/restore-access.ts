// Judges how an online restore of auth changes permissions. It refuses some changes, and reports the others.

import type { AccessReport } from "../../sdk/index.js";
import type { RestoreRequest } from "../administration.js";
import { CliError } from "../failure.js";

/** Refuses what the server would refuse later, before the user is asked and before the first database changes. */
export function demandAccess(
  looked: readonly (AccessReport | undefined)[],
  { allowAccessChange, allowNoAdmin }: RestoreRequest,
): void {
  const refusals = looked.flatMap((access) =>
    // that nobody could administer has a flag of its own, and comes first
    allowNoAdmin && access?.administrators === 0
      ? access.refusals.slice(1)
      : (access?.refusals ?? []),
  );
  if (refusals.length > 0 && !allowAccessChange)
    throw refused(`the restore changes who may do what: ${refusals.join("; ")}`);
}

/** @param hint the server's hint, which names the flag as the API does */
export function refused(
  message: string,
  hint = "allowAccessChange",
  outcome = "nothing was restored",
): CliError {
  const nothing = `; ${outcome}`;
  return new CliError(
    "REFUSED",
    message.endsWith(nothing) ? message : `${message}${nothing}`,
    hint.includes("allowAccessChange")
      ? "--dry-run shows the changes; to go on all the same, add --allow-access-change"
      : hint,
  );
}

/** Says whom an auth restore lets in, and whom it locks out. */
export function accessNotes(access: AccessReport | undefined): string[] {
  if (access === undefined) return [];
  const { changes, passwordsChanged, refusals, usersBack, usersGone } = access;
  const { tokensBack, tokensGone } = access;
  const notes = refusals.map((why) => `refused without --allow-access-change: ${why}`);
  const users = changes.map(({ user, gains, loses }) => {
    const parts = [
      ...(gains.length > 0 ? [`gains ${gains.join(", ")}`] : []),
      ...(loses.length > 0 ? [`loses ${loses.join(", ")}`] : []),
    ];
    return `user ${user} ${parts.join(" and ")}`;
  });
  notes.push(...users);
  const owners = (tokens: AccessReport["tokensBack"]) =>
    [...new Set(tokens.map(({ user }) => user))].join(", ");
  if (usersBack.length > 0) notes.push(`users that come back: ${usersBack.join(", ")}`);
  if (usersGone.length > 0) notes.push(`users that go: ${usersGone.join(", ")}`);
  if (passwordsChanged.length > 0) {
    notes.push(`users whose password may change: ${passwordsChanged.join(", ")}`);
  }
  if (tokensBack.length > 0) {
    const whose = owners(tokensBack);
    notes.push(
      `tokens that begin to work, again or for the first time, or work for longer: ${tokensBack.length}, of ${whose}`,
    );
  }
  if (tokensGone.length > 0) {
    notes.push(
      `tokens that stop working, or do so earlier: ${tokensGone.length}, of ${owners(tokensGone)}`,
    );
  }
  return notes;
}
