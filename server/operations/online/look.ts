// What is looked at before an online restore changes a database: whether the caller may do it, and for auth what it
// does to who may do what.

import { type AuthRecords, restoredRecords } from "../../records/auth/auth-records.js";
import { type Limit, limitOf } from "../../records/auth/limits.js";
import { demandNoClash } from "../../records/auth/restore-outcome.js";
import { sealed } from "../../records/auth/seal.js";
import type { RestoreMode } from "../../records/reports.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Database } from "../../storage/database.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import {
  type AccessCaller,
  type AccessReport,
  accessChange,
  forbiddenGift,
  NOBODY_ADMINISTERS,
} from "./access.js";

export interface LookOptions {
  /** Open in this process. */
  database: Database;
  mode: RestoreMode;
  /** Lets an auth restore change who may do what in ways that are refused otherwise. */
  allowAccessChange: boolean;
  /** Lets an auth restore leave nobody who may administer. */
  allowNoAdmin: boolean;
  /** The asking user, as they are when the upload is there; throws if they may not do this any more. */
  authorize: () => Promise<AccessCaller>;
}

/** What was found before a restore, of the asking user as they are now. */
export interface Look {
  /** That the database stood at; only for auth. */
  version?: number;
  access?: AccessReport;
  held: Limit;
  refusal?: { why: string; hint: string } | undefined;
}

/** @throws what `authorize` throws, REFUSED where two tokens would have one hash */
export async function lookAt(
  options: LookOptions,
  { auth: snapshot, part }: Pick<VerifiedSource, "auth" | "part">,
): Promise<Look> {
  const ranges = part?.ranges;
  const { database, mode } = options;
  if (snapshot === undefined) {
    await options.authorize();
    return { held: undefined };
  }
  const { result: records, version } = await database.readVersioned(recordsNow);
  // after that look: if the caller's rights change between the two, the restore finds itself overtaken
  const caller = await options.authorize();
  const held = limitOf(caller.scopes);
  const how = { mode, ranges };
  const asItIs = restoredRecords(records, snapshot, how);
  demandNoClash(asItIs);
  const { refusals } = accessChange(records, asItIs, caller);
  const kept = restoredRecords(records, sealedRecords(snapshot, records, held), how);
  const access = { ...accessChange(records, kept, caller), refusals };
  const forbidden = forbiddenGift(records, asItIs, caller);
  const refusal = forbidden
    ? { why: forbidden, hint: "let somebody who holds these scopes restore it" }
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
    hint: "look at the report; to restore all the same, ask again with ?allowAccessChange=true",
  };
}

/** The snapshot's records as they will be stored. */
function sealedRecords(snapshot: AuthRecords, records: AuthRecords, held: Limit): AuthRecords {
  if (held === undefined) return snapshot;
  const stored = [...snapshot].map(([key, value]): [string, Buffer] => {
    const bytes = Buffer.from(key, "latin1");
    return [key, Buffer.from(sealed({ key: bytes, value }, records.get(key), held))];
  });
  return new Map(stored);
}
