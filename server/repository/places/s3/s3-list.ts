// Reads a store's answer to ListObjectsV2.

import { parseXML } from "@aws-sdk/xml-builder";
import { isObjectPath } from "../object-path.js";
import { type ObjectPage, TransientFault } from "../object-store.js";

/** @param prefix the repository's, which the paths don't include */
export function readList(body: Buffer, prefix: string): ObjectPage {
  const list = resultIn(body);
  const contents = list.Contents ?? [];
  const objects = (Array.isArray(contents) ? contents : [contents]).flatMap((entry) => {
    const { Key, Size, LastModified } = entry as Record<string, unknown>;
    const key = decode(Key, list.EncodingType === "url");
    const bytes = Number(Size);
    const storedAt = new Date(String(LastModified));
    if (!key.startsWith(prefix) || !Number.isSafeInteger(bytes) || Number.isNaN(storedAt.getTime()))
      throw unreadable(new Error(`an entry of ${JSON.stringify(key)}`));
    const path = key.slice(prefix.length);
    // objects of others, such as the placeholders of folders
    return isObjectPath(path) ? [{ path, bytes, storedAt }] : [];
  });
  const next = list.IsTruncated === "true" ? list.NextContinuationToken : undefined;
  if (list.IsTruncated === "true" && (typeof next !== "string" || next === ""))
    throw unreadable(new Error("no token of the next page"));
  return { objects, next: next as string | undefined };
}

function resultIn(body: Buffer): Record<string, unknown> {
  let root: unknown;
  try {
    root = parseXML(body.toString());
  } catch (cause) {
    throw unreadable(cause);
  }
  const list = (root as { ListBucketResult?: unknown }).ListBucketResult;
  // the answer must say whether there is more; else half a list could pass for a whole one
  if (typeof list !== "object" || list === null || !("IsTruncated" in list))
    throw unreadable(new Error("no list of objects"));
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
  new TransientFault("the store's list of objects can't be read", {
    cause,
    hint: "check the endpoint, and path-style: is it S3 that answers there?",
  });
