// A repository with two snapshots of a small installation, and what somebody with all its keys could make of it: each change
// leaves hashes, sums and signatures right, as far as they are told to be.

import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseDirs, OpenedRepository } from "../../../server/core.js";
import { initRepository, openRepository } from "../../../server/core.js";
import { lmdb } from "../../../server/engine/lmdb.js";
import { eachRecord } from "../../../server/formats/snapshot/badger.js";
import { readSegmentFile } from "../../../server/formats/snapshot/read.js";
import { backupToRepositories } from "../../../server/operations/repository/backup.js";
import { recordChecksum } from "../../../server/platform/checksum/checksum.js";
import { tokenSha256 } from "../../../server/records/auth/token-text.js";
import { defaultFlow } from "../../../server/records/config/default-pipeline.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import {
  alertKey,
  encodeValue,
  entryKey,
  pipelineKey,
  roleKey,
  streamKey,
  tokenKey,
  transformerKey,
  userKey,
} from "../../../server/records/records.js";
import type { Manifest, SegmentEntry } from "../../../server/repository/manifest.js";
import { putManifest } from "../../../server/repository/manifest-objects.js";
import { databaseSums } from "../../../server/repository/manifest-sums.js";
import { readSegment } from "../../../server/repository/segments/read-segment.js";
import { SegmentRecords, sha256 } from "../../../server/repository/segments/segment-object.js";
import { segmentPath } from "../../../server/repository/segments/segment-path.js";
import { findSnapshot } from "../../../server/repository/snapshots.js";
import { type Pair, rawBlocks } from "../../formats/snapshot/make-snapshot.js";
import { smallDirs } from "../small-world.js";

/** Whose snapshots they are, as a job knows its own. */
export const MAKER = { host: "here", tag: "job:nightly" };

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
export const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
const LEVELS = ["info", "warning", "error"];

/** A text that hardly compresses. */
const text = (n: number) =>
  Array.from({ length: 300 }, (_, i) => Math.imul(n + 1, 2654435761 + i * 40503).toString(36)).join(
    "",
  );

async function fillWorld(dirs: DatabaseDirs, version: number): Promise<void> {
  for (const dir of Object.values(dirs)) await mkdir(dir, { recursive: true });
  await using auth = await lmdb.open({ kind: "auth", dir: dirs.auth }, { mode: "create" });
  await auth.change((changes) => {
    changes.put(roleKey("admin"), encodeValue({ scopes: ["write_acls"] }));
    changes.put(userKey("root"), encodeValue({ passwordHash: HASH, roles: ["admin"] }));
    changes.put(userKey("alice"), encodeValue({ passwordHash: HASH, roles: [] }));
    for (const [n, user] of ["root", "alice", "alice"].entries())
      changes.put(tokenKey(user, uuid(n)), encodeValue({ sha256: tokenSha256(`pat_${n}`) }));
  });
  await using config = await lmdb.open({ kind: "config", dir: dirs.config }, { mode: "create" });
  await config.change((changes) => {
    changes.put(transformerKey("parse"), Buffer.from(`. = ${version}`));
    changes.put(pipelineKey("default"), json(defaultFlow()));
    changes.put(alertKey("call"), json({ url: "http://127.0.0.1:9/", headers: {} }));
  });
  await using logs = await lmdb.open({ kind: "logs", dir: dirs.logs }, { mode: "create" });
  await logs.change((changes) => {
    const stream = { ttl: 0, size: 0, indexed_fields: ["level"] };
    for (const name of ["app", "web"]) changes.put(streamKey(name), encodeValue(stream));
    const count = version === 1 ? 700 : 20;
    for (let n = 0; n < count; n++) {
      const ms = version * 1_000_000 + n;
      const fields = { level: LEVELS[n % 3] as string, text: text(ms) };
      const value = { timestamp: new Date(ms).toISOString(), fields };
      changes.put(entryKey(n % 10 ? "app" : "web", ms, uuid(ms)), encodeValue(value));
    }
  });
}

