// A place in memory whose clock stands where a test puts it, and whose requests can be held up, made to fail, or counted.

import type { ByteRange, Place, PlacedObject } from "../../server/repository/places/place.js";

export class MemoryPlace implements Place {
  readonly objects = new Map<string, { bytes: Buffer; storedAt: Date }>();
  /** The place's clock. */
  now = new Date("2026-11-28T12:00:00Z");
  constructor(readonly name = "memory") {}

  /** Before each request: waits, or throws. */
  before: (request: string) => Promise<void> = async () => {};

  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.before(`put ${path}`);
    this.objects.set(path, { bytes: Buffer.from(bytes), storedAt: this.now });
  }

  async putNew(path: string, bytes: Uint8Array): Promise<boolean> {
    await this.before(`putNew ${path}`);
    if (this.objects.has(path)) return false;
    this.objects.set(path, { bytes: Buffer.from(bytes), storedAt: this.now });
    return true;
  }

  async get(path: string, range?: ByteRange): Promise<Buffer | undefined> {
    await this.before(`get ${path}`);
    return this.objects.get(path)?.bytes.subarray(range?.start ?? 0, range?.end);
  }

  async *list(prefix: string): AsyncGenerator<PlacedObject> {
    await this.before(`list ${prefix}`);
    const found = [...this.objects].filter(([path]) => path.startsWith(prefix));
    for (const [path, { bytes, storedAt }] of found.sort(([a], [b]) => (a < b ? -1 : 1)))
      yield { path, bytes: bytes.length, storedAt };
  }

  async *listPaths(prefix: string): AsyncGenerator<string> {
    for await (const { path } of this.list(prefix)) yield path;
  }

  async remove(path: string): Promise<void> {
    await this.before(`remove ${path}`);
    this.objects.delete(path);
  }

  async tidy(): Promise<void> {}
  async close(): Promise<void> {}

  /** Puts an object that counts as stored so many hours ago. */
  store(path: string, hoursAgo = 0, text = path): void {
    const storedAt = new Date(this.now.getTime() - hoursAgo * 3_600_000);
    this.objects.set(path, { bytes: Buffer.from(text), storedAt });
  }

  paths(prefix = ""): string[] {
    return [...this.objects.keys()].filter((path) => path.startsWith(prefix)).sort();
  }
}
