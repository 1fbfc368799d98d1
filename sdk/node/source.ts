// Turns everything that can be restored from into bytes, with a length if one is known. A text is always a path, never
// contents.

import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError, InputError } from "../errors.js";
import type { RestoreSource } from "../resources/restore.js";
import { demandLocal } from "./local-path.js";
import { fileBytes, fileError } from "./staged-file.js";

export interface OpenedSource {
  /** Checked against what really comes. */
  length: number | undefined;
  bytes(): AsyncIterable<Uint8Array>;
  /** Whether {@link bytes} may be called again. */
  isReplayable: boolean;
  filename: string;
}

/** @throws InputError, FileError */
export async function openSource(source: RestoreSource): Promise<OpenedSource> {
  const path = pathOf(source);
  if (path !== undefined) return await openFile(path);
  const kept = { filename: "backup.db", isReplayable: true };
  if (source instanceof Uint8Array) {
    return { ...kept, length: source.byteLength, bytes: () => only(source) };
  }
  if (source instanceof Blob) {
    return { ...kept, length: source.size, bytes: () => streamed(source.stream()) };
  }
  const passing = { ...kept, length: undefined };
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source) return { ...passing, bytes: () => source };
    if (!(source instanceof URL) && "getReader" in source)
      return { ...passing, bytes: () => streamed(source) };
  }
  throw new InputError("there is nothing to restore from", {
    hint: "give a path, a Blob, bytes, a stream or an async iterable",
  });
}

/**
 * The same for a backup of all three, where a directory holds one, too.
 * @throws InputError, FileError
 */
export async function openSetSource(source: RestoreSource): Promise<OpenedSource> {
  const path = pathOf(source);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || !found?.isDirectory()) return await openSource(source);
  const { tarOfDirectory } = await import("./backup-tar.js");
  return await tarOfDirectory(path);
}

/** @throws InputError */
function pathOf(source: unknown): string | undefined {
  if (typeof source === "string") {
    demandLocal(source);
    return source;
  }
  if (!(source instanceof URL)) return undefined;
  if (source.protocol !== "file:") throw new InputError("a URL to restore from must be file:");
  return fileURLToPath(source);
}

async function openFile(path: string): Promise<OpenedSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw fileError(cause, "read", path);
  });
  if (found.isDirectory()) throw new FileError(`cannot read ${path}: it is a directory`);
  // a pipe has no size, and gives its bytes once
  const isReplayable = found.isFile();
  const length = isReplayable ? found.size : undefined;
  return { length, bytes: () => fileBytes(path), isReplayable, filename: basename(path) };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const piece = 1024 * 1024;
  for (let at = 0; at < bytes.byteLength; at += piece) yield bytes.subarray(at, at + piece);
}

/** Browsers' types, and some engines, can't iterate a stream. */
async function* streamed(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