export interface World {
  repository: OpenedRepository;
  root: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Two snapshots in it, of which the newest is another one. */
export async function makeWorld(space: string, url = join(space, "template")): Promise<void> {
  await mkdir(space, { recursive: true });
  const keyFile = join(space, "key.json");
  await initRepository({ url, readers: { identityFile: join(space, "id") }, keyFile });
  const dirs = smallDirs(join(space, "data"));
  const repository = await openAt(space, url);
  for (const version of [1, 2]) {
    await fillWorld(dirs, version);
    await backupToRepositories(
      {
        dirs,
        tags: [MAKER.tag],
        host: MAKER.host,
        repositories: [{ repository, keyFilePath: keyFile }],
      },
      lmdb,
    );
  }
  await repository.place.close();
}

export const openAt = (space: string, url: string): Promise<OpenedRepository> =>
  openRepository({
    url,
    identityFiles: [join(space, "id")],
    keyFiles: [join(space, "key.json")],
    mustRead: true,
  });

/** A copy, which may be damaged. */
export async function copyWorld(space: string, name: string): Promise<World> {
  const root = join(space, name);
  await cp(join(space, "template"), root, { recursive: true, preserveTimestamps: true });
  const repository = await openAt(space, root);
  return { repository, root, [Symbol.asyncDispose]: () => repository.place.close() };
}

export interface Newest {
  manifest: Manifest;
  path: string;
}

export async function newestOf({ repository }: Pick<World, "repository">): Promise<Newest> {
  const { ref, manifest } = await findSnapshot(repository, {});
  return { manifest, path: ref.path };
}

export const segmentsOf = ({ manifest }: Newest, kind: DatabaseKind): SegmentEntry[] =>
  manifest.databases[kind]?.segments ?? [];

/** The newest manifest, changed, signed and stored in its place. @param sums whether they are made right */
export async function forge(
  world: World,
  change: (manifest: Manifest) => void,
  { sums = true } = {},
): Promise<void> {
  const { repository } = world;
  const { manifest, path } = await newestOf(world);
  change(manifest);
  if (sums)
    for (const database of Object.values(manifest.databases))
      Object.assign(database, databaseSums(database.segments));
  await repository.place.remove(path);
  await putManifest(repository, manifest);
}

/** A segment's records, changed; its object, name and all that the manifest says of it follow. */
export async function changeRecords(
  world: World,
  [kind, index]: [DatabaseKind, number],
  change: (pairs: Pair[]) => Pair[],
  { ofKind = kind, sums = true }: { ofKind?: DatabaseKind; sums?: boolean } = {},
): Promise<void> {
  const { repository } = world;
  const { place, keys } = repository;
  const entry = segmentsOf(await newestOf(world), kind).at(index) as SegmentEntry;
  const pairs = change(await recordsIn(world, kind, entry));
  const records = new SegmentRecords(ofKind, () => {});
  const checksums = pairs.reduce(
    (sum, { key, value }) => (sum + recordChecksum(key, value)) >>> 0,
    0,
  );
  const blocks = Array.from({ length: Math.ceil(pairs.length / 100) }, (_, n) =>
    pairs.slice(100 * n, 100 * n + 100),
  );
  let sum = checksums;
  for await (const block of rawBlocks(blocks)) {
    records.add({ ...block, checksums: sum });
    sum = 0;
  }
  const facts = records.facts();
  const name = keys.nameOf(Buffer.from(facts.contentSha256, "hex"));
  const packed = await records.pack();
  const { plain, ...size } = packed;
  const stored = await keys.cipher.encrypt(plain);
  await place.put(segmentPath(name, keys.cipher), stored);
  const changed = { storedBytes: stored.length, storedSha256: sha256(stored), name, ...size };
  await forge(world, (manifest) => {
    const segments = manifest.databases[kind]?.segments ?? [];
    const at = index < 0 ? segments.length + index : index;
    segments[at] = sums
      ? { ...facts, ...changed }
      : { ...(segments[at] as SegmentEntry), ...changed };
  });
}

async function recordsIn(
  { repository }: World,
  database: DatabaseKind,
  entry: SegmentEntry,
): Promise<Pair[]> {
  const plain = await readSegment(repository, { database, entry });
  const pairs: Pair[] = [];
  async function* pieces() {
    yield plain;
  }
  await readSegmentFile(pieces(), {
    expected: database,
    onBlock: (raw) => {
      const bytes = Buffer.from(raw);
      eachRecord(bytes, (keyStart, keyEnd, valueStart, valueEnd) =>
        pairs.push({
          key: Buffer.from(bytes.subarray(keyStart, keyEnd)),
          value: Buffer.from(bytes.subarray(valueStart, valueEnd)),
        }),
      );
    },
  });
  return pairs;
}
