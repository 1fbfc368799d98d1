// Tells watchers of a stream what was stored in it: in this process, after the commit.

import { EventEmitter } from "node:events";
import type { EntryRecord } from "../../records/records.js";

/** An entry that is on disk. */
export interface StoredLog {
  stream: string;
  /** The key of its record. */
  key: Uint8Array;
  entry: EntryRecord;
}

type Listener = (log: StoredLog) => void;

export class LogFeed {
  readonly #events = new EventEmitter<Record<`stream ${string}`, [StoredLog]>>().setMaxListeners(0);

  /** Whether anybody would be told. */
  isWatched(stream: string): boolean {
    return this.#events.listenerCount(`stream ${stream}`) > 0;
  }

  publish(log: StoredLog): void {
    this.#events.emit(`stream ${log.stream}`, log);
  }

  /** @returns what ends the subscription */
  subscribe(stream: string, listener: Listener): () => void {
    this.#events.on(`stream ${stream}`, listener);
    return () => this.#events.off(`stream ${stream}`, listener);
  }
}
