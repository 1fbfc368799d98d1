// What a kind of place does itself: one try of each request. `careful-place` makes a Place of it.

import { FlowgError } from "../../platform/errors.js";
import type { ByteRange, PlacedObject } from "./place.js";

/** The paths that it is given have been checked. */
export interface ObjectStore {
  /** For people, without anything secret. */
  readonly name: string;
  put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  putNew(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean>;
  get(path: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Buffer | undefined>;
  /**
   * Objects whose path begins so, in order, from a page on.
   * @param from what the page before gave as `next`
   */
  page(prefix: string, from: string | undefined, signal: AbortSignal): Promise<ObjectPage>;
  remove(path: string, signal: AbortSignal): Promise<void>;
  /** Removes what killed runs have left beside the objects. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export interface ObjectPage {
  objects: PlacedObject[];
  /** Undefined if it was the last one. */
  next: string | undefined;
}

export interface TransientOptions {
  hint?: string | undefined;
  cause?: unknown;
  /** How long the store asks to be left alone, milliseconds. */
  retryAfterMs?: number | undefined;
  /** Nobody answers at all, as where an address is wrong: fewer tries are enough. */
  isDeaf?: boolean;
}

/** What may go well the next time. Whether it was carried out isn't known. */
export class TransientFault extends FlowgError {
  readonly retryAfterMs: number | undefined;
  readonly isDeaf: boolean;

  constructor(message: string, options: TransientOptions = {}) {
    super("REPOSITORY_UNAVAILABLE", message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.isDeaf = options.isDeaf ?? false;
  }
}
