// The data that is measured: log entries like those of real web and application servers, made by a seeded
// generator, so that every run and every machine measures the same.

import type { DatabaseDirs } from "../../server/core.js";
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

/** mulberry32: small, fast, good enough for data. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STREAMS = ["web", "app", "jobs"];
const FIRST_MS = 1_750_000_000_000;
const METHODS = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
const PATHS = ["/api/v1/orders", "/api/v1/users", "/login", "/static/app.js", "/health", "/search"];
const AGENTS = ["Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "okhttp/4.12.0", "Googlebot/2.1"];
const LEVELS = ["info", "info", "info", "debug", "warn", "error"];

interface Entry {
  key: Buffer;
  value: Buffer;
}

/** Entries of three streams, keys ascending; one in a hundred has a stack trace. */
export function* entries(count: number, seed = 1): Generator<Entry> {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const hex = (digits: number) =>
    Math.floor(next() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  const each = Math.ceil(count / STREAMS.length);
  for (const stream of [...STREAMS].sort()) {
    let ms = FIRST_MS;
    for (let i = 0; i < each; i++) {
      ms += 1 + Math.floor(next() * 40);
      const fields: Record<string, string> = {
        level: pick(LEVELS),
        method: pick(METHODS),
        path: `${pick(PATHS)}/${Math.floor(next() * 100_000)}`,
        status: String(pick([200, 200, 200, 304, 404, 500])),
        took_ms: String(Math.floor(next() * 900)),
        agent: pick(AGENTS),
        trace: hex(8) + hex(8),
      };
      if (next() < 0.01) fields.stack = stack(next);
      const uuid = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
      const timestamp = new Date(ms).toISOString();
      yield { key: entryKey(stream, ms, uuid), value: encodeValue({ timestamp, fields }) };
    }
  }
}

function stack(next: () => number): string {
  const lines = ["Error: upstream closed the connection before it answered"];
  for (let line = 0; line < 20; line++) {
    const where = Math.floor(next() * 1000);
    lines.push(
      `    at handle${where} (/srv/app/dist/router/layer-${line}.js:${where}:${line + 7})`,
    );
  }
  return lines.join("\n");
}

const BATCH = 50_000;

/** The log database, with one indexed field in each stream. */
export async function makeLogs(dir: string, count: number): Promise<void> {
  await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
  const all = entries(count);
  for (let next = all.next(); !next.done; ) {
    database.records.transactionSync(() => {
      for (let i = 0; i < BATCH && !next.done; i++, next = all.next()) {
        database.records.putSync(next.value.key, next.value.value);
      }
    });
  }
  put(database, () => {
    for (const stream of STREAMS) {
      for (const field of ["level", "status", "path"]) {
        database.records.putSync(fieldKey(stream, field), Buffer.alloc(0));
      }
      const config = { ttl: 0, size: 0, indexed_fields: ["level"] };
      database.records.putSync(streamKey(stream), encodeValue(config));
    }
  });
}

const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uu3HROrzHZqVFYv8ltMcBMAKOrS6tgQiachBe/o7K3Q";

/** 10,000 users with a token each; a handful of config items. */
export async function makeSmall(dirs: DatabaseDirs, users = 10_000): Promise<void> {
  const next = random(2);
  await using auth = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "create" });
  put(auth, () => {
    auth.records.putSync(
      roleKey("admin"),
      encodeValue({ scopes: ["write_acls", "write_streams"] }),
    );
    for (let i = 0; i < users; i++) {
      const name = `user${String(i).padStart(6, "0")}`;
      const tail = String(i).padStart(12, "0");
      const sha256 = Array.from({ length: 8 }, () =>
        Math.floor(next() * 2 ** 32)
          .toString(16)
          .padStart(8, "0"),
      ).join("");
      auth.records.putSync(userKey(name), encodeValue({ passwordHash: HASH, roles: ["admin"] }));
      auth.records.putSync(
        tokenKey(name, `00000000-0000-4000-8000-${tail}`),
        encodeValue({ sha256 }),
      );
    }
  });
  await using config = await openDatabase({ kind: "config", dir: dirs.config, mode: "create" });
  put(config, () => {
    for (let i = 0; i < 200; i++) {
      config.records.putSync(transformerKey(`t${i}`), Buffer.from('.level = "info"\n'.repeat(20)));
      config.records.putSync(
        pipelineKey(`p${i}`),
        Buffer.from('{"version":1,"nodes":[],"edges":[]}'),
      );
    }
  });
}

function put(database: Database, action: () => void): void {
  database.records.transactionSync(() => {
    action();
    rederive(database);
  });
}
