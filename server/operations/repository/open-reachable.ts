// Opens several repositories, for work that can do without some of them. One that is out of reach doesn't stop the others.

import { FlowgError } from "../../platform/errors.js";
import type { OpenedRepository } from "../../repository/open.js";
import { type OpenAtOptions, openRepositoryAt } from "../../repository/open-at.js";

/** The repositories to open, and how. */
export type RepositoriesAt = OpenAtOptions & { urls: readonly string[] };

export type ReachableRepository =
  | { repository: OpenedRepository; keyFilePath: string | undefined }
  | { name: string; error: FlowgError };

export interface ReachableRepositories extends AsyncDisposable {
  /** All repositories in the given order. Some may be out of reach. */
  given: ReachableRepository[];
  /** The repositories in reach. */
  opened: OpenedRepository[];
  notes: string[];
}

/** Whether the other repositories would fail with this error as well. */
const isOfTheCall = ({ code }: FlowgError): boolean =>
  code === "CANCELLED" || code === "INPUT_INVALID" || code === "INTERNAL";

/** @throws what `openRepository` throws, where only one is named */
export async function openReachable({
  urls,
  ...how
}: RepositoriesAt): Promise<ReachableRepositories> {
  const opened: OpenedRepository[] = [];
  const given: ReachableRepository[] = [];
  const close = async () => {
    for (const { place } of opened) await place.close();
  };
  for (const url of urls) {
    try {
      const repository = await openRepositoryAt(url, how);
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
