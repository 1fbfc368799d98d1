// What all requests to a bucket share: where they go, who signs them, what is asked once more, and the store's clock.

import { AwsV4Signer } from "aws4fetch";
import { checksums } from "./checksums.js";
import { Connections, type StoreAnswer, TIME_LIMITS, type TimeLimits } from "./connections.js";
import type { CredentialsSource } from "./s3-credentials.js";
import { isElsewhere, mayBeExpired, readRefusal, s3Fault } from "./s3-fault.js";
import { defaultEndpoint, type S3Settings } from "./s3-settings.js";

export interface S3Options {
  /** What else requests may need. */
  limits?: TimeLimits | undefined;
}

export interface S3Request {
  method: "GET" | "PUT" | "DELETE";
  /** From the repository's prefix on; undefined for the bucket itself. */
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** The name for messages. */
  doing: string;
}

export class S3Requests {
  #settings: S3Settings;
  readonly #credentials: CredentialsSource;
  readonly #connections: Connections;
  /** By how much the store's clock is ahead of this machine's, milliseconds. */
  #aheadMs = 0;

  /** The place, for people. */
  readonly name: string;

  constructor(settings: S3Settings, credentials: CredentialsSource, options: S3Options = {}) {
    this.name = `s3://${settings.bucket}/${settings.prefix}`.replace(/\/$/, "");
    this.#settings = settings;
    this.#credentials = credentials;
    this.#connections = new Connections(settings.ca, options.limits ?? TIME_LIMITS);
  }

  get settings(): S3Settings {
    return this.#settings;
  }

  /** By the store's clock, as its last answer told it. */
  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  close(): void {
    this.#connections.close();
  }

  /** @throws what the store refuses it with */
  demandGood(answer: StoreAnswer, doing: string): void {
    const refusal = readRefusal(answer);
    if (refusal) throw s3Fault(refusal, doing, this.#settings);
  }

  /** Asks once more with renewed credentials, and once where the bucket is. */
  async ask(request: S3Request, signal: AbortSignal): Promise<StoreAnswer> {
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
    const sent = { method, url, headers: Object.fromEntries(headers), body };
    const answer = await this.#connections.send(sent, signal);
    const told = Date.parse(answer.headers.date ?? "");
    if (!Number.isNaN(told)) this.#aheadMs = told - Date.now();
    return answer;
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
export const isNoSuchKey = (answer: StoreAnswer): boolean =>
  answer.status === 404 && readRefusal(answer)?.code === "NoSuchKey";

/** RFC 3986 section 2.3: the signature demands this encoding. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
