// Writes the undo file of a restore. The file is on the disk, under its name, before the transaction of the restore commits.
// The note of the restore, written in that transaction, names it.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { undoHeader } from "../../formats/snapshot/header.js";
import { writeSnapshotTo } from "../../formats/snapshot/write.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import { StagedFile } from "../../platform/files/staged-file.js";
import { release } from "../../platform/native-memory.js";
import type { RawBlock } from "../../records/raw-block.js";
import type { Database } from "../../storage/database.js";
import type { DatabasePlace, UndoKeeper } from "../../storage/engine.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import type { UndoBounds } from "./undo-bounds.js";
import { undoDirectory, undoFileName } from "./undo-directory.js";

const WITHOUT_UNDO = "go on without an undo file: --no-undo, in the API undo=false";

/** The hint where no undo file can be kept. @param toDo what helps against the cause */
export const orWithoutUndo = (toDo: string | undefined): string =>
  toDo === undefined ? WITHOUT_UNDO : `${toDo}; or ${WITHOUT_UNDO}`;

export interface KeepingUndo {
  place: DatabasePlace;
  mark: RestoreMark;
  bounds: UndoBounds;
  /** Reads the database as it is on the disk. */
  read: <T>(look: (database: Database) => Promise<T>) => Promise<T>;
}

/**
 * Runs a restore, and keeps its undo file. If the restore fails, no file is kept.
 * @param work the restore; it gets the keeper, and the name of the file
 */
export async function keepingUndo<T>(
  options: KeepingUndo,
  work: (keep: UndoKeeper, undoFile: string) => Promise<T>,
): Promise<T> {
  await using file = new UndoFile(options);
  try {
    return await work(file, file.name);
  } catch (error) {
    await file.withdraw();
    throw error;
  }
}

class UndoFile implements UndoKeeper, AsyncDisposable {
  readonly name: string;
  readonly #path: string;
  readonly #queue: { block: RawBlock; taken: () => void }[] = [];
  #isEnded = false;
  #isGivenUp = false;
  #wake: (() => void) | undefined;
  #writing: Promise<void> | undefined;
  #staged: StagedFile | undefined;
  #isNamed = false;

  constructor(private readonly options: KeepingUndo) {
    this.name = undoFileName(options.mark);
    this.#path = join(undoDirectory(options.place.dir), this.name);
  }

  async take(block: RawBlock): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      this.#queue.push({ block, taken: resolve });
    });
    this.#begin();
    await Promise.race([taken, this.#writing]);
  }

  async finish(): Promise<void> {
    this.#isEnded = true;
    this.#begin();
    await this.#writing;
  }

  #begin(): void {
    this.#writing ??= this.#write();
    // `take` and `finish` throw what it throws; this keeps it from being unhandled until one of them waits
    this.#writing.catch(() => {});
    this.#wake?.();
  }

  async #write(): Promise<void> {
    const { place, mark, bounds } = this.options;
    try {
      const directory = undoDirectory(place.dir);
      await makeDirectory(directory, { forOwner: true }).catch((cause) => {
        throw fileError(cause, "make", directory);
      });
      const staged = await StagedFile.create(this.#path);
      this.#staged = staged;
      await staged.giveToOwnerOf(place.dir);
      let bytes = 0;
      const put = async (piece: Uint8Array) => {
        bytes += piece.byteLength;
        if (bytes > bounds.bytes) throw tooLarge(bytes, bounds);
        await staged.write(piece);
      };
      await writeSnapshotTo(put, {
        header: undoHeader(place.kind, mark),
        blocks: this.#blocks(),
        recycle: (memory) => release(new Uint8Array(memory)),
      });
      await staged.flush();
      this.#demandWanted();
      this.#isNamed = true;
      await staged.publish();
    } catch (error) {
      throw unkept(error, this.options);
    }
  }

  async *#blocks(): AsyncGenerator<RawBlock> {
    for (;;) {
      this.#demandWanted();
      const next = this.#queue.shift();
      if (next) {
        next.taken();
        yield next.block;
      } else if (this.#isEnded) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Keeps the file of a failed restore from getting its name, under which it would look complete. */
  #demandWanted(): void {
    if (this.#isGivenUp) throw new FlowgError("CANCELLED", "the restore has failed");
  }

  /** Removes the file after the restore has failed, unless the database has committed it all the same. */
  async withdraw(): Promise<void> {
    this.#isGivenUp = true;
    await this.#ended();
    if (!this.#isNamed) return;
    const { read } = this.options;
    // if that can't be read, the file stays, and the next run looks again
    const isThere = await read((database) => database.read(restoreNotes)).then(
      (notes) => notes.some(({ undoFile }) => undoFile === this.name),
      () => true,
    );
    if (!isThere) await rm(this.#path, { force: true }).catch(() => {});
  }

  async #ended(): Promise<void> {
    this.#isEnded = true;
    this.#wake?.();
    await this.#writing?.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ended();
    await this.#staged?.[Symbol.asyncDispose]();
  }
}

/** Explains that the undo file couldn't be kept, so the database has not changed. */
function unkept(error: unknown, { place: { kind }, mark }: KeepingUndo): unknown {
  if (!(error instanceof FlowgError)) return error;
  const { code, message, details } = error;
  const toDo = code === "DISK_FULL" ? "free some space" : error.hint;
  return new FlowgError(
    code,
    `the undo file for ${mark.undoes === undefined ? "the restore" : "the undo"} of ${kind} can't be kept: ${message}; so the ${kind} database was left as it was`,
    { hint: orWithoutUndo(toDo), details, cause: error },
  );
}

const tooLarge = (bytes: number, bounds: UndoBounds) =>
  new FlowgError(
    "REFUSED",
    `it takes more than the ${bounds.bytes} bytes that --undo-size allows`,
    { hint: "allow more with --undo-size", details: { undoBytes: bytes, maxBytes: bounds.bytes } },
  );
