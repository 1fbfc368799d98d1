// Looks before an online restore or undo changes a database: may the caller do this, and how does it change permissions?

import type { AuthRecords } from "../../records/auth/auth-records.js";
import { type Limit, limitOf } from "../../records/auth/limits.js";
import { demandNoClash } from "../../records/auth/restore-outcome.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Database } from "../../storage/database.js";
import { accessChange } from "../restore/access.js";
import { forbiddenGift, NOBODY_ADMINISTERS } from "../restore/access-refusals.js";
import type { AccessCaller, AccessReport } from "../restore/access-report.js";

export interface LookOptions {
  /** Open in this process. */
  database: Database;
  /** Allows changes of permissions by an auth restore that are refused otherwise. */
  allowAccessChange: boolean;
  /** Allows an auth restore that leaves no administrator. */
  allowNoAdmin: boolean;
  /** Looks the caller up as they are now; throws if they may not do this any more. */
  authorize: () => Promise<AccessCaller>;
}

/** What was found before a restore. */
export interface Look {
  /** The version of the auth database at the time of the look. Absent for other databases. */
  version?: number;
  access?: AccessReport;
  held: Limit;
  refusal?: { why: string; hint: string } | undefined;
}

/** The accounts before and after. */
export interface AuthOutcome {
  /** @param held the scopes that the caller holds; no stored account grants more */
  after(before: AuthRecords, held?: Limit): AuthRecords;
}

/** @throws what `authorize` throws, REFUSED where two tokens would have one hash */
export async function lookAt(
  options: LookOptions,
  outcome: AuthOutcome | undefined,
): Promise<Look> {
  const { database } = options;
  if (outcome === undefined) {
    await options.authorize();
    return { held: undefined };
  }
  const { result: records, version } = await database.readVersioned(recordsNow);
  // looked up after the read above: a change of the caller's rights in between makes the restore fail as overtaken
  const caller = await options.authorize();
  const held = limitOf(caller.scopes);
  const asItIs = outcome.after(records);
  demandNoClash(asItIs);
  const { refusals } = accessChange(records, asItIs, caller);
  const kept = outcome.after(records, held);
  const access = { ...accessChange(records, kept, caller), refusals };
  const forbidden = forbiddenGift(records, asItIs, caller);
  const refusal = forbidden
    ? { why: forbidden, hint: "a user who holds these scopes can do it" }
    : refusalOf(refusals, options);
  return { version, access, held, refusal };
}

function refusalOf(refusals: readonly string[], options: LookOptions): Look["refusal"] {
  const left = options.allowAccessChange
    ? []
    : refusals.filter((why) => !(options.allowNoAdmin && why === NOBODY_ADMINISTERS));
  if (left.length === 0) return undefined;
  return {
    why: left.join("; "),
    hint: "look at the report; to go on all the same, ask again with allowAccessChange=true",
  };
}
