// An open repository: many snapshots in one place.

import type { RepositoryKeys } from "./keys/keys.js";
import type { Place } from "./places/place.js";

export interface Repository {
  /** A UUID. */
  readonly id: string;
  readonly place: Place;
  readonly keys: RepositoryKeys;
}
