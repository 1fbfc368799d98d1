// Opens a place from what a user writes: a path or a URL. The code of a kind of place is loaded only when it is used.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FlowgError } from "../../platform/errors.js";
import { type CarefulOptions, CarefulPlace } from "./careful-place.js";
import type { ObjectStore } from "./object-store.js";
import type { Place } from "./place.js";

export type OpenPlaceOptions = CarefulOptions;

/**
 * Sends nothing yet: only the first request tells whether the place exists.
 * @param url a path, `file:///…`, `s3://BUCKET/PREFIX`
 * @throws INPUT_INVALID
 */
export async function openPlace(url: string, options: OpenPlaceOptions = {}): Promise<Place> {
  return new CarefulPlace(await storeOf(url), options);
}

async function storeOf(url: string): Promise<ObjectStore> {
  if (url.trim() === "") {
    throw new FlowgError("INPUT_INVALID", "the repository's place is empty", { hint: FORMS });
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return await directoryAt(resolve(url));
  if (scheme === "file") return await directoryAt(pathOf(url));
  if (scheme === "s3") return await bucketAt(url);
  throw unknownScheme(scheme);
}

async function bucketAt(url: string): Promise<ObjectStore> {
  const { openS3 } = await import("./s3/s3-store.js");
  return await openS3(url);
}

async function directoryAt(path: string): Promise<ObjectStore> {
  if (path.includes("\0")) {
    throw new FlowgError("INPUT_INVALID", "the repository's path has a zero byte in it", {
      hint: FORMS,
    });
  }
  const { DirectoryStore } = await import("./directory/directory-store.js");
  return new DirectoryStore(path);
}

function pathOf(url: string): string {
  const hint = "write file:///PATH, or the path itself";
  if (!/^file:\/\/(?:localhost)?\//i.test(url) || /[?#]/.test(url)) {
    throw new FlowgError("INPUT_INVALID", `${url} names no directory of this machine`, { hint });
  }
  try {
    return resolve(fileURLToPath(url));
  } catch (cause) {
    throw new FlowgError("INPUT_INVALID", `${url} can't be read as a path`, { cause, hint });
  }
}

const FORMS = "give a directory, as /srv/backups or file:///srv/backups, or s3://BUCKET/PREFIX";

/** Schemes that other programs use, and how to reach those places from here. */
const OTHERS: Readonly<Record<string, string>> = {
  gs: "Google Cloud Storage speaks S3 to HMAC keys: try s3://BUCKET/PREFIX?endpoint=https://storage.googleapis.com, which is refused if it overwrites; else mount it (gcsfuse), and give the directory",
  azure: "Azure's Blob Storage speaks no S3: mount it (blobfuse2), and give the directory",
  sftp: "mount it (sshfs), and give the directory",
  b2: "Backblaze B2 speaks S3: give s3://BUCKET/PREFIX?endpoint=https://s3.REGION.backblazeb2.com",
  https: "give s3://BUCKET/PREFIX?endpoint=https://HOST",
  rclone:
    "mount it (rclone mount), or serve it (rclone serve s3), and give the directory or s3://…",
};
const SAME: Readonly<Record<string, string>> = {
  gcs: "gs",
  abs: "azure",
  azblob: "azure",
  wasb: "azure",
  wasbs: "azure",
  ssh: "sftp",
  http: "https",
};

/** The message names only the scheme: the URL itself may hold a password. */
function unknownScheme(scheme: string): FlowgError {
  return new FlowgError("INPUT_INVALID", `a repository can't lie at ${scheme}:`, {
    hint: OTHERS[SAME[scheme] ?? scheme] ?? FORMS,
  });
}
