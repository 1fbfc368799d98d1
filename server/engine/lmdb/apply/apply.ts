// One snapshot into one database: reads the file once more, which must be what was verified, and hands its blocks to
// the thread that owns the transaction.

import { MessageChannel } from "node:worker_threads";
import { Room } from "../../../formats/block-stream/room.js";
import { type ReadOptions, readSnapshot } from "../../../formats/snapshot/read.js";
import type { Source } from "../../../formats/sources/source.js";
import { FlowgError } from "../../../platform/errors.js";
import { endThread } from "../../../platform/threads/ending.js";
import { errorFrom } from "../../../platform/threads/error-message.js";
import type { AuthRestore } from "../../../records/auth/restore-outcome.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { StreamRecord } from "../../../records/records.js";
import type { RestoreMode } from "../../../records/reports.js";
import type { RestoreMark } from "../../../storage/notes/restore-mark.js";
import type { ApplyAnswer, ApplyTask } from "./apply-thread.js";
import { MailboxSignal } from "./mailbox-signal.js";
import type { Merged } from "./merge.js";
import type { PrepareMessage, PrepareTask } from "./prepare-thread.js";
import type { RestoreThreads } from "./restore-threads.js";

export interface ApplyOptions {
  kind: DatabaseKind;
  /** The database's directory. */
  dir: string;
  /** Whether there is a database in it. */
  exists: boolean;
  mode: RestoreMode;
  /** Left in the database; none means a dry run: everything is counted, nothing is written. */
  mark: RestoreMark | undefined;
  /** The snapshot's streams, from its verification. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Only if this is still the last transaction of the database when the restore's begins; else CONFLICT. */
  onlyAfter?: number | undefined;
  /** For auth: who restores it may give all unless said otherwise, and must leave an administrator. */
  auth?: AuthRestore | undefined;
  /** Only if the database has no record when the transaction begins; else CONFLICT. */
  ifEmpty?: boolean | undefined;
  /** A verified snapshot. */
  source: Source;
  /** Its seal's SHA-256 at that time: another file in its place is refused, however sound. */
  sha256: string;
  onProgress?: ReadOptions["onProgress"];
  /** Told when all blocks are on their way: what remains is the database's, and takes as long as it takes. */
  onFinishing?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Restores one database in one transaction, or tells what that would do.
 * @param threads that were not given a task yet; they end with this one
 * @throws what reading a snapshot and opening a database throws, DISK_FULL, CONFLICT; nothing is changed then
 */
export async function applySnapshot(
  options: ApplyOptions,
  { applying: thread, preparing }: RestoreThreads,
): Promise<Merged> {
  const { kind, dir, exists, mode, mark, onlyAfter, ifEmpty = false } = options;
  const auth = options.auth ?? { held: undefined, allowNoAdmin: false };
  // reader (here) -> preparing thread -> the transaction's thread
  const { port1, port2 } = new MessageChannel();
  const signal = new MailboxSignal();
  const common = { kind, streams: [...options.streams], signal: signal.memory };
  const standing = { exists, onlyAfter, ifEmpty };
  const task: ApplyTask = { ...common, dir, mode, mark, ...standing, auth, blocks: port2 };
  thread.postMessage(task, [port2]);
  const preparation: PrepareTask = { ...common, isWritten: mark !== undefined, blocks: port1 };
  preparing.postMessage(preparation, [port1]);
  const send = (message: PrepareMessage, moved: ArrayBuffer[] = []) =>
    preparing.postMessage(message, moved);
  const room = new Room();
  const ended = new Promise<Merged>((resolve, reject) => {
    thread.on("message", (answer: ApplyAnswer) => {
      if (answer.did === "block") room.free();
      else if (answer.did === "all") resolve(answer.merged);
      else reject(errorFrom(answer.error));
    });
    thread.on("error", reject);
    thread.on("exit", () => reject(new FlowgError("INTERNAL", "the restoring thread ended")));
  });
  let crash: unknown;
  preparing.on("error", (error) => {
    crash = error;
    signal.stop();
  });
  const exited = new Promise((resolve) => thread.once("exit", resolve));
  // a thread that fails stops taking blocks: wake whoever waits to give it one
  ended.catch(() => room.close());
  try {
    const { seal } = await readSnapshot(options.source.open(), {
      expected: kind,
      isKnown: true,
      signal: options.signal,
      onProgress: options.onProgress,
      onBlock: async (block) => {
        if (!(await room.take(block.byteLength))) await ended;
        send({ block }, [block.buffer as ArrayBuffer]);
      },
    });
    if (seal.sha256 !== options.sha256) {
      throw new FlowgError("SNAPSHOT_CORRUPT", "the snapshot was changed after it was verified", {
        hint: "let nothing write to it during a restore, and run it again",
      });
    }
    if (options.signal?.aborted) throw new FlowgError("CANCELLED", "the restore was stopped");
    options.onFinishing?.();
    send({ end: true });
    return await ended;
  } catch (error) {
    signal.stop();
    // the transaction is undone before anybody hears of the failure
    const inner: unknown = await ended.then(
      () => error,
      (fault: unknown) => fault,
    );
    const stopped = inner instanceof FlowgError && inner.code === "CANCELLED";
    throw crash ?? (stopped ? error : inner);
  } finally {
    await endThread(preparing);
    // never terminated: it might hold LMDB's write lock
    await exited;
  }
}
