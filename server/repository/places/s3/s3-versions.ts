// The versions of objects in a bucket that keeps them: ListObjectVersions.

import { parseXML } from "@aws-sdk/xml-builder";
import { isObjectPath } from "../object-path.js";
import { TransientFault } from "../object-store.js";
import type { S3Requests } from "./s3-requests.js";

export interface ObjectVersion {
  id: string;
  bytes: number;
  storedAt: Date;
  /** Whether a plain GET gives this version. */
  isLatest: boolean;
}

export interface VersionedObject {
  path: string;
  /** The versions, newest first. */
  versions: ObjectVersion[];
  /** When the object was last hidden by a plain DELETE. */
  removedAt: Date | undefined;
  /** All times at which it was hidden, newest first. */
  removals: Date[];
}

/**
 * Lists the objects with their versions, by path.
 * @throws the store's refusal
 */
export async function* versionsOf(
  requests: S3Requests,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<VersionedObject> {
  const doing = `list versions of ${prefix}`.trim();
  const { prefix: root } = requests.settings;
  let from: Record<string, string> | undefined = {};
  // the versions of one object may lie on two pages
  let last: VersionedObject | undefined;
  while (from) {
    const query: Record<string, string> = {
      versions: "",
      "encoding-type": "url",
      prefix: root + prefix,
      ...from,
    };
    const answer = await requests.ask({ method: "GET", query, doing }, signal);
    requests.demandGood(answer, doing);
    const page = readPage(answer.body, root);
    for (const object of page.objects) {
      if (last && last.path === object.path) {
        last = merged(last, object);
        continue;
      }
      if (last) yield last;
      last = object;
    }
    from = page.next;
  }
  if (last) yield last;
}

function merged(first: VersionedObject, second: VersionedObject): VersionedObject {
  const removals = [...first.removals, ...second.removals];
  return {
    path: first.path,
    versions: [...first.versions, ...second.versions],
    removals,
    removedAt: removals[0],
  };
}

interface Page {
  objects: VersionedObject[];
  next: Record<string, string> | undefined;
}

function readPage(body: Buffer, root: string): Page {
  const list = listIn(body);
  const isEncoded = list.EncodingType === "url";
  const objects = new Map<string, VersionedObject>();
  const at = (key: unknown): VersionedObject | undefined => {
    const full = decode(key, isEncoded);
    if (!full.startsWith(root)) throw unreadable(new Error(`an entry of ${JSON.stringify(full)}`));
    const path = full.slice(root.length);
    if (!isObjectPath(path)) return undefined;
    const found = objects.get(path) ?? { path, versions: [], removals: [], removedAt: undefined };
    objects.set(path, found);
    return found;
  };
  for (const { Key, VersionId, Size, LastModified, IsLatest } of many(list.Version)) {
    at(Key)?.versions.push({
      id: String(VersionId),
      bytes: Number(Size),
      storedAt: timeOf(LastModified),
      isLatest: IsLatest === "true",
    });
  }
  for (const { Key, LastModified } of many(list.DeleteMarker)) {
    const object = at(Key);
    object?.removals.push(timeOf(LastModified));
    if (object) object.removedAt = object.removals[0];
  }
  const next =
    list.IsTruncated === "true"
      ? {
          "key-marker": decode(list.NextKeyMarker, isEncoded),
          "version-id-marker": String(list.NextVersionIdMarker ?? ""),
        }
      : undefined;
  // markers and versions are two lists, each in order
  return { objects: [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), next };
}

const many = (entries: unknown): Record<string, unknown>[] =>
  entries === undefined ? [] : ([entries].flat() as Record<string, unknown>[]);

function timeOf(text: unknown): Date {
  const time = new Date(String(text));
  if (Number.isNaN(time.getTime())) throw unreadable(new Error("an entry without a time"));
  return time;
}

function listIn(body: Buffer): Record<string, unknown> {
  let root: Record<string, unknown>;
  try {
    root = parseXML(body.toString()) as Record<string, unknown>;
  } catch (cause) {
    throw unreadable(cause);
  }
  // S3's own name of the element, and what other stores call it
  const list = root.ListVersionsResult ?? root.ListObjectVersionsResult ?? root.ListBucketResult;
  if (typeof list !== "object" || list === null || !("IsTruncated" in list))
    throw unreadable(new Error("no list of versions"));
  return list as Record<string, unknown>;
}

function decode(key: unknown, isEncoded: boolean): string {
  if (typeof key !== "string") throw unreadable(new Error("an entry without a key"));
  if (!isEncoded) return key;
  try {
    return decodeURIComponent(key.replace(/\+/g, " "));
  } catch (cause) {
    throw unreadable(cause);
  }
}

const unreadable = (cause: unknown): TransientFault =>
  new TransientFault("the store's list of versions can't be read", {
    cause,
    hint: "is it a bucket that keeps versions?",
  });
