// Reads a store's answer to ListObjectsV2.

import type { ObjectPage } from "../object-store.js";
import { type ListKind, XmlList } from "./xml-list.js";

const OBJECTS: ListKind = {
  of: "objects",
  names: ["ListBucketResult"],
  hint: "check the endpoint, and path-style: is it S3 that answers there?",
};

/** @param prefix the repository's, which the paths don't include */
export function readList(body: Buffer, prefix: string): ObjectPage {
  const list = new XmlList(body, prefix, OBJECTS);
  const objects = list.entries("Contents").flatMap(({ Key, Size, LastModified }) => {
    const path = list.pathOf(Key);
    const bytes = Number(Size);
    const storedAt = list.timeOf(LastModified, Key);
    if (!Number.isSafeInteger(bytes)) throw list.entryFault(Key);
    return path === undefined ? [] : [{ path, bytes, storedAt }];
  });
  const next = list.isTruncated ? list.text("NextContinuationToken") : undefined;
  if (list.isTruncated && (typeof next !== "string" || next === ""))
    throw list.fault(new Error("no token of the next page"));
  return { objects, next: next as string | undefined };
}
