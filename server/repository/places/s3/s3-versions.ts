// The versions of objects in a bucket that keeps them: ListObjectVersions.

import type { S3Requests } from "./s3-requests.js";
import { type ListKind, XmlList } from "./xml-list.js";

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
  /** When a plain DELETE hid the object, newest first. */
  removals: Date[];
}

/** Whether the bucket shows no object of that name now. */
export const isHidden = ({ versions }: VersionedObject): boolean =>
  !versions.some(({ isLatest }) => isLatest);

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
  return {
    path: first.path,
    versions: [...first.versions, ...second.versions],
    removals: [...first.removals, ...second.removals],
  };
}

interface Page {
  objects: VersionedObject[];
  next: Record<string, string> | undefined;
}

const VERSIONS: ListKind = {
  of: "versions",
  // S3's own name of the element, and what other stores call it
  names: ["ListVersionsResult", "ListObjectVersionsResult", "ListBucketResult"],
  hint: "is it a bucket that keeps versions?",
};

function readPage(body: Buffer, root: string): Page {
  const list = new XmlList(body, root, VERSIONS);
  const objects = new Map<string, VersionedObject>();
  const at = (key: unknown): VersionedObject | undefined => {
    const path = list.pathOf(key);
    if (path === undefined) return undefined;
    const found = objects.get(path) ?? { path, versions: [], removals: [] };
    objects.set(path, found);
    return found;
  };
  for (const { Key, VersionId, Size, LastModified, IsLatest } of list.entries("Version")) {
    at(Key)?.versions.push({
      id: String(VersionId),
      bytes: Number(Size),
      storedAt: list.timeOf(LastModified, Key),
      isLatest: IsLatest === "true",
    });
  }
  for (const { Key, LastModified } of list.entries("DeleteMarker"))
    at(Key)?.removals.push(list.timeOf(LastModified, Key));
  const next = list.isTruncated
    ? {
        "key-marker": list.decode(list.text("NextKeyMarker")),
        "version-id-marker": String(list.text("NextVersionIdMarker") ?? ""),
      }
    : undefined;
  // markers and versions are two lists, each in order
  return { objects: [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), next };
}
