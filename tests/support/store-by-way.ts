// A real S3 server and a way to it that can have faults, with the keys that may do everything.

import { withEnvironment } from "./environment.js";
import { type FaultyWay, startFaultyWay } from "./faulty-way.js";
import { freshUrl, keysOf, type ObjectStore, startObjectStore } from "./object-store.js";

export interface StoreByWay extends AsyncDisposable {
  store: ObjectStore;
  way: FaultyWay;
  /** A place in the store that nothing else uses: its URL, and the one that goes by the way. */
  fresh(): { direct: string; byWay: string };
}

export async function startStoreByWay(): Promise<StoreByWay> {
  const store = await startObjectStore();
  const way = await startFaultyWay(store.endpoint);
  const environment = withEnvironment(keysOf(store.admin));
  return {
    store,
    way,
    fresh() {
      const direct = freshUrl(store);
      const [at, by] = [store, way].map(({ endpoint }) => encodeURIComponent(endpoint));
      return { direct, byWay: direct.replace(at as string, by as string) };
    },
    [Symbol.asyncDispose]: async () => {
      environment[Symbol.dispose]();
      await way[Symbol.asyncDispose]();
    },
  };
}
