// A backup of all three databases as one tar, as `GET /backup` gives it: made of the files in a directory, or put into one.

import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract as tarExtract, pack as tarPack } from "tar-stream";
import { FileError, FlowgSdkError, SnapshotError, SnapshotIncompleteError } from "../errors.js";
import type { Database } from "../types.js";
import { API_NAMES, FILE_NAMES, MANIFEST } from "./file-names.js";
import type { OpenedSource } from "./source.js";
import { fileError } from "./staged-file.js";

export interface TarMember {
  /** The name in the tar. */
  name: string;
  path: string;
}

/** Packs a backup. The manifest comes last, so a tar without it has been cut. */
export function packBackup(
  members: readonly TarMember[],
  manifest?: Readonly<Record<string, unknown>> & { createdAt: string },
): Readable {
  const tar = tarPack();
  const mtime = manifest ? new Date(manifest.createdAt) : new Date();
  const entry = (name: string, size: number) => tar.entry({ name, size, mtime, mode: 0o600 });
  async function make(): Promise<void> {
    for (const { name, path } of members) {
      const put = async () => {
        const { size } = await stat(path);
        await pipeline(createReadStream(path), entry(name, size));
      };
      await put().catch((cause: unknown) => {
        throw fileError(cause, "read", path);
      });
    }
    if (manifest) {
      const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
      await pipeline([text], entry(MANIFEST, text.byteLength));
    }
    tar.finalize();
  }
  make().catch((error: unknown) => tar.destroy(error as Error));
  return tar as unknown as Readable;
}

const BLOCK_BYTES = 512;
const END_BYTES = 2 * BLOCK_BYTES;

/**
 * The files of all three databases in a directory, as a source that becomes a tar while it is sent.
 * @throws FileError where one is missing
 */
export async function tarOfDirectory(directory: string): Promise<OpenedSource> {
  const members: TarMember[] = [];
  let length = END_BYTES;
  for (const database of Object.keys(API_NAMES) as Database[]) {
    const names = [...new Set([FILE_NAMES[database], API_NAMES[database]])];
    const found = await firstOf(names.map((name) => join(directory, name)));
    if (found === undefined) {
      throw new FileError(
        `there is no ${names.map((name) => join(directory, name)).join(" or ")}; nothing was sent`,
        {
          hint: "a restore of all takes the backup of all three; one database alone has a call of its own",
        },
      );
    }
    members.push({ name: API_NAMES[database], path: found.path });
    length += BLOCK_BYTES + Math.ceil(found.size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  const bytes = () => packBackup(members);
  return { length, bytes, isReplayable: true, filename: "flowg-backup.tar" };
}

async function firstOf(
  paths: readonly string[],
): Promise<{ path: string; size: number } | undefined> {
  for (const path of paths) {
    const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return undefined;
      throw fileError(cause, "read", path);
    });
    if (found === undefined) continue;
    if (found.isFile()) return { path, size: found.size };
    throw new FileError(`cannot read ${path}: it is not a regular file`);
  }
  return undefined;
}

/** The files of a backup, under the names of the command line and of the API. */
const NAMES: ReadonlySet<string> = new Set([
  ...Object.values(FILE_NAMES),
  ...Object.values(API_NAMES),
  MANIFEST,
]);

/** One file of a backup in a tar. */
export interface ReadMember {
  name: string;
  size: number;
  /** The file's bytes. They may be left unread. */
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * Reads a tar to its end. Passes over all other files.
 * @returns the names of what came
 * @throws SnapshotError, SnapshotIncompleteError, and what `take` throws
 */
export async function readMembers(
  bytes: AsyncIterable<Uint8Array>,
  take: (member: ReadMember) => Promise<unknown>,
): Promise<string[]> {
  const tar = tarExtract();
  const names: string[] = [];
  let fault: unknown;
  let isTheirs = false;
  const feeding = pipeline(Readable.from(bytes, { objectMode: false }), tar).catch(
    (error: unknown) => {
      // where the tar is cut, the reader of its last file fails, too, in other words
      if (fault === undefined || isCut(error)) fault = broken(error);
    },
  );
  try {
    for await (const entry of tar) {
      const { type, size = 0 } = entry.header;
      const name = entry.header.name.replace(/^.*\//, "");
      if (!NAMES.has(name)) {
        entry.resume();
        continue;
      }
      if (type !== "file") throw refused(`its ${name} is a ${type}, not a file`);
      if (names.includes(name)) throw refused(`it holds ${name} twice`);
      names.push(name);
      const chunks = (entry as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      isTheirs = true;
      await take({ name, size, bytes: notEnding(chunks) });
      isTheirs = false;
      // the tar goes on after it
      while (!(await chunks.next()).done);
    }
  } catch (error) {
    fault ??= isTheirs ? error : broken(error);
    tar.destroy();
  }
  await feeding;
  if (fault !== undefined) throw fault;
  if (names.length === 0) throw refused("it holds neither auth.db, config.db nor log.db");
  return names;
}

/** Wraps an entry so that leaving it doesn't end its tar. */
async function* notEnding(chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/**
 * Unpacks a tar into a directory that is there, and empty. Passes over all other files.
 * @returns the names of what came
 * @throws SnapshotError, SnapshotIncompleteError, FileError
 */
export async function unpackBackup(
  bytes: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<string[]> {
  return await readMembers(bytes, async ({ name, bytes }) => {
    const path = join(directory, name);
    const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
    await pipeline(bytes, file).catch((cause: unknown) => {
      throw fileError(cause, "write", path);
    });
  });
}

function refused(what: string): SnapshotError {
  return new SnapshotError("SNAPSHOT_UNRECOGNIZED", `this isn't a tar of a backup: ${what}`, {
    hint: "give what `flowg admin backup --backup-dir -` or GET /backup has written",
  });
}

const isCut = (cause: unknown): boolean =>
  cause instanceof Error && /Unexpected end/i.test(cause.message);

function broken(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof FlowgSdkError) return cause;
  if (isCut(cause)) {
    return new SnapshotIncompleteError("the tar of the backup is cut short", { cause });
  }
  return /tar|header/i.test(cause.message) ? refused("its first bytes are none of a tar's") : cause;
}
