// Databases of several blocks each, the same at every call with the same arguments.

import { createHash } from "node:crypto";
import type { DatabaseDirs } from "../../../server/core.js";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import {
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

export interface SampleOptions {
  /** Changes values, and some keys. */
  version?: number;
  /** Log entries, of some 750 bytes. */
  entries?: number;
  /** Users, and as many roles and tokens. */
  accounts?: number;
  /** Indexed fields of stream `app`. */
  indexed?: string[];
}

/** Fills three databases; what they held before is gone. */
export async function fillSample(dirs: DatabaseDirs, options: SampleOptions = {}): Promise<void> {
  for (const kind of DATABASE_KINDS) {
    await using database = await openDatabase({ kind, dir: dirs[kind], mode: "create" });
    database.records.transactionSync(() => {
      clearRecords(database);
      FILL[kind](database, options);
      rederive(database);
    });
  }
}

/** What each of the three holds: how many records, and their SHA-256. */
export type State = Record<DatabaseKind, string>;

export async function stateOf(dirs: DatabaseDirs): Promise<State> {
  const state: Partial<State> = {};
  for (const kind of DATABASE_KINDS) state[kind] = await stateOfOne(kind, dirs[kind]);
  return state as State;
}

/** The law of derived data must hold for whatever is looked at. */
export async function stateOfOne(kind: DatabaseKind, dir: string): Promise<string> {
  await using database = await openDatabase({ kind, dir, mode: "read" });
  const hash = createHash("sha256");
  let count = 0;
  for (const { key, value } of database.records.range()) {
    hash.update(`${(key as Buffer).byteLength} ${value.byteLength} `).update(key as Buffer);
    hash.update(value);
    count++;
  }
  const text = (key: unknown, value: Uint8Array) =>
    `${(key as Buffer).toString("latin1")}=${Buffer.from(value).toString("latin1")}`;
  const found = [...database.derived.range()].map(({ key, value }) => text(key, value));
  const expected = [...expectedDerived(database)].map(([key, value]) => text(key, value));
  if (found.sort().join("\n") !== expected.sort().join("\n")) {
    throw new Error(`the derived data of ${kind} is not what its records say`);
  }
  return `${count} ${hash.digest("hex")}`;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Text that no compression makes small. */
const lines = (n: number) => [0, 1, 2, 3].map((line) => sha256(`${n} ${line}`)).join(" ");

export function uuidOf(text: string): string {
  const hex = sha256(text);
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join("-");
}

type Fill = (database: Environment, options: SampleOptions) => void;

const FILL: Record<"auth" | "config" | "logs", Fill> = {
  auth({ records }, { version = 1, accounts = 700 }) {
    for (let n = 0; n < accounts; n++) {
      const name = `user ${n + version}`;
      const passwordHash = `$argon2id$v=19$m=8,t=1,p=1$${sha256(name + version)}$${sha256(name)}`;
      records.put(userKey(name), encodeValue({ passwordHash, roles: [`role ${n % 7}`] }));
      records.put(
        roleKey(`role ${n}`),
        encodeValue({ scopes: [sha256(`${n} ${version}`).repeat(16)] }),
      );
      const uuid = uuidOf(name);
      records.put(tokenKey(name, uuid), encodeValue({ sha256: sha256(`${name} ${version}`) }));
    }
  },
  config({ records }, { version = 1 }) {
    for (let n = 0; n < 4; n++) {
      const script = Buffer.from(sha256(`${n} ${version}`).repeat(14_000));
      records.put(transformerKey(`script ${n}`), script);
      records.put(pipelineKey(`pipeline ${n + version}`), Buffer.from(`{"n":${version}}`));
    }
  },
  logs({ records }, { version = 1, entries = 4000, indexed = ["level"] }) {
    for (let n = 0; n < entries; n++) {
      const key = entryKey(n % 3 ? "app" : "app:web", 1_700_000_000_000 + n, uuidOf(String(n)));
      const fields = {
        level: String((n + version) % 5),
        message: lines(n),
        version: `${version}`,
      };
      records.put(key, encodeValue({ timestamp: "2023-11-14T22:13:20Z", fields }));
    }
    for (const field of ["level", "message", "version"]) {
      records.put(fieldKey("app", field), Buffer.alloc(0));
    }
    const limits = { ttl: 0, size: version };
    records.put(streamKey("app"), encodeValue({ ...limits, indexed_fields: indexed }));
    records.put(streamKey("app:web"), encodeValue({ ...limits, indexed_fields: [] }));
  },
};
