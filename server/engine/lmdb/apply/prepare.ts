// Prepares the blocks of a restore, and hands them on to the thread that owns the transaction.

import type { MessagePort } from "node:worker_threads";
import { blockFaultOf } from "../../../formats/snapshot/block-fault.js";
import { changedMeanwhile } from "../../../formats/snapshot/faults.js";
import { walkBlock } from "../../../formats/snapshot/walk-block.js";
import { errorMessage } from "../../../platform/threads/error-message.js";
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
  /** Whether requests come before a thread that does it. */
  givesWay: boolean;
}

export type PrepareMessage = { block: Uint8Array } | { end: true };

/** Begins a task. @returns a function that takes its messages in order. The memory of a block is gone then. */
export function beginPreparing({
  kind,
  streams,
  isWritten,
  blocks,
  ...task
}: PrepareTask): (message: PrepareMessage) => void {
  const signal = new MailboxSignal(task.signal);
  const preparer = task.isUndo
    ? new ChangePreparer(isWritten)
    : new BlockPreparer({ database: kind, streams: new Map(streams), isWritten });
  const send = (message: ApplyMessage, moved: ArrayBuffer[] = []) => {
    blocks.postMessage(message, moved);
    signal.ring();
  };
  return (message) => {
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
