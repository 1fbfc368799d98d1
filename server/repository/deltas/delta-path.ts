// The paths of deltas: see delta-objects.

import { type Dated, datedPart, datedPaths } from "../dated-path.js";
import type { Readable } from "../manifest-objects.js";
import type { PlacedObject } from "../places/place.js";
import type { DeltaHeader } from "./delta.js";

export const DELTAS = "deltas/";
const datedBy = datedPaths(DELTAS, String.raw`\.zst(?:\.age)?(?:\.signed)?`);

/** What the path of a delta says about it. */
export interface StoredDelta extends Dated {
  path: string;
  bytes: number;
  storedAt: Date;
}

/** The most by which a snapshot's instant, where its deltas begin, is before the time in its manifest. */
export const BEFORE_SNAPSHOT_MS = 60 * 60 * 1000;

/** The path of a delta, made of its time and its id. */
export function deltaPath(
  { createdAt, id }: Pick<DeltaHeader, "createdAt" | "id">,
  { keys }: Pick<Readable, "keys">,
): string {
  const { suffix } = keys.cipher;
  const signed = suffix === "" ? "" : ".signed";
  return `${DELTAS}${datedPart({ createdAt, id })}.zst${suffix}${signed}`;
}

/** What an object below `deltas/` is; undefined for an unknown one. */
export function deltaAt(
  { path, bytes, storedAt }: PlacedObject,
  readable: Pick<Readable, "keys">,
): StoredDelta | undefined {
  const dated = datedBy(path);
  if (!dated || deltaPath(dated, readable) !== path) return undefined;
  return { path, ...dated, bytes, storedAt };
}

/** When the delta of this path was taken, milliseconds since 1970; undefined for other objects. */
export function deltaTimeOf(path: string): number | undefined {
  const dated = datedBy(path);
  return dated && Date.parse(dated.createdAt);
}
