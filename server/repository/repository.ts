// An open repository: many snapshots in one place.

import type { FlowgError } from "../platform/errors.js";
import type { RepositoryKeys } from "./keys/keys.js";
import type { Place } from "./places/place.js";

export interface Repository {
  /** A UUID. */
  readonly id: string;
  readonly place: Place;
  readonly keys: RepositoryKeys;
  /** Why repository.json can't be read: see lost-file. */
  readonly lostFile?: FlowgError | undefined;
}
