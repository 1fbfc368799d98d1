// Objects in a bucket of any store that speaks S3. One PUT stores each, so it is whole or missing. The store refuses bytes that
// changed on their way, by their hash, which is signed.

import { AwsV4Signer } from "aws4fetch";
import { FlowgError } from "../../../platform/errors.js";
import { type ObjectPage, type ObjectStore, TransientFault } from "../object-store.js";
import type { ByteRange } from "../place.js";
import { checksums } from "./checksums.js";
import { Connections, type StoreAnswer, TIME_LIMITS, type TimeLimits } from "./connections.js";
import { type CredentialsSource, credentialsFor } from "./s3-credentials.js";
import { isElsewhere, mayBeExpired, readRefusal, s3Fault } from "./s3-fault.js";
import { readList } from "./s3-list.js";
import { defaultEndpoint, readS3Settings, type S3Settings } from "./s3-settings.js";
import { readS3Url } from "./s3-url.js";

export interface S3Options {
  /** What else requests may need. */
  limits?: TimeLimits | undefined;
}

interface S3Request {
  method: "GET" | "PUT" | "DELETE";
  /** The repository's prefix, undefined for the bucket itself. */
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** The name for messages. */
  doing: string;
}

/** Small enough to be stored twice, to see what the store does. */
const PROOF_BYTES = 64 * 1024;

export async function openS3(url: string, options: S3Options = {}): Promise<ObjectStore> {
  const settings = await readS3Settings(readS3Url(url));
  return new S3Store(settings, credentialsFor(settings), options);
}

export class S3Store implements ObjectStore {
  readonly name: string;
  #settings: S3Settings;
  readonly #credentials: CredentialsSource;
  readonly #connections: Connections;
  /** Whether this store was seen to refuse what exists already. */
  #isProven = false;

  constructor(settings: S3Settings, credentials: CredentialsSource, options: S3Options = {}) {
    const { bucket, prefix } = settings;
    this.name = `s3://${bucket}/${prefix}`.replace(/\/$/, "");
    this.#settings = settings;
    this.#credentials = credentials;
    this.#connections = new Connections(settings.ca, options.limits ?? TIME_LIMITS);
  }

