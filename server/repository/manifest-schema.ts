// What a manifest must look like before anything in it is believed. Unknown fields are kept: a later version may add some.

import * as z from "zod";
import { MANIFEST_FORMAT, MANIFEST_VERSION } from "./manifest.js";
import { LOCK_MODES } from "./places/place.js";

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const segment = z.looseObject({
  name: sha256,
  contentSha256: sha256,
  firstKey: z.string(),
  lastKey: z.string(),
  entries: count,
  rawBytes: count,
  blocks: count,
  bytes: count,
  storedBytes: count,
  storedSha256: sha256,
  checksums: count.optional(),
  goesOn: z.literal(true).optional(),
  lockedUntil: z.iso.datetime().optional(),
});

const tracking = z.looseObject({
  history: z.string(),
  epoch: count,
  nonce: z.string(),
  version: count,
  journaled: count.optional(),
});

const database = z.looseObject({
  entries: count,
  rawBytes: count,
  storedBytes: count,
  sha256,
  databaseMadeAt: z.iso.datetime().optional(),
  leftOut: count.optional(),
  lost: count.optional(),
  tracking: tracking.optional(),
  segments: z.array(segment),
});

/** The databases of a snapshot. Any other name is refused: this version would not know its segments. */
export const databasesSchema = z.strictObject({
  auth: database.optional(),
  config: database.optional(),
  logs: database.optional(),
});

export const manifestSchema = z.looseObject({
  format: z.literal(MANIFEST_FORMAT),
  version: z.literal(MANIFEST_VERSION),
  setId: z.uuid(),
  createdAt: z.iso.datetime(),
  producer: z.string(),
  host: z.string(),
  installation: z.string().optional(),
  tags: z.array(z.string()),
  objectLock: z.looseObject({ mode: z.enum(LOCK_MODES), until: z.iso.datetime() }).optional(),
  databases: databasesSchema,
});
