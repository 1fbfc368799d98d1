// The log entries that are measured: like those of real web and application servers, made by a seeded generator, so
// that every run and every machine measures the same. The JSON of one is about 215 bytes.

export const STREAMS = ["app", "jobs", "web"];
/** The one field of each stream that is indexed. */
export const INDEXED = "level";

export const FIRST_MS = 1_750_000_000_000;
const METHODS = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
const PATHS = ["/api/v1/orders", "/api/v1/users", "/login", "/static/app.js", "/health", "/search"];
const AGENTS = ["Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "okhttp/4.12.0", "Googlebot/2.1"];
const LEVELS = ["info", "info", "info", "debug", "warn", "error"];
const STATUSES = [200, 200, 200, 304, 404, 500];

export interface Entry {
  stream: string;
  ms: number;
  uuid: string;
  level: string;
  /** `{"timestamp":…,"fields":{…}}` */
  json: string;
}

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

export interface EntriesOptions {
  seed?: number;
  /** Milliseconds since 1970: they come after it. */
  after?: number;
}

/** Entries of three streams, in the order of their keys; one in a hundred has a stack trace. */
export function* entries(
  count: number,
  { seed = 1, after = FIRST_MS }: EntriesOptions = {},
): Generator<Entry> {
  const next = random(seed);
  for (const [index, stream] of STREAMS.entries()) {
    const share = Math.floor((count + index) / STREAMS.length);
    let ms = after;
    for (let i = 0; i < share; i++) {
      ms += 1 + Math.floor(next() * 40);
      yield entry(next, stream, ms);
    }
  }
}

function entry(next: () => number, stream: string, ms: number): Entry {
  const level = pick(next, LEVELS);
  // text by hand: millions are made
  const json =
    `{"timestamp":"${new Date(ms).toISOString()}","fields":{"level":"${level}",` +
    `"host":"h${Math.floor(next() * 10)}","method":"${pick(next, METHODS)}",` +
    `"path":"${pick(next, PATHS)}/${Math.floor(next() * 100_000)}",` +
    `"status":"${pick(next, STATUSES)}","took_ms":"${Math.floor(next() * 900)}",` +
    `"agent":"${pick(next, AGENTS)}","trace":"${hex(next, 8)}${hex(next, 8)}"` +
    `${next() < 0.01 ? `,"stack":${JSON.stringify(stack(next))}` : ""}}}`;
  const uuid = `${hex(next, 8)}-${hex(next, 4)}-4${hex(next, 3)}-a${hex(next, 3)}-${hex(next, 6)}${hex(next, 6)}`;
  return { stream, ms, uuid, level, json };
}

function pick<T>(next: () => number, list: readonly T[]): T {
  return list[Math.floor(next() * list.length)] as T;
}

function hex(next: () => number, digits: number): string {
  const number = Math.floor(next() * 16 ** digits);
  return number.toString(16).padStart(digits, "0");
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
