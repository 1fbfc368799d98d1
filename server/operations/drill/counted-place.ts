// A place that counts what is read from it.

import type { ByteRange, Place } from "../../repository/places/place.js";
import type { Repository } from "../../repository/repository.js";

export interface Counted {
  repository: Repository;
  /** Bytes of objects, so far. */
  read(): number;
}

export function counted({ id, keys, place }: Repository): Counted {
  let bytes = 0;
  const counting: Place = {
    name: place.name,
    locks: place.locks,
    past: place.past,
    put: (...given) => place.put(...given),
    putNew: (...given) => place.putNew(...given),
    async get(path: string, range?: ByteRange) {
      const found = await place.get(path, range);
      bytes += found?.byteLength ?? 0;
      return found;
    },
    list: (prefix) => place.list(prefix),
    listPaths: (prefix) => place.listPaths(prefix),
    remove: (...given) => place.remove(...given),
    tidy: () => place.tidy(),
    close: () => place.close(),
  };
  return { repository: { id, keys, place: counting }, read: () => bytes };
}
