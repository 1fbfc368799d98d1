// Repositories that were named, for work that can do without some of them: of several, one that is out of reach doesn't keep it
// from the others.

import { FlowgError } from "../../platform/errors.js";
import { type OpenedRepository, type OpenOptions, openRepository } from "../../repository/open.js";
import type { CarefulOptions } from "../../repository/places/careful-place.js";
import { openPlace } from "../../repository/places/open-place.js";

/** How repositories that were named are opened. */
export type RepositoriesAt = Omit<OpenOptions, "place"> & {
  urls: readonly string[];
} & Pick<CarefulOptions, "signal" | "onRetry">;

export type ReachableRepository =
  | { repository: OpenedRepository; keyFilePath: string | undefined }
  | { name: string; error: FlowgError };

export interface ReachableRepositories extends AsyncDisposable {
  /** All repositories in the given order. Some may be out of reach. */
  given: ReachableRepository[];
  /** Those in reach. */
  opened: OpenedRepository[];
  notes: string[];
}

/** Whether the other repositories would fail with it as well. */
const isOfTheCall = ({ code }: FlowgError): boolean =>
  code === "CANCELLED" || code === "INPUT_INVALID" || code === "INTERNAL";

/** @throws what `openRepository` throws, where only one was named; else the others may do without it */
export async function openReachable({
  urls,
  signal,
  onRetry,
  ...how
}: RepositoriesAt): Promise<ReachableRepositories> {
  const opened: OpenedRepository[] = [];
  const given: ReachableRepository[] = [];
  const close = async () => {
    for (const { place } of opened) await place.close();
  };
  for (const url of urls) {
    try {
      const place = await openPlace(url, { signal, onRetry });
      const repository = await openRepository({ ...how, place }).catch(async (error) => {
        await place.close();
        throw error;
      });
      opened.push(repository);
      given.push({ repository, keyFilePath: repository.keyFile?.path });
    } catch (error) {
      const isItsOwn = error instanceof FlowgError && !isOfTheCall(error);
      if (urls.length === 1 || !isItsOwn) {
        await close();
        throw error;
      }
      given.push({ name: url, error });
    }
  }
  return {
    given,
    opened,
    notes: opened.flatMap(({ notes }) => notes),
    [Symbol.asyncDispose]: close,
  };
}
