// The paths of deltas: see delta-objects.

import type { Readable } from "../manifest-objects.js";
import type { PlacedObject } from "../places/place.js";
import type { DeltaHeader } from "./delta.js";

export const DELTAS = "deltas/";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const FORM = new RegExp(
  String.raw`^deltas/(\d{4}-\d\d-\d\d)/(\d\d)-(\d\d)-(\d\d\.\d{3}Z)-(${UUID})\.zst(?:\.age)?(?:\.signed)?$`,
);
/** What the path of a delta says about it. */
export interface StoredDelta {
  path: string;
  id: string;
  createdAt: string;
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
  const [day, time = ""] = new Date(createdAt).toISOString().split("T");
  const { suffix } = keys.cipher;
  const signed = suffix === "" ? "" : ".signed";
  return `${DELTAS}${day}/${time.replaceAll(":", "-")}-${id}.zst${suffix}${signed}`;
}

/** What an object below `deltas/` is; undefined for an unknown one. */
export function deltaAt(
  { path, bytes, storedAt }: PlacedObject,
  readable: Pick<Readable, "keys">,
): StoredDelta | undefined {
  const [, day, hours, minutes, seconds, id] = FORM.exec(path) ?? [];
  const createdAt = `${day}T${hours}:${minutes}:${seconds}`;
  if (id === undefined || Number.isNaN(Date.parse(createdAt))) return undefined;
  if (deltaPath({ createdAt, id }, readable) !== path) return undefined;
  return { path, id, createdAt, bytes, storedAt };
}

/** When the delta of this path was taken, milliseconds since 1970; undefined for other objects. */
export function deltaTimeOf(path: string): number | undefined {
  const [, day, hours, minutes, seconds] = FORM.exec(path) ?? [];
  const ms = Date.parse(`${day}T${hours}:${minutes}:${seconds}`);
  return Number.isNaN(ms) ? undefined : ms;
}
