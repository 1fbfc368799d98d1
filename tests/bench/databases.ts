// The databases that are measured, filled from the generated data.

import { createHash } from "node:crypto";
import type { DatabaseDirs } from "../../server/core.js";
import type { Environment } from "../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
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
} from "../../server/records/records.js";
import { rederive } from "../storage/rederive.js";
import { entries, INDEXED, STREAMS } from "./entries.js";

const BATCH = 50_000;
const NOTHING = Buffer.alloc(0);
export const FIELDS = [
  "agent",
  "host",
  "level",
  "method",
  "path",
  "stack",
  "status",
  "took_ms",
  "trace",
];

/** The log database, with one indexed field in each stream. */
export async function makeLogs(dir: string, count: number): Promise<void> {
  await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
  const { records } = database;
  const all = entries(count);
  for (let next = all.next(); !next.done; ) {
    records.transactionSync(() => {
      for (let i = 0; i < BATCH && !next.done; i++, next = all.next()) {
        const { stream, ms, uuid, json } = next.value;
        records.put(entryKey(stream, ms, uuid), Buffer.from(json));
      }
    });
  }
  put(database, () => {
    for (const stream of STREAMS) {
      for (const field of FIELDS) records.put(fieldKey(stream, field), NOTHING);
      const config = { ttl: 0, size: 0, indexed_fields: [INDEXED] };
      records.put(streamKey(stream), encodeValue(config));
    }
  });
}

/** 10,000 users with a token each; some hundred config items. */
export async function makeSmall(dirs: DatabaseDirs): Promise<void> {
  await makeUsers(dirs.auth, { users: 10_000, tokensEach: 1 });
  await using config = await openDatabase({ kind: "config", dir: dirs.config, mode: "create" });
  put(config, () => {
    for (let i = 0; i < 200; i++) {
      config.records.put(transformerKey(`t${i}`), Buffer.from('.level = "info"\n'.repeat(20)));
      config.records.put(pipelineKey(`p${i}`), Buffer.from('{"version":1,"nodes":[],"edges":[]}'));
    }
  });
}

/** A hash without a user, of the right form and length. */
const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uu3HROrzHZqVFYv8ltMcBMAKOrS6tgQiachBe/o7K3Q";

export const tokenText = (n: number): string => `pat_${String(n).padStart(32, "0")}`;

/** Users of one role, and `tokenText(0)`, `tokenText(1)`, … as their tokens. */
export async function makeUsers(
  dir: string,
  { users, tokensEach }: { users: number; tokensEach: number },
): Promise<void> {
  await using auth = await openDatabase({ kind: "auth", dir, mode: "create" });
  const { records } = auth;
  put(auth, () => {
    const role = {
      scopes: ["send_logs", "write_acls", "write_pipelines", "write_streams", "write_transformers"],
    };
    records.put(roleKey("admin"), encodeValue(role));
    for (let n = 0; n < users * tokensEach; n++) {
      const name = `user${String(Math.floor(n / tokensEach)).padStart(6, "0")}`;
      const user = { passwordHash: HASH, roles: ["admin"] };
      if (n % tokensEach === 0) records.put(userKey(name), encodeValue(user));
      const uuid = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
      const sha256 = createHash("sha256").update(tokenText(n)).digest("hex");
      records.put(tokenKey(name, uuid), encodeValue({ sha256 }));
    }
  });
}

function put(database: Environment, action: () => void): void {
  database.records.transactionSync(() => {
    action();
    rederive(database);
  });
}
