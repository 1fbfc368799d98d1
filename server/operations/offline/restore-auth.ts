// Works out what an offline restore of auth leads to: whether somebody can administer, and which accounts a server will make.

import { type AuthRecords, restoredRecords } from "../../records/auth/auth-records.js";
import { demandAdministrators, demandNoClash, lossOf } from "../../records/auth/restore-outcome.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Database } from "../../storage/database.js";
import type { Engine } from "../../storage/engine.js";
import { type AccountKind, isAny, neverHad } from "../../storage/notes/account-history.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import type { RestoreOptions } from "./options.js";

/**
 * Works out the outcome of an auth restore before any database changes.
 * @param engine undefined if there is no auth database yet
 * @returns warnings
 * @throws REFUSED
 */
export async function lookAtAuth(
  { auth: snapshot = new Map(), part }: VerifiedSource,
  engine: Engine | undefined,
  { dirs, mode, dryRun, allowNoAdmin = false }: RestoreOptions,
): Promise<string[]> {
  const before = engine ? await recordsIn(engine, dirs.auth) : new Map();
  const after = restoredRecords(before, snapshot, { mode, ranges: part?.ranges });
  demandNoClash(after);
  // a dry run warns in place of refusing
  if (!dryRun) demandAdministrators(before, after, { allowNoAdmin });
  const loss = lossOf(before, after);
  const told = dryRun && !allowNoAdmin ? "refused without --allow-no-admin" : "as it was allowed";
  return loss ? [`${told}: ${loss}`] : [];
}

async function recordsIn(engine: Engine, dir: string): Promise<AuthRecords> {
  await using database = await engine.open({ kind: "auth", dir }, { mode: "read" });
  return database.read(recordsNow);
}

const has = (database: Database, kind: AccountKind) =>
  database.read((instant) => isAny(instant, kind));

/**
 * Says which accounts the next start of a server makes. It makes them where there never were any, and not where they were
 * removed.
 */
export async function whatServeWillMake(engine: Engine, dir: string): Promise<string[]> {
  await using database = await engine.open({ kind: "auth", dir }, { mode: "read" });
  const never = await database.read(neverHad);
  const notes: string[] = [];
  if (never.user)
    notes.push("no user is left: `flowg serve` will make user root, with its first password");
  else if (!(await has(database, "user")))
    notes.push("no user is left: nobody can log in before `flowg admin user create`");
  if (never.role)
    notes.push("no role is left: `flowg serve` will make role admin, with all rights");
  else if (!(await has(database, "role")))
    notes.push("no role is left: nobody may do anything before `flowg admin role create`");
  return notes;
}
