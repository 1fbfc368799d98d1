// Databases of several blocks each, the same at every call with the same arguments.

import { createHash } from "node:crypto";
import type { DatabaseDirs } from "../../server/core.js";
import { DATABASE_KINDS } from "../../server/database/kinds.js";
import { type Database, openDatabase } from "../../server/database/open.js";
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
} from "../../server/database/records.js";
import { rederive } from "../../server/database/rederive.js";
import { type AllContents, readContents } from "./contents.js";

export interface SampleOptions {
  /** Changes values, and some keys. */
  version?: number;
  /** Log entries, of some 250 bytes. */
  entries?: number;
  /** Indexed fields of stream `app`. */
  indexed?: string[];
}

/** Fills three databases; what they held before is gone. */
export async function fillSample(dirs: DatabaseDirs, options: SampleOptions = {}): Promise<void> {
  for (const kind of DATABASE_KINDS) {
    await using database = await openDatabase({ kind, dir: dirs[kind], mode: "create" });
    database.records.transactionSync(() => {
      database.records.clearSync();
      FILL[kind](database, options);
      rederive(database);
    });
  }
}

/** What all three hold. */
export async function stateOf(dirs: DatabaseDirs): Promise<AllContents> {
  const state: Partial<AllContents> = {};
  for (const kind of DATABASE_KINDS) {
    const { contents, derived, expected } = await readContents(kind, dirs[kind]);
    // the law of derived data holds for whatever is looked at
    if (JSON.stringify([...derived]) !== JSON.stringify([...expected])) {
      throw new Error(`the derived data of ${kind} is not what its records say`);
    }
    state[kind] = contents;
  }
  return state as AllContents;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export function uuidOf(text: string): string {
  const hex = sha256(text);
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join("-");
}

type Fill = (database: Database, options: SampleOptions) => void;

const FILL: Record<"auth" | "config" | "logs", Fill> = {
  auth({ records }, { version = 1 }) {
    for (let n = 0; n < 3000; n++) {
      const name = `user ${n + version}`;
      const passwordHash = `$argon2id$v=19$m=8,t=1,p=1$${sha256(name + version)}$${sha256(name)}`;
      records.putSync(userKey(name), encodeValue({ passwordHash, roles: [`role ${n % 7}`] }));
      records.putSync(roleKey(`role ${n}`), encodeValue({ scopes: [`version ${version}`] }));
      const uuid = uuidOf(name);
      records.putSync(tokenKey(name, uuid), encodeValue({ sha256: sha256(`${name} ${version}`) }));
    }
  },
  config({ records }, { version = 1 }) {
    for (let n = 0; n < 4; n++) {
      const script = Buffer.from(sha256(`${n} ${version}`).repeat(14_000));
      records.putSync(transformerKey(`script ${n}`), script);
      records.putSync(pipelineKey(`pipeline ${n + version}`), Buffer.from(`{"n":${version}}`));
    }
  },
  logs({ records }, { version = 1, entries = 15_000, indexed = ["level"] }) {
    for (let n = 0; n < entries; n++) {
      const key = entryKey(n % 3 ? "app" : "app:web", 1_700_000_000_000 + n, uuidOf(String(n)));
      const fields = {
        level: String((n + version) % 5),
        message: sha256(`${n}`),
        version: `${version}`,
      };
      records.putSync(key, encodeValue({ timestamp: "2023-11-14T22:13:20Z", fields }));
    }
    for (const field of ["level", "message", "version"]) {
      records.putSync(fieldKey("app", field), Buffer.alloc(0));
    }
    const limits = { ttl: 0, size: version };
    records.putSync(streamKey("app"), encodeValue({ ...limits, indexed_fields: indexed }));
    records.putSync(streamKey("app:web"), encodeValue({ ...limits, indexed_fields: [] }));
  },
};
