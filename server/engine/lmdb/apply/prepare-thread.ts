// The thread between the reader of a snapshot and the transaction. It prepares blocks, and hands them on, for one task after the
// other.

import { type MessagePort, parentPort } from "node:worker_threads";
import { blockFaultOf } from "../../../formats/snapshot/block-fault.js";
import { walkBlock } from "../../../formats/snapshot/walk-block.js";
import { FlowgError } from "../../../platform/errors.js";
import { nativeMemoryKeeper } from "../../../platform/native-memory.js";
import { markLoaded } from "../../../platform/threads/ending.js";
import { errorMessage } from "../../../platform/threads/error-message.js";
import { giveWay } from "../../../platform/threads/give-way.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { StreamRecord } from "../../../records/records.js";
import type { ApplyMessage } from "./apply-thread.js";
import { MailboxSignal } from "./mailbox-signal.js";
import { BlockPreparer, ChangePreparer, partsOf } from "./prepared-block.js";

export interface PrepareTask {
  kind: DatabaseKind;
  streams: [name: string, record: StreamRecord][];
  isWritten: boolean;
  /** Whether blocks are of changes that are taken back. */
  isUndo: boolean;
  /** The port of the thread that owns the transaction. */
  blocks: MessagePort;
  /** Memory of the MailboxSignal of `blocks`. */
  signal: SharedArrayBuffer;
  /** Whether requests come first. */
  givesWay: boolean;
}

export type PrepareMessage = { block: Uint8Array } | { end: true };

const blockPassed = nativeMemoryKeeper();

markLoaded();
let prepareNext: (message: PrepareMessage) => void;
parentPort?.on("message", (message: PrepareTask | PrepareMessage) => {
  if ("blocks" in message) prepareNext = begin(message);
  else prepareNext(message);
});

function begin({ kind, streams, isWritten, blocks, ...task }: PrepareTask) {
  if (task.givesWay) giveWay();
  const signal = new MailboxSignal(task.signal);
  const preparer = task.isUndo
    ? new ChangePreparer(isWritten)
    : new BlockPreparer({ database: kind, streams: new Map(streams), isWritten });
  const send = (message: ApplyMessage, moved: ArrayBuffer[] = []) => {
    blocks.postMessage(message, moved);
    signal.ring();
  };
  return (message: PrepareMessage) => {
    if ("block" in message) blockPassed(message.block.byteLength);
    const prepared = "block" in message ? prepare(preparer, message.block, kind) : message;
    send(prepared, "block" in prepared ? partsOf(prepared).map(memoryOf) : []);
  };
}

const memoryOf = ({ buffer }: ArrayBufferView) => buffer as ArrayBuffer;

function prepare(
  preparer: BlockPreparer | ChangePreparer,
  block: Uint8Array,
  kind: DatabaseKind,
): ApplyMessage {
  try {
    return preparer.prepare(block);
  } catch (error) {
    const isChanged =
      blockFaultOf(error) !== undefined ||
      (preparer instanceof BlockPreparer && !isSound(block, kind));
    return { fail: errorMessage(isChanged ? changedMeanwhile(error) : error) };
  }
}

/**
 * Whether each record is one that a restore lets in. All were when the file was verified, so one that isn't means that the file
 * has changed, whatever error it has led to here.
 */
function isSound(block: Uint8Array, kind: DatabaseKind): boolean {
  try {
    walkBlock(kind, block, { checkRecords: true });
    return true;
  } catch (error) {
    return blockFaultOf(error) === undefined;
  }
}

const changedMeanwhile = (cause: unknown): FlowgError =>
  new FlowgError("SNAPSHOT_CORRUPT", "the snapshot was changed after it was verified", {
    cause,
    hint: "let nothing write to it during a restore, and run it again",
  });
