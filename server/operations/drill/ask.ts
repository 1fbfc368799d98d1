// Asks a restored database a few questions through the stores that a server uses: the user of each token, the pipelines, a
// stream's newest and oldest entry, and an entry that a value index leads to.

import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { administersWith } from "../../records/auth/administers.js";
import { nameOf } from "../../records/auth/name-of.js";
import { sha256Range } from "../../records/auth/token-lookup.js";
import { segments, under } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { parseEntryKey } from "../../records/logs/entry-key.js";
import { entryOf } from "../../records/logs/written-entry.js";
import {
  decodeValue,
  type EntryRecord,
  printable,
  type RoleRecord,
  roleKey,
  type TokenRecord,
  type UserRecord,
  userKey,
} from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { readStreamRecord } from "../../storage/stream-record.js";
import type { Instant } from "../../storage/tables.js";
import { openConfigStore } from "../../stores/config/store.js";
import type { QueriedEntry } from "../../stores/logs/query.js";
import { openLogStore } from "../../stores/logs/store.js";
import type { StreamEnds } from "./check-database.js";

const MOST_TOKENS = 100;
/** The oldest entry is searched among this many entries of its millisecond. */
const MOST_OF_MOMENT = 10_000;

export interface Answers {
  queries: number;
  problems: string[];
  warnings: string[];
}

/** @throws CANCELLED, DATABASE_DAMAGED, and what else reading throws */
export async function ask(
  database: Database,
  streams: readonly StreamEnds[],
  signal?: AbortSignal,
): Promise<Answers> {
  const asked: Record<DatabaseKind, () => Promise<Answers>> = {
    auth: () => database.read(askAuth),
    config: () => askConfig(database, signal),
    logs: () => askLogs(database, streams, signal),
  };
  stopIfAborted(signal, "the drill");
  return await asked[database.kind]();
}

function askAuth(instant: Instant): Answers {
  const { records, derived } = instant;
  const answers: Answers = { queries: 0, problems: [], warnings: [] };
  const role = (name: string) => {
    const value = records.get(roleKey(name));
    return value && decodeValue<RoleRecord>(value);
  };
  let users = 0;
  let administrators = 0;
  for (const { key, value } of records.range(under("user"))) {
    users++;
    answers.queries++;
    const user = decodeValue<UserRecord>(value);
    if (!records.has(userKey(nameOf(key)))) answers.problems.push("a user can't be found by name");
    if (administersWith(user, role)) administrators++;
  }
  if (users === 0) answers.problems.push("it has no user: nobody could log in");
  else if (administrators === 0)
    answers.problems.push("nobody could administer (write_acls): a restore would lock all out");
  let strangers = 0;
  for (const { key, value } of records.range(under("token"))) {
    const [, user = "", uuid = ""] = segments(key);
    if (!records.has(userKey(user))) strangers++;
    const token = decodeValue<TokenRecord>(value);
    if (!("sha256" in token) || answers.queries >= users + MOST_TOKENS) continue;
    answers.queries++;
    const found = [...derived.keys(sha256Range(token.sha256))].map((one) => segments(one).slice(2));
    if (found.length !== 1 || found[0]?.join() !== [user, uuid].join())
      answers.problems.push(
        `token ${uuid} of user "${printable(user)}" is found ${found.length} times by its hash, or for somebody else`,
      );
  }
  if (strangers > 0)
    answers.warnings.push(
      `${counted(strangers, "token belongs to a user that is", "tokens belong to users that are")} not in the snapshot`,
    );
  return answers;
}

async function askConfig(database: Database, signal: AbortSignal | undefined): Promise<Answers> {
  const store = openConfigStore(database);
  const answers: Answers = { queries: 0, problems: [], warnings: [] };
  for (const [kind, items] of Object.entries({
    transformer: store.transformers,
    pipeline: store.pipelines,
    alert: store.alerts,
  })) {
    const names = await items.list();
    answers.queries++;
    const there = await database.read(({ records }) => records.count(under(kind)));
    if (names.length !== there)
      answers.problems.push(`${there} ${kind}s are there, and ${names.length} are listed`);
    for (const name of names) {
      stopIfAborted(signal, "the drill");
      answers.queries++;
      await items.get(name).catch((error) => {
        if (!(error instanceof FlowgError)) throw error;
        answers.problems.push(`${kind} "${printable(name)}" is listed, and can't be read`);
      });
    }
  }
  return answers;
}

async function askLogs(
  database: Database,
  streams: readonly StreamEnds[],
  signal: AbortSignal | undefined,
): Promise<Answers> {
  // what has expired since is in the snapshot all the same
  const store = openLogStore(database, { now: () => 0 });
  const answers: Answers = { queries: 0, problems: [], warnings: [] };
  try {
    for (const ends of streams) {
      stopIfAborted(signal, "the drill");
      const { stream } = ends;
      const what = `stream "${printable(stream)}"`;
      const { newest, oldest, config } = await database.read((instant) => ({
        newest: decodeValue<EntryRecord>(instant.records.get(ends.newest) ?? EMPTY),
        oldest: decodeValue<EntryRecord>(instant.records.get(ends.oldest) ?? EMPTY),
        config: readStreamRecord(instant, stream),
      }));
      if (!config) answers.warnings.push(`${what} has entries, and no configuration`);
      const { ms } = parseEntryKey(ends.oldest);
      const last = parseEntryKey(ends.newest).ms;
      // further than a query reaches
      if (!Number.isSafeInteger(last + 1)) continue;
      const field = config?.indexed_fields.find((name) => typeof newest.fields[name] === "string");
      const window = { fromMs: 0, toMs: last + 1 };
      const found = await lastOf(store.query(stream, { ...window, limit: 1 }));
      const first = await lastOf(
        store.query(stream, { fromMs: ms, toMs: ms + 1, limit: MOST_OF_MOMENT }),
      );
      answers.queries += 2;
      if (!isSame(found?.entry, newest))
        answers.problems.push(`${what} doesn't give its newest entry`);
      if (first?.count !== MOST_OF_MOMENT && !isSame(first?.entry, oldest))
        answers.problems.push(`${what} doesn't give its oldest entry`);
      if (field === undefined) continue;
      const values = new Set([newest.fields[field] as string]);
      const filter = { kind: "in", field, values } as const;
      const byValue = await lastOf(store.query(stream, { ...window, filter, limit: 1 }));
      answers.queries++;
      if (!isSame(byValue?.entry, newest))
        answers.problems.push(
          `${what} doesn't give its newest entry by the index of "${printable(field)}"`,
        );
    }
  } finally {
    await store.close();
  }
  return answers;
}

async function lastOf(
  entries: AsyncIterable<QueriedEntry>,
): Promise<{ entry: EntryRecord; count: number } | undefined> {
  let found: { entry: QueriedEntry; count: number } | undefined;
  for await (const entry of entries) found = { entry, count: (found?.count ?? 0) + 1 };
  return found && { entry: entryOf(found.entry), count: found.count };
}

const isSame = (a: EntryRecord | undefined, b: EntryRecord): boolean =>
  a !== undefined && JSON.stringify(a) === JSON.stringify(b);

const EMPTY = Buffer.from('{"timestamp":"","fields":{}}');
