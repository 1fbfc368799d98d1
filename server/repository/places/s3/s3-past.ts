// A bucket as it was at a time: of each object the version that was the newest then. A user who may delete or overwrite can hide
// what is locked, so this reads it and puts it back.

import { FlowgError } from "../../../platform/errors.js";
import {
  type ObjectPage,
  type ObjectStore,
  type StorePast,
  TransientFault,
} from "../object-store.js";
import type { ByteRange, OverlaidObject, PlacedObject } from "../place.js";
import { fetchObject } from "./fetch-object.js";
import { lockHeaders, S3Locks } from "./s3-locks.js";
import type { S3Requests } from "./s3-requests.js";
import { isHidden, type ObjectVersion, type VersionedObject, versionsOf } from "./s3-versions.js";

/** Objects that live only while a run goes on. They aren't put back, and don't get in the way. */
const PASSING = "locks/";

interface PastObject extends ObjectVersion {
  path: string;
  /** Whether the bucket shows no object of that name now. */
  isHidden: boolean;
}

export class S3Past implements ObjectStore {
  readonly name: string;
  readonly past: StorePast;
  readonly #requests: S3Requests;
  readonly #at: Date;
  readonly #locks: S3Locks;
  /** The objects of then, by prefix: a past gets no new ones. */
  readonly #listed = new Map<string, Promise<PastObject[]>>();

  constructor(requests: S3Requests, at: Date) {
    this.name = requests.name;
    this.#requests = requests;
    this.#at = at;
    this.#locks = new S3Locks(requests);
    this.past = {
      overlaid: (signal) => this.#overlaid(signal),
      revive: (path, signal) => this.#revive(path, signal),
    };
  }

  async put(path: string): Promise<void> {
    throw this.#unchanging(path);
  }

  async putNew(path: string): Promise<boolean> {
    throw this.#unchanging(path);
  }

  async get(
    path: string,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    const version = await this.#find(path, signal);
    if (!version) return undefined;
    return await fetchObject(this.#requests, { path, range, version: version.id }, signal);
  }

  async page(prefix: string, _from: string | undefined, signal: AbortSignal): Promise<ObjectPage> {
    const objects = (await this.#list(prefix, signal)).map(
      ({ path, bytes, storedAt }): PlacedObject => ({ path, bytes, storedAt }),
    );
    return { objects, next: undefined };
  }

  async remove(path: string): Promise<void> {
    throw this.#unchanging(path);
  }

  async tidy(): Promise<void> {}

  async close(): Promise<void> {
    this.#requests.close();
  }

  async #overlaid(signal: AbortSignal): Promise<OverlaidObject[]> {
    const objects = await this.#list("", signal);
    return objects
      .filter(({ isLatest }) => !isLatest)
      .map(({ path, bytes, isHidden }) => ({ path, bytes, by: isHidden ? "removal" : "another" }));
  }

  /** Has the store copy the version: its bytes don't come here. */
  async #revive(path: string, signal: AbortSignal): Promise<void> {
    const version = await this.#find(path, signal);
    if (!version) return;
    const doing = `put ${path} back`;
    const { bucket, prefix } = this.#requests.settings;
    const source = [bucket, ...`${prefix}${path}`.split("/")].map(encodeURIComponent).join("/");
    const lock = await this.#locks.ofVersion(path, version.id, signal);
    const headers = {
      "x-amz-copy-source": `/${source}?versionId=${encodeURIComponent(version.id)}`,
      ...lockHeaders(lock),
    };
    const answer = await this.#requests.ask({ method: "PUT", path, headers, doing }, signal);
    this.#requests.demandGood(answer, doing);
    // S3 may begin its answer before it knows how the copy ends
    if (!answer.body.includes("CopyObjectResult"))
      throw new TransientFault(`the store broke off: ${doing}`);
  }

  async #find(path: string, signal: AbortSignal): Promise<PastObject | undefined> {
    const folder = path.slice(0, path.lastIndexOf("/") + 1) || path;
    return (await this.#list(folder, signal)).find((object) => object.path === path);
  }

  async #list(prefix: string, signal: AbortSignal): Promise<PastObject[]> {
    const known = this.#listed.get(prefix);
    if (known) return await known;
    const listing = this.#listAnew(prefix, signal);
    this.#listed.set(prefix, listing);
    // the next call tries again
    listing.catch(() => this.#listed.delete(prefix));
    return await listing;
  }

  async #listAnew(prefix: string, signal: AbortSignal): Promise<PastObject[]> {
    const found: PastObject[] = [];
    for await (const object of versionsOf(this.#requests, prefix, signal)) {
      const version = object.path.startsWith(PASSING) ? undefined : newestThen(object, this.#at);
      if (!version) continue;
      found.push({ ...version, path: object.path, isHidden: isHidden(object) });
    }
    return found;
  }

  #unchanging(path: string): FlowgError {
    const then = this.#at.toISOString();
    return new FlowgError(
      "REFUSED",
      `${this.name} is seen as it was at ${then}: ${path} can't be written or removed there`,
      { hint: "leave ?as-of out; flowg repository revive puts back what was there" },
    );
  }
}

/**
 * The newest version at a time; undefined where there was none, or it was removed before. Times are whole seconds: in doubt the
 * object was there.
 */
function newestThen({ versions, removals }: VersionedObject, at: Date): ObjectVersion | undefined {
  const version = versions.find(({ storedAt }) => storedAt <= at);
  const removed = removals.find((time) => time <= at);
  return version && removed && removed > version.storedAt ? undefined : version;
}
