// A place whose clock stands where a test puts it, and which a test can cut off: what is behind it is real.

import { FlowgError } from "../../../server/platform/errors.js";
import type {
  ByteRange,
  Lease,
  Place,
  PlacedObject,
} from "../../../server/repository/places/place.js";

export class ClockedPlace implements Place {
  readonly #storedAt = new Map<string, number>();
  /** Milliseconds; of this place alone. */
  now = 0;
  /** So many more requests are carried out. */
  requestsLeft = Number.POSITIVE_INFINITY;

  constructor(private readonly inner: Place) {}

  get name(): string {
    return this.inner.name;
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    this.#count();
    await this.inner.put(path, bytes);
    this.#storedAt.set(path, this.now);
  }

  async putNew(path: string, bytes: Uint8Array): Promise<boolean> {
    this.#count();
    const isStored = await this.inner.putNew(path, bytes);
    if (isStored) this.#storedAt.set(path, this.now);
    return isStored;
  }

  async get(path: string, range?: ByteRange): Promise<Buffer | undefined> {
    this.#count();
    return await this.inner.get(path, range);
  }

  async *list(prefix: string): AsyncGenerator<PlacedObject> {
    this.#count();
    for await (const object of this.inner.list(prefix)) {
      const storedAt = new Date(this.#storedAt.get(object.path) ?? object.storedAt);
      yield { ...object, storedAt };
    }
  }

  listPaths(prefix: string): AsyncIterable<string> {
    this.#count();
    return this.inner.listPaths(prefix);
  }

  async remove(path: string, lease?: Lease): Promise<void> {
    this.#count();
    await this.inner.remove(path, lease);
  }

  tidy(): Promise<void> {
    return this.inner.tidy();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #count(): void {
    if (this.requestsLeft-- > 0) return;
    throw new FlowgError("REPOSITORY_UNAVAILABLE", "the test has cut the way to it");
  }
}
