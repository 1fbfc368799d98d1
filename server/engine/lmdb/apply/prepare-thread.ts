// The thread of a server that prepares the blocks of restores, for one task after the other.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper } from "../../../platform/native-memory.js";
import { markLoaded } from "../../../platform/threads/ending.js";
import { giveWay } from "../../../platform/threads/give-way.js";
import { beginPreparing, type PrepareMessage, type PrepareTask } from "./prepare.js";

const blockPassed = nativeMemoryKeeper();

markLoaded();
let prepareNext: (message: PrepareMessage) => void;
parentPort?.on("message", (message: PrepareTask | PrepareMessage) => {
  if ("blocks" in message) {
    if (message.givesWay) giveWay();
    prepareNext = beginPreparing(message);
    return;
  }
  if ("block" in message) blockPassed(message.block.byteLength);
  prepareNext(message);
});
