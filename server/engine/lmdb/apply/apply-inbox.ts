// Receives messages inside a transaction, where no event reaches this thread: it sleeps until they are there.

import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { FlowgError } from "../../../platform/errors.js";
import { errorFrom } from "../../../platform/threads/error-message.js";
import type { RawBlock } from "../../../records/raw-block.js";
import type { ApplyMessage, ApplyTask, KeptMessage } from "./apply-thread.js";
import type { MailboxSignal } from "./mailbox-signal.js";

/** The most blocks of kept changes on their way to the disk. */
const KEPT_AT_ONCE = 4;

export class ApplyInbox {
  #keptUnderWay = 0;

  /** @param say sends a block of kept changes, or says that there are no more */
  constructor(
    private readonly task: Pick<ApplyTask, "blocks" | "kept" | "undo">,
    private readonly signal: MailboxSignal,
    private readonly say: (answer: { did: "keep"; block: RawBlock } | { did: "keep all" }) => void,
  ) {}

  /** Gives the next message of blocks. @throws CANCELLED */
  receive(): ApplyMessage {
    return this.#next<ApplyMessage>(this.task.blocks);
  }

  /** Sends a block of kept changes, and waits while too many are under way. */
  giveKept(block: RawBlock): void {
    this.say({ did: "keep", block });
    if (++this.#keptUnderWay >= KEPT_AT_ONCE) this.#waitForKept();
  }

  /** Waits until all kept changes are on the disk. */
  finishKept(): void {
    while (this.#keptUnderWay > 0) this.#waitForKept();
    this.say({ did: "keep all" });
    while (!("finished" in this.#waitForKept()));
  }

  #waitForKept(): KeptMessage {
    const message = this.#next<KeptMessage>(this.task.kept as MessagePort);
    if ("fail" in message) throw errorFrom(message.fail);
    if ("taken" in message) this.#keptUnderWay--;
    return message;
  }

  #next<Message>(port: MessagePort): Message {
    for (;;) {
      if (this.signal.isStopped) throw this.#stopped();
      const seen = this.signal.count;
      const received = receiveMessageOnPort(port) as { message: Message } | undefined;
      if (received) return received.message;
      this.signal.sleep(seen);
    }
  }

  #stopped(): FlowgError {
    return new FlowgError("CANCELLED", `the ${this.task.undo ? "undo" : "restore"} was stopped`);
  }
}
