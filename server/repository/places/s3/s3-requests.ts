// The parts that all requests to a bucket share: the address, the signature, another try, and the store's clock.

import { AwsV4Signer } from "aws4fetch";
import { checksums } from "./checksums.js";
import { Connections, type StoreAnswer, TIME_LIMITS, type TimeLimits } from "./connections.js";
import type { CredentialsSource } from "./s3-credentials.js";
import { isElsewhere, mayBeExpired, readRefusal, s3Fault } from "./s3-fault.js";
import { defaultEndpoint, type S3Settings } from "./s3-settings.js";

export interface S3Options {
  /** Limits of time; the usual ones unless given. */
  limits?: TimeLimits | undefined;
}

export interface S3Request {
  method: "GET" | "PUT" | "DELETE";
  /** The object's path from the repository's prefix on; undefined for the bucket itself. */
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** What the request does, for messages. */
  doing: string;
}

export class S3Requests {
  #settings: S3Settings;
  readonly #credentials: CredentialsSource;
  readonly #connections: Connections;
  /** The milliseconds by which the store's clock is ahead of this machine's. */
  #aheadMs = 0;

  /** The place's name for people. */
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

  /** The time by the store's clock, as its last answer told it. */
  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  close(): void {
    this.#connections.close();
  }

  /**
   * Throws where the answer isn't a success.
   * @throws the store's refusal
   */
  demandGood(answer: StoreAnswer, doing: string): void {
    const refusal = readRefusal(answer);
    if (refusal) throw s3Fault(refusal, doing, this.#settings);
  }

  /** Sends a request. It asks once more with renewed credentials, and once more where the bucket turns out to be. */
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
    // URLSearchParams writes a blank as +, but S3 wants %20
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encode(value)}`)
      .join("&");
    return url.href;
  }
}

/** Whether S3 says in its own words that the object isn't there: a 404 may come from something that isn't a store at all. */
export const isNoSuchKey = (answer: StoreAnswer): boolean =>
  answer.status === 404 && readRefusal(answer)?.code === "NoSuchKey";

/** Encodes as RFC 3986 section 2.3 says, which the signature demands. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
