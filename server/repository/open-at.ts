// Opens the repository at a place that a user has named.

import { type OpenedRepository, type OpenOptions, openRepository } from "./open.js";
import type { CarefulOptions } from "./places/careful-place.js";
import { openPlace } from "./places/open-place.js";

/** How its place is asked. */
export type Asking = Pick<CarefulOptions, "signal" | "onRetry">;

export type OpenAtOptions = Omit<OpenOptions, "place"> & Asking;

/**
 * The repository's place is the caller's to close.
 * @param url a path, `file:///…`, `s3://BUCKET/PREFIX`
 * @throws what `openPlace` and `openRepository` throw
 */
export async function openRepositoryAt(
  url: string,
  { signal, onRetry, ...options }: OpenAtOptions,
): Promise<OpenedRepository> {
  const place = await openPlace(url, { signal, onRetry });
  return await openRepository({ ...options, place }).catch(async (error) => {
    await place.close();
    throw error;
  });
}
