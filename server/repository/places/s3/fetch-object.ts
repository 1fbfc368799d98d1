// Fetches an object of a bucket, of whichever version, or a range of it.

import { TransientFault } from "../object-store.js";
import type { ByteRange } from "../place.js";
import type { StoreAnswer } from "./connections.js";
import { readRefusal } from "./s3-fault.js";
import { isNoSuchKey, type S3Requests } from "./s3-requests.js";

interface Wanted {
  path: string;
  range: ByteRange | undefined;
  /** The version; the newest unless given. */
  version?: string;
}

/**
 * Fetches an object.
 * @returns undefined if it isn't there
 */
export async function fetchObject(
  requests: S3Requests,
  { path, range, version }: Wanted,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const doing = `get ${path}`;
  const headers = range && { range: `bytes=${range.start}-${range.end ? range.end - 1 : ""}` };
  const query = version === undefined ? {} : { versionId: version };
  const request = { method: "GET", path, query, headers: headers ?? {}, doing } as const;
  const answer = await requests.ask(request, signal);
  if (isNoSuchKey(answer) || readRefusal(answer)?.code === "NoSuchVersion") return undefined;
  // the object ends before the range begins
  if (range && answer.status === 416) return Buffer.alloc(0);
  requests.demandGood(answer, doing);
  if (!range) return answer.body;
  // a store that doesn't know ranges answers with the whole object
  if (answer.status !== 206) return answer.body.subarray(range.start, range.end);
  demandRange(answer, range, doing);
  return answer.body;
}

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
