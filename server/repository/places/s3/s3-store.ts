// Objects in a bucket of any store that speaks S3. One PUT stores each, so it is whole or missing. The store refuses bytes that
// changed on their way, by their hash, which is signed.

import { FlowgError, hasCode } from "../../../platform/errors.js";
import type { ObjectPage, ObjectStore, PutHow } from "../object-store.js";
import type { ByteRange } from "../place.js";
import { fetchObject } from "./fetch-object.js";
import { credentialsFor } from "./s3-credentials.js";
import { readList } from "./s3-list.js";
import { lockHeaders, S3Locks } from "./s3-locks.js";
import { S3Past } from "./s3-past.js";
import { isNoSuchKey, type S3Options, S3Requests } from "./s3-requests.js";
import { readS3Settings } from "./s3-settings.js";
import { readS3Url } from "./s3-url.js";

/** Small enough to be stored twice, to see what the store does. */
const PROOF_BYTES = 64 * 1024;

export async function openS3(url: string, options: S3Options = {}): Promise<ObjectStore> {
  const settings = await readS3Settings(readS3Url(url));
  const requests = new S3Requests(settings, credentialsFor(settings), options);
  const { asOf } = settings;
  return asOf ? new S3Past(requests, asOf) : new S3Store(requests);
}

class S3Store implements ObjectStore {
  readonly name: string;
  readonly locks: S3Locks;
  readonly #requests: S3Requests;
  /** Whether this store was seen to refuse what exists already. */
  #isProven = false;

  constructor(requests: S3Requests) {
    this.name = requests.name;
    this.#requests = requests;
    this.locks = new S3Locks(requests);
  }

  async put(path: string, bytes: Uint8Array, { lock, signal }: PutHow): Promise<void> {
    const doing = `put ${lock ? "and lock " : ""}${path}`;
    const headers = lockHeaders(lock);
    const request = { method: "PUT", path, body: bytes, headers, doing } as const;
    this.#requests.demandGood(await this.#requests.ask(request, signal), doing);
    if (lock) await this.locks.prove(path, signal);
  }

  async putNew(path: string, bytes: Uint8Array, how: PutHow): Promise<boolean> {
    const { lock, signal } = how;
    const isProof = !this.#isProven && bytes.byteLength <= PROOF_BYTES;
    // until it is known what the store does, only an object that may be stored twice is at stake
    if (isProof && (await this.#isListed(path, signal))) return false;
    if (!(await this.#putIfNone(path, bytes, how))) return false;
    if (isProof) await this.#prove(path, bytes, how);
    if (lock) await this.locks.prove(path, signal);
    return true;
  }

  /** Stores the same object once more: the store must refuse that. */
  async #prove(path: string, bytes: Uint8Array, how: PutHow): Promise<void> {
    this.#isProven = !(await this.#putIfNone(path, bytes, how));
    if (this.#isProven) return;
    await this.remove(path, how.signal).catch(() => {});
    throw new FlowgError(
      "NOT_IMPLEMENTED",
      `the store ${this.#requests.settings.endpoint.host} overwrites objects that it was told not to`,
      { hint: "a repository needs a store that knows `If-None-Match: *`: see its documentation" },
    );
  }

  /** A user without the right to list can't tell. */
  async #isListed(path: string, signal: AbortSignal): Promise<boolean> {
    const { objects } = await this.page(path, undefined, signal).catch((error: unknown) => {
      if (hasCode(error, "PERMISSION_DENIED")) return { objects: [] };
      throw error;
    });
    return objects.some((object) => object.path === path);
  }

  async #putIfNone(path: string, bytes: Uint8Array, { lock, signal }: PutHow): Promise<boolean> {
    const doing = `put ${lock ? "and lock " : ""}${path}`;
    const headers = { "if-none-match": "*", ...lockHeaders(lock) };
    const answer = await this.#requests.ask(
      { method: "PUT", path, body: bytes, headers, doing },
      signal,
    );
    if (answer.status === 412) return false;
    this.#requests.demandGood(answer, doing);
    return true;
  }

  async get(
    path: string,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    return await fetchObject(this.#requests, { path, range }, signal);
  }

  async page(prefix: string, from: string | undefined, signal: AbortSignal): Promise<ObjectPage> {
    const doing = `list ${prefix}`.trim();
    const query = {
      "list-type": "2",
      "encoding-type": "url",
      prefix: this.#requests.settings.prefix + prefix,
      ...(from !== undefined && { "continuation-token": from }),
    };
    const answer = await this.#requests.ask({ method: "GET", query, doing }, signal);
    this.#requests.demandGood(answer, doing);
    return readList(answer.body, this.#requests.settings.prefix);
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    const doing = `remove ${path}`;
    const answer = await this.#requests.ask({ method: "DELETE", path, doing }, signal);
    if (!isNoSuchKey(answer)) this.#requests.demandGood(answer, doing);
  }

  /** Nothing to tidy: an object is stored by one request or not at all. */
  async tidy(): Promise<void> {}

  async close(): Promise<void> {
    this.#requests.close();
  }
}
