// Looks before an online restore changes a database: may the caller do it, and how does it change permissions?

import type { AuthRecords } from "../../records/auth/auth-records.js";
import { type Limit, limitOf } from "../../records/auth/limits.js";
import { demandNoClash } from "../../records/auth/restore-outcome.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Database } from "../../storage/database.js";
import {
  type AccessCaller,
  type AccessReport,
  accessChange,
  forbiddenGift,
  NOBODY_ADMINISTERS,
} from "../restore/access.js";

export interface LookOptions {
  /** Open in this process. */
  database: Database;
  /** Allows an auth restore to change who may do what in ways that are refused otherwise. */
  allowAccessChange: boolean;
  /** Allows an auth restore that leaves no administrator. */
  allowNoAdmin: boolean;
  /** The asking user, as they are when the upload is there; throws if they may not do this any more. */
  authorize: () => Promise<AccessCaller>;
}

/** The findings before a restore, of the asking user as they are now. */
export interface Look {
  /** The database's version at the time of the look; only for auth. */
  version?: number;
  access?: AccessReport;
  held: Limit;
  refusal?: { why: string; hint: string } | undefined;
}

/** The accounts before and after. */
export interface AuthOutcome {
  /** @param held the scopes that the caller holds: what is stored grants no more */
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
  // after that look: if the caller's rights change between the two, the restore finds itself overtaken
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
