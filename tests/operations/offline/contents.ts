// Databases with arbitrary contents: generators of what they may hold, and ways to write, read and compare it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { DatabaseDirs } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import { nameProblem } from "../../../server/records/names.js";
import {
  alertKey,
  encodeValue,
  entryKey,
  fieldKey,
  pipelineKey,
  roleKey,
  streamKey,
  tokenKey,
  transformerKey,
  userKey,
} from "../../../server/records/records.js";
import { clearRecords, expectedDerived, rederive } from "../../storage/rederive.js";

/** The records of one database: hex of the key to hex of the value. */
export type Contents = ReadonlyMap<string, string>;
export type AllContents = Record<DatabaseKind, Contents>;

export interface Workspace {
  path: string;
  dirs(name: string): DatabaseDirs;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A directory of its own, removed at the end. */
export async function workspace(): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), "flowg-test-"));
  return {
    path,
    dirs: (name) => ({
      auth: join(path, name, "auth"),
      config: join(path, name, "config"),
      logs: join(path, name, "logs"),
    }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Makes a database (or empties it) and gives it these records, and what is derived from them. */
export async function fill(kind: DatabaseKind, dir: string, contents: Contents): Promise<void> {
  await using database = await openDatabase({ kind, dir, mode: "create" });
  database.records.transactionSync(() => {
    clearRecords(database);
    for (const [key, value] of contents) {
      database.records.put(Buffer.from(key, "hex"), Buffer.from(value, "hex"));
    }
    rederive(database);
  });
}

export async function fillAll(dirs: DatabaseDirs, contents: AllContents): Promise<void> {
  for (const kind of DATABASE_KINDS) await fill(kind, dirs[kind], contents[kind]);
}

/** Everything a database holds, and whether its derived data is what its records say. */
export async function readContents(
  kind: DatabaseKind,
  dir: string,
): Promise<{ contents: Contents; derived: Contents; expected: Contents }> {
  await using database = await openDatabase({ kind, dir, mode: "read" });
  return {
    contents: sortedHex([...database.records.range()].map(({ key, value }) => [key, value])),
    derived: sortedHex([...database.derived.range()].map(({ key, value }) => [key, value])),
    expected: sortedHex([...expectedDerived(database)]),
  };
}

function sortedHex(pairs: Iterable<[unknown, Uint8Array]>): Map<string, string> {
  const hex = [...pairs].map(([key, value]): [string, string] => [
    Buffer.from(key as Buffer).toString("hex"),
    Buffer.from(value).toString("hex"),
  ]);
  return new Map(hex.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const ODD_NAMES = [
  "admin",
  "admin:a",
  "app",
  "app:web",
  "a/b",
  "a b",
  "%2F",
  "..",
  "café",
  "cafe\u0301",
  "🦉",
  "\u{10FFFF}",
];

const name = fc.oneof(
  fc.constantFrom(...ODD_NAMES),
  fc.string({ unit: "binary", maxLength: 12 }).filter((text) => nameProblem(text) === undefined),
);
const names = fc.array(name, { maxLength: 3 }).map((list) => [...new Set(list)].sort());
const uuid = fc.uuid({ version: 4 });
const text = fc.string({ unit: "grapheme", maxLength: 80 });
const hash = fc.constant("$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$abc");
const legacyHash = uuid.map((salt) => `$argon2id$v=19$m=19456,t=2,p=1$${salt}$abc`);
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);

const role = fc.tuple(name.map(roleKey), fc.record({ scopes: names }).map(encodeValue));
const user = fc.tuple(
  name.map(userKey),
  fc.record({ passwordHash: hash, roles: names }).map(encodeValue),
);
const token = fc.tuple(
  fc.tuple(name, uuid).map(([owner, id]) => tokenKey(owner, id)),
  // a hash belongs to one token
  fc.oneof(fc.record({ sha256 }), fc.record({ legacyHash })).map(encodeValue),
);
const transformer = fc.tuple(
  name.map(transformerKey),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const jsonObject = fc
  .dictionary(text, fc.jsonValue())
  .map((value) => Buffer.from(JSON.stringify(value)));
const pipeline = fc.tuple(name.map(pipelineKey), jsonObject);
const alert = fc.tuple(name.map(alertKey), jsonObject);
const streamName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("app", "app:web") },
  { weight: 1, arbitrary: name },
);
const fieldName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("level", "a:b") },
  { weight: 1, arbitrary: text },
);
const stream = fc.tuple(
  streamName.map(streamKey),
  fc
    .record({
      ttl: fc.integer({ min: -1, max: 1_000_000 }),
      size: fc.nat(100),
      indexed_fields: fc.uniqueArray(fieldName, { maxLength: 3 }),
    })
    .map(encodeValue),
);
const field = fc.tuple(
  fc.tuple(streamName, name).map(([owner, of]) => fieldKey(owner, of)),
  fc.constant(Buffer.alloc(0)),
);
const entry = fc.tuple(
  fc
    .tuple(streamName, fc.integer({ min: 0, max: 2_000_000_000_000 }), uuid)
    .map(([owner, ms, id]) => entryKey(owner, ms, id)),
  fc
    .record({
      timestamp: fc.constant("2026-11-23T00:00:00Z"),
      fields: fc.dictionary(fieldName, fc.oneof(text, fc.constantFrom("info", "x".repeat(100)))),
    })
    .map(encodeValue),
);

const contents = (...kinds: fc.Arbitrary<[Buffer, Buffer]>[]): fc.Arbitrary<Contents> =>
  fc.array(fc.oneof(...kinds), { maxLength: 40 }).map(sortedHex);

/** Any contents of the three databases, also none. */
export const anyContents: fc.Arbitrary<AllContents> = fc.record({
  auth: contents(role, user, token),
  config: contents(transformer, pipeline, alert),
  logs: contents(entry, entry, entry, stream, field),
});
