// What each kind of place does itself: one try of each request. `careful-place` makes a Place of it.

import { FlowgError } from "../../platform/errors.js";
import type { ByteRange, HiddenObject, ObjectLock, OverlaidObject, PlacedObject } from "./place.js";

export interface PutHow {
  lock?: ObjectLock | undefined;
  signal: AbortSignal;
}

/** Its callers have checked the paths. */
export interface ObjectStore {
  /** Its name for people, without secrets. */
  readonly name: string;
  /** Absent where nothing can be locked. Only a store that has it is given a `lock`. */
  readonly locks?: StoreLocks;
  /** Present only in a place that is seen as it was. */
  readonly past?: StorePast;
  put(path: string, bytes: Uint8Array, how: PutHow): Promise<void>;
  putNew(path: string, bytes: Uint8Array, how: PutHow): Promise<boolean>;
  get(path: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Buffer | undefined>;
  /**
   * A page of the objects whose path begins with `prefix`, in order.
   * @param from what the page before gave as `next`
   */
  page(prefix: string, from: string | undefined, signal: AbortSignal): Promise<ObjectPage>;
  /** The same, only their paths. Absent where a page of objects costs no more. */
  pathPage?(prefix: string, from: string | undefined, signal: AbortSignal): Promise<PathPage>;
  remove(path: string, signal: AbortSignal): Promise<void>;
  /** Removes what killed runs have left beside the objects. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** A store's locks: see PlaceLocks. */
export interface StoreLocks {
  demand(signal: AbortSignal): Promise<void>;
  now(): Date;
  retain(path: string, lock: ObjectLock, signal: AbortSignal): Promise<ObjectLock | undefined>;
  of(path: string, signal: AbortSignal): Promise<ObjectLock | undefined>;
  hidden(prefix: string, signal: AbortSignal): Promise<HiddenObject[]>;
}

/** A store's past: see PlacePast. */
export interface StorePast {
  overlaid(signal: AbortSignal): Promise<OverlaidObject[]>;
  revive(path: string, signal: AbortSignal): Promise<void>;
}

export interface ObjectPage {
  objects: PlacedObject[];
  /** Undefined on the last page. */
  next: string | undefined;
}

export interface PathPage {
  paths: string[];
  /** Undefined on the last page. */
  next: string | undefined;
}

export interface TransientOptions {
  hint?: string | undefined;
  cause?: unknown;
  /** How long the store asks to be left alone, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** No store answers at all, perhaps because the address is wrong. Then fewer tries are enough. */
  isDeaf?: boolean;
}

/** A fault that may be gone the next time. Whether the request was carried out is unknown. */
export class TransientFault extends FlowgError {
  readonly retryAfterMs: number | undefined;
  readonly isDeaf: boolean;

  constructor(message: string, options: TransientOptions = {}) {
    super("REPOSITORY_UNAVAILABLE", message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.isDeaf = options.isDeaf ?? false;
  }
}
