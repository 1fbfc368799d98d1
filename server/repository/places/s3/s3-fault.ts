// Says in words that a person can act on what a store's answer means.

import { parseXML } from "@aws-sdk/xml-builder";
import { FlowgError } from "../../../platform/errors.js";
import { retryAfterMs } from "../../../platform/retry-after.js";
import { TransientFault } from "../object-store.js";
import type { StoreAnswer } from "./connections.js";
import type { S3Settings } from "./s3-settings.js";

export interface Refusal {
  status: number;
  /** S3's code, such as `NoSuchKey`; empty where the answer isn't S3's. */
  code: string;
  message: string;
  /** The region that the bucket is in, where the answer says so. */
  region: string | undefined;
  answer: StoreAnswer;
}

/** Undefined for an answer without an error. */
export function readRefusal(answer: StoreAnswer): Refusal | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const told = errorIn(answer.body);
  const region = headers["x-amz-bucket-region"] ?? told.Region;
  return {
    status,
    code: word(told.Code),
    message: word(told.Message),
    region: typeof region === "string" && /^[a-z0-9-]{1,63}$/.test(region) ? region : undefined,
    answer,
  };
}

function errorIn(body: Buffer): Record<string, unknown> {
  try {
    const { Error: told } = parseXML(body.toString("utf8", 0, 64 * 1024)) as { Error?: unknown };
    return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : {};
  } catch {
    // the answer of a proxy, or of another kind of server
    return {};
  }
}

/** Removes control characters: a terminal would obey them. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;
const word = (value: unknown): string =>
  typeof value === "string" ? value.replace(CONTROLS, " ").trim().slice(0, 200) : "";

const EXPIRED: ReadonlySet<string> = new Set(
  "ExpiredToken ExpiredTokenException TokenRefreshRequired InvalidToken RequestExpired".split(" "),
);
/** Also after somebody has rotated the key. */
const UNKNOWN_KEY: ReadonlySet<string> = new Set(["InvalidAccessKeyId", "NotSignedUp"]);
const AGAIN: ReadonlySet<string> = new Set(
  `BadDigest ConditionalRequestConflict IncompleteBody InternalError OperationAborted RequestTimeout ServiceUnavailable
  SlowDown Throttling ThrottlingException TooManyRequests XAmzContentChecksumMismatch XAmzContentSHA256Mismatch`.split(
    /\s+/,
  ),
);
const FULL: ReadonlySet<string> = new Set(
  "EntityTooLarge InsufficientCapacity QuotaExceeded ServiceQuotaExceeded XMinioStorageFull".split(
    " ",
  ),
);

/** Whether other credentials may help. */
export const mayBeExpired = ({ code, status }: Refusal): boolean =>
  EXPIRED.has(code) || UNKNOWN_KEY.has(code) || status === 401;

export const isElsewhere = ({ status, code, region }: Refusal, ours: string): boolean =>
  region !== undefined &&
  region !== ours &&
  (status === 301 || status === 307 || code === "AuthorizationHeaderMalformed");

/** @param doing such as `"put segments/ab/…"` */
export function s3Fault(refusal: Refusal, doing: string, settings: S3Settings): FlowgError {
  const { status, code, answer } = refusal;
  const { host } = settings.endpoint;
  const details = { status, ...(code !== "" && { storeCode: code }), ...requestId(answer) };
  const said = saidOf(refusal);
  const message = `cannot ${doing} in the store ${host}: ${said}`;
  if (AGAIN.has(code) || status >= 500 || status === 429 || status === 408) {
    if (status === 501) return new FlowgError("NOT_IMPLEMENTED", message, { details });
    if (status === 507 || FULL.has(code)) return full(message, details);
    return new TransientFault(message, {
      retryAfterMs: retryAfterMs(answer.headers["retry-after"]),
    });
  }
  if (FULL.has(code)) return full(message, details);
  const [kind, hint] = explain(refusal, doing, settings);
  return new FlowgError(kind, message, { hint, details });
}

const full = (message: string, details: Record<string, unknown>) =>
  new FlowgError("DISK_FULL", message, { details, hint: "the store has no room: raise its quota" });

function saidOf({ status, code, message }: Refusal): string {
  if (code === "") return `it answers HTTP ${status}, and not as S3 does`;
  return message === "" ? `${code} (HTTP ${status})` : `${code}: ${message}`;
}

/** What the owner of a bucket must allow. A store that doesn't let us list also refuses reads of missing objects. */
const neededFor = (doing: string): string =>
  LOCKED_PUT.test(doing)
    ? "s3:PutObject and s3:PutObjectRetention"
    : (NEEDED[doing.split(" ")[0] ?? ""] ?? "s3:PutObject");

const LOCKED_PUT = /^put (and lock|.* back$)/;
const NEEDED: Readonly<Record<string, string>> = {
  get: "s3:GetObject and s3:ListBucket",
  list: "s3:ListBucket, and for versions s3:ListBucketVersions",
  remove: "s3:DeleteObject",
  lock: "s3:PutObjectRetention and s3:GetObjectRetention",
  see: "s3:GetObjectRetention and s3:GetBucketObjectLockConfiguration",
};

function explain(
  refusal: Refusal,
  doing: string,
  { bucket, endpoint, region }: S3Settings,
): ["PERMISSION_DENIED" | "REPOSITORY_UNAVAILABLE", string | undefined] {
  const { code, status, answer } = refusal;
  if (EXPIRED.has(code))
    return [
      "PERMISSION_DENIED",
      "the credentials have expired, and no others were found: renew them",
    ];
  if (UNKNOWN_KEY.has(code))
    return [
      "PERMISSION_DENIED",
      "check AWS_ACCESS_KEY_ID, or the profile, and that they are of this store",
    ];
  if (code === "SignatureDoesNotMatch")
    return [
      "PERMISSION_DENIED",
      "check AWS_SECRET_ACCESS_KEY, and that no proxy changes what is sent",
    ];
  if (code === "RequestTimeTooSkewed") {
    const theirs = answer.headers.date ?? "another time";
    const clocks = `here it is ${new Date().toUTCString()}, there ${theirs}`;
    return ["REPOSITORY_UNAVAILABLE", `set this machine's clock: ${clocks}`];
  }
  if (code === "NoSuchBucket")
    return [
      "REPOSITORY_UNAVAILABLE",
      `make the bucket ${bucket} first, or check its name and the endpoint`,
    ];
  if (code === "InvalidRequest" && doing.startsWith("put and lock"))
    return [
      "REPOSITORY_UNAVAILABLE",
      `does the bucket ${bucket} have object lock? If not, make one that has it, or leave out --object-lock`,
    ];
  if (code === "InvalidObjectState")
    return ["REPOSITORY_UNAVAILABLE", "the object is archived: have the store restore it first"];
  if (refusal.region !== undefined && refusal.region !== region)
    return [
      "REPOSITORY_UNAVAILABLE",
      `the bucket is in ${refusal.region}: set AWS_REGION, or give ?region=…`,
    ];
  if (status >= 300 && status < 400)
    return ["REPOSITORY_UNAVAILABLE", `another endpoint than ${endpoint.origin} has the bucket`];
  if (status === 401 || status === 403) {
    return ["PERMISSION_DENIED", `the credentials need ${neededFor(doing)} there`];
  }
  return ["REPOSITORY_UNAVAILABLE", code === "" ? "check the endpoint, and path-style" : undefined];
}

/** The id under which the store's own log has the request. */
function requestId({ headers }: StoreAnswer): { requestId?: string } {
  const id = headers["x-amz-request-id"];
  return typeof id === "string" ? { requestId: word(id) } : {};
}
