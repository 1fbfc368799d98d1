// Restores sorted records into one database: hands their blocks to the thread that owns the transaction.

import { MessageChannel, type Worker } from "node:worker_threads";
import { Room } from "../../../formats/block-stream/room.js";
import { FlowgError, hasCode } from "../../../platform/errors.js";
import { endThread } from "../../../platform/threads/ending.js";
import { errorFrom, errorMessage } from "../../../platform/threads/error-message.js";
import { listenTo } from "../../../platform/threads/listen.js";
import type { Applying, Merged } from "../../../storage/engine.js";
import type { ApplyAnswer, ApplyTask, KeptMessage } from "./apply-thread.js";
import { isFilledIn } from "./filled-in.js";
import { MailboxSignal } from "./mailbox-signal.js";
import { beginPreparing, type PrepareMessage, type PrepareTask } from "./prepare.js";
import type { RestoreThreads } from "./restore-threads.js";

/**
 * Restores one database in one transaction, or tells what that would do.
 * @param threads threads without a task. They have none again once this resolves; if it rejects, they have ended.
 * @throws what reading a snapshot and opening a database throws, DISK_FULL, CONFLICT; nothing is changed then
 */
export async function applySnapshot(
  options: Applying,
  { applying: thread, preparing, givesWay = false }: RestoreThreads,
): Promise<Merged> {
  const { kind, dir, exists, mode, mark, onlyAfter, ifEmpty = false } = options;
  const auth = options.auth ?? { held: undefined, allowNoAdmin: false };
  // reader (here) -> prepared, here or in a thread -> the transaction's thread
  const { port1, port2 } = new MessageChannel();
  const signal = new MailboxSignal();
  const common = { kind, signal: signal.memory, givesWay };
  const streams = [...options.streams];
  const { ranges } = options;
  const { facts, keep, undo } = options;
  const keeping = keep && new MessageChannel();
  const task: ApplyTask = {
    ...common,
    dir,
    mode,
    ranges,
    mark,
    exists,
    onlyAfter,
    ifEmpty,
    auth,
    streams,
    facts,
    undo,
    blocks: port2,
    kept: keeping?.port2,
  };
  thread.postMessage(task, keeping ? [port2, keeping.port2] : [port2]);
  const answerKept = (done: Promise<void>, message: KeptMessage) => {
    done
      .then(
        () => message,
        (error: unknown) => ({ fail: errorMessage(error) }),
      )
      .then((answer) => {
        keeping?.port1.postMessage(answer);
        signal.ring();
      });
  };
  const isWritten = mark !== undefined;
  // only the transaction knows which fields of the other streams are indexed
  const known = streams.filter(([name]) => !isFilledIn(name, ranges));
  const isUndo = undo !== undefined;
  const preparation: PrepareTask = {
    ...common,
    streams: known,
    isWritten,
    isUndo,
    blocks: port1,
  };
  const room = new Room();
  let settle!: { resolve: (merged: Merged) => void; reject: (error: unknown) => void };
  const ended = new Promise<Merged>((resolve, reject) => {
    settle = { resolve, reject };
  });
  let noteExit!: () => void;
  const exited = new Promise<void>((resolve) => {
    noteExit = resolve;
  });
  using _applying = listenTo(thread, {
    message(answer: ApplyAnswer) {
      if (answer.did === "block") room.free();
      else if (answer.did === "keep" && keep) answerKept(keep.take(answer.block), { taken: true });
      else if (answer.did === "keep all" && keep) answerKept(keep.finish(), { finished: true });
      else if (answer.did === "all") settle.resolve(answer.merged);
      else if (answer.did === "fail") settle.reject(errorFrom(answer.error));
    },
    error: settle.reject,
    exit() {
      noteExit();
      settle.reject(new FlowgError("INTERNAL", "the restoring thread ended"));
    },
  });
  let crash: unknown;
  using _preparing =
    preparing &&
    listenTo(preparing, {
      error(error) {
        crash = error;
        signal.stop();
      },
    });
  // a thread that fails takes no more blocks: wake the code that waits to give it one
  ended.catch(() => room.close());
  try {
    const prepare = preparing ? preparedBy(preparing, preparation) : beginPreparing(preparation);
    await options.feed(async (block) => {
      if (!(await room.take(block.byteLength))) await ended;
      prepare({ block });
    });
    options.onFinishing?.();
    prepare({ end: true });
    return await ended;
  } catch (error) {
    signal.stop();
    // wait until the transaction is undone, then report the failure
    const inner: unknown = await ended.then(
      () => error,
      (fault: unknown) => fault,
    );
    const stopped = hasCode(inner, "CANCELLED");
    if (preparing) await endThread(preparing);
    // it ends by itself where it fails. Never terminated: it might hold LMDB's write lock
    await exited;
    throw crash ?? (stopped ? error : inner);
  } finally {
    keeping?.port1.close();
  }
}

/** The same as `beginPreparing`, in a thread. */
function preparedBy(thread: Worker, task: PrepareTask): (message: PrepareMessage) => void {
  thread.postMessage(task, [task.blocks]);
  return (message) =>
    thread.postMessage(message, "block" in message ? [message.block.buffer as ArrayBuffer] : []);
}
