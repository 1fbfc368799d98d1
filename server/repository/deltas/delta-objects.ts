// Deltas as objects: where they lie, how they are stored, signed and read.
//
//     deltas/2026-11-28/21-30-05.123Z-ID.zst                  zstd (see formats/snapshot/compressed)
//     deltas/2026-11-28/21-30-05.123Z-ID.zst.age.signed       then age; before it, its signature: four lines, minisign's
//
// The signature is in the object, where a manifest's lies beside it: a store that is written to each second takes half the
// requests, and neither of the two is ever alone.

import { compressed, expanded } from "../../formats/snapshot/compressed.js";
import { hasCode } from "../../platform/errors.js";
import type { Readable } from "../manifest-objects.js";
import type { Place } from "../places/place.js";
import { type Delta, damagedDelta, decodeDelta, encodeDelta } from "./delta.js";
import { DELTAS, deltaAt, deltaPath, type StoredDelta } from "./delta-path.js";

/** Far more than deltas take, except for one with a very large commit. */
const MAX_BYTES = 1024 * 1024 * 1024;
const SIGNATURE_LINES = 4;
const NEWLINE = 0x0a;

/** Lists the deltas of the days of this span, in the order of their instants, with a request for each day. */
export async function listDeltas(
  { place, keys }: Readable,
  { from, to }: { from: Date; to: Date },
): Promise<StoredDelta[]> {
  const found: StoredDelta[] = [];
  const last = dayOf(to);
  for (const day of await daysWithDeltas(place, dayOf(from), last)) {
    for await (const object of place.list(`${DELTAS}${day}/`)) {
      const delta = deltaAt(object, { keys });
      if (delta) found.push(delta);
    }
  }
  return found;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** For more days than this, one request lists all. */
const DAYS_ASKED = 40;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

async function daysWithDeltas(place: Place, first: string, last: string): Promise<string[]> {
  const days: string[] = [];
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += DAY_MS) {
    if (days.length > DAYS_ASKED) break;
    days.push(dayOf(new Date(ms)));
  }
  if (days.length <= DAYS_ASKED) return days;
  const seen = new Set<string>();
  for await (const { path } of place.list(DELTAS))
    seen.add(path.slice(DELTAS.length, DELTAS.length + 10));
  return [...seen].filter((day) => day >= first && day <= last).sort();
}

/**
 * Stores a delta.
 * @throws what `place.put` throws
 */
export async function putDelta(
  { place, keys }: Readable,
  delta: Delta,
): Promise<{ path: string; bytes: number }> {
  const path = deltaPath(delta.header, { keys });
  const sealed = await keys.cipher.encrypt(await compressed(encodeDelta(delta)));
  const signature = keys.cipher.suffix === "" ? undefined : keys.sign?.(sealed, path);
  const stored = signature === undefined ? sealed : Buffer.concat([asLines(signature), sealed]);
  await place.put(path, stored);
  return { path, bytes: stored.byteLength };
}

const asLines = (signature: string): Buffer =>
  Buffer.from(signature.endsWith("\n") ? signature : `${signature}\n`);

/**
 * Reads a delta, and checks its signature.
 * @returns undefined if it isn't there
 * @throws IDENTITY_REQUIRED, REPOSITORY_DAMAGED, SIGNATURE_REFUSED, SNAPSHOT_UNSUPPORTED, and what `place.get` throws
 */
export async function readDelta(
  { place, keys }: Readable,
  path: string,
): Promise<Delta | undefined> {
  const stored = await place.get(path);
  if (!stored) return undefined;
  const { signature, sealed } = parted(stored, path);
  keys.demandSigned(sealed, signature, path);
  const packed = await keys.cipher.decrypt(sealed, path);
  let plain: Buffer;
  try {
    plain = await expanded(packed, MAX_BYTES);
  } catch (error) {
    throw hasCode(error, "SNAPSHOT_CORRUPT") ? damagedDelta(path, error.message, error) : error;
  }
  const delta = decodeDelta(plain, path);
  if (deltaPath(delta.header, { keys }) !== path) {
    throw damagedDelta(path, `it is the one of ${delta.header.createdAt}, in another place`);
  }
  return delta;
}

function parted(stored: Buffer, path: string): { signature: string | undefined; sealed: Buffer } {
  if (!path.endsWith(".signed")) return { signature: undefined, sealed: stored };
  let end = 0;
  for (let line = 0; line < SIGNATURE_LINES; line++) {
    end = stored.indexOf(NEWLINE, end) + 1;
    if (end === 0) throw damagedDelta(path, "its signature is cut");
  }
  return { signature: stored.toString("utf8", 0, end), sealed: stored.subarray(end) };
}
