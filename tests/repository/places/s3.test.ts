import { afterAll, beforeAll, describe, test } from "vitest";
import { openPlace } from "../../../server/repository/places/open-place.js";
import { withEnvironment } from "../../support/environment.js";
import {
  freshUrl,
  hasObjectStore,
  keysOf,
  NO_OBJECT_STORE,
  type ObjectStore,
  startObjectStore,
} from "../../support/object-store.js";
import { describeLaw } from "./law.js";

describe.skipIf(!hasObjectStore())("a bucket", () => {
  let store: ObjectStore;
  let environment: Disposable;
  beforeAll(async () => {
    store = await startObjectStore();
    environment = withEnvironment(keysOf(store.admin));
  });
  afterAll(() => environment[Symbol.dispose]());

  describeLaw("a bucket", async () => {
    const url = freshUrl(store);
    return { open: () => openPlace(url), [Symbol.asyncDispose]: async () => {} };
  });
});

if (!hasObjectStore()) test.skip(NO_OBJECT_STORE, () => {});