  async put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const doing = `put ${path}`;
    const answer = await this.#ask({ method: "PUT", path, body: bytes, doing }, signal);
    this.#demandGood(answer, doing);
  }

  async putNew(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const isProof = !this.#isProven && bytes.byteLength <= PROOF_BYTES;
    // until it is known what the store does, only an object that may be stored twice is at stake
    if (isProof && (await this.#isListed(path, signal))) return false;
    if (!(await this.#putIfNone(path, bytes, signal))) return false;
    if (isProof) await this.#prove(path, bytes, signal);
    return true;
  }

  /** Stores the same object once more: the store must refuse that. */
  async #prove(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    this.#isProven = !(await this.#putIfNone(path, bytes, signal));
    if (this.#isProven) return;
    await this.remove(path, signal).catch(() => {});
    throw new FlowgError(
      "NOT_IMPLEMENTED",
      `the store ${this.#settings.endpoint.host} overwrites objects that it was told not to`,
      { hint: "a repository needs a store that knows `If-None-Match: *`: see its documentation" },
    );
  }

  /** A user without the right to list can't tell. */
  async #isListed(path: string, signal: AbortSignal): Promise<boolean> {
    const { objects } = await this.page(path, undefined, signal).catch((error: unknown) => {
      if (error instanceof FlowgError && error.code === "PERMISSION_DENIED") return { objects: [] };
      throw error;
    });
    return objects.some((object) => object.path === path);
  }

  async #putIfNone(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const doing = `put ${path}`;
    const headers = { "if-none-match": "*" };
    const answer = await this.#ask({ method: "PUT", path, body: bytes, headers, doing }, signal);
    if (answer.status === 412) return false;
    this.#demandGood(answer, doing);
    return true;
  }

  async get(
    path: string,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    const doing = `get ${path}`;
    const headers = range && { range: `bytes=${range.start}-${range.end ? range.end - 1 : ""}` };
    const answer = await this.#ask({ method: "GET", path, headers: headers ?? {}, doing }, signal);
    if (isNoSuchKey(answer)) return undefined;
    // the object ends before the range begins
    if (range && answer.status === 416) return Buffer.alloc(0);
    this.#demandGood(answer, doing);
    if (!range) return answer.body;
    // a store that doesn't know ranges answers with the whole object
    if (answer.status !== 206) return answer.body.subarray(range.start, range.end);
    demandRange(answer, range, doing);
    return answer.body;
  }

  async page(prefix: string, from: string | undefined, signal: AbortSignal): Promise<ObjectPage> {
    const doing = `list ${prefix}`.trim();
    const query = {
      "list-type": "2",
      "encoding-type": "url",
      prefix: this.#settings.prefix + prefix,
      ...(from !== undefined && { "continuation-token": from }),
    };
    const answer = await this.#ask({ method: "GET", query, doing }, signal);
    this.#demandGood(answer, doing);
    return readList(answer.body, this.#settings.prefix);
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    const doing = `remove ${path}`;
    const answer = await this.#ask({ method: "DELETE", path, doing }, signal);
    if (!isNoSuchKey(answer)) this.#demandGood(answer, doing);
  }

  /** Nothing to tidy: an object is stored by one request or not at all. */
  async tidy(): Promise<void> {}

  async close(): Promise<void> {
    this.#connections.close();
  }

  #demandGood(answer: StoreAnswer, doing: string): void {
    const refusal = readRefusal(answer);
    if (refusal) throw s3Fault(refusal, doing, this.#settings);
  }

  /** Asks once more with renewed credentials, and once more where the store says that the bucket is. */
  async #ask(request: S3Request, signal: AbortSignal): Promise<StoreAnswer> {
    for (let isRenewed = false, isMoved = false; ; ) {
      const answer = await this.#send(request, signal);
      const refusal = readRefusal(answer);
      if (refusal && !isMoved && isElsewhere(refusal, this.#settings.region)) {
        this.#moveTo(refusal.region as string);
        isMoved = true;
      } else if (refusal && !isRenewed && mayBeExpired(refusal)) {
        await this.#credentials.renew();
        isRenewed = true;
      } else {
        return answer;
      }
    }
  }

  #moveTo(region: string): void {
    const { isDefaultEndpoint, endpoint } = this.#settings;
    this.#settings = {
      ...this.#settings,
      region,
      endpoint: isDefaultEndpoint ? defaultEndpoint(region) : endpoint,
    };
  }

  async #send(request: S3Request, signal: AbortSignal): Promise<StoreAnswer> {
    const { method, body } = request;
    const { accessKeyId, secretAccessKey, sessionToken } = await this.#credentials.current();
    const signer = new AwsV4Signer({
      method,
      url: this.#urlOf(request),
      headers: {
        ...request.headers,
        ...(await checksums(body)),
      },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service: "s3",
      region: this.#settings.region,
    });
    const { url, headers } = await signer.sign();
    return await this.#connections.send(
      { method, url, headers: Object.fromEntries(headers), body },
      signal,
    );
  }

  #urlOf({ path, query = {} }: S3Request): string {
    const { endpoint, bucket, prefix, pathStyle } = this.#settings;
    const url = new URL(endpoint);
    if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
    const key = path === undefined ? "" : prefix + path;
    const parts = [pathStyle ? bucket : "", ...key.split("/")].filter((part) => part !== "");
    const base = url.pathname.replace(/\/$/, "");
    url.pathname = `${base}/${parts.map(encode).join("/")}`;
    // not by URLSearchParams, which writes a blank as +; S3 wants %20
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encode(value)}`)
      .join("&");
    return url.href;
  }
}

/** Only by S3's own words: a 404 of anything else may not come from a store at all. */
const isNoSuchKey = (answer: StoreAnswer): boolean =>
  answer.status === 404 && readRefusal(answer)?.code === "NoSuchKey";

/** RFC 3986 section 2.3: the signature demands this encoding. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** RFC 9110 section 14.4: `bytes 0-99/1234`. */
function demandRange({ headers, body }: StoreAnswer, range: ByteRange, doing: string): void {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(
    headers["content-range"] ?? "",
  ) ?? [""];
  const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, Number(total));
  const isRight =
    Number(first) === range.start &&
    Number(last) === range.start + body.length - 1 &&
    (total === "*" || Number(last) === end - 1);
  if (!isRight)
    throw new TransientFault(`the store gave other bytes than it was asked for: ${doing}`);
}
