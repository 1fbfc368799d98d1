// Tells watchers in this process what was stored in a stream, after the commit.

import { EventEmitter } from "node:events";
import type { PreparedEntry } from "../../records/logs/entry.js";

/** An entry that is on disk. */
export type StoredLog = Pick<PreparedEntry, "stream" | "key" | "value" | "fields">;

type Listener = (log: StoredLog) => void;

export class LogFeed {
  readonly #events = new EventEmitter<Record<`stream ${string}`, [StoredLog]>>().setMaxListeners(0);

  publish(log: StoredLog): void {
    this.#events.emit(`stream ${log.stream}`, log);
  }

  /** @returns what ends the subscription */
  subscribe(stream: string, listener: Listener): () => void {
    this.#events.on(`stream ${stream}`, listener);
    return () => this.#events.off(`stream ${stream}`, listener);
  }
}
