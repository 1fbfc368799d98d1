// Lends a source to another thread. Its bytes are read in this thread, where they may come from anything, and move to that
// thread as it asks for them.

import { MessageChannel, type MessagePort } from "node:worker_threads";
import { FlowgError } from "../../platform/errors.js";
import {
  type ErrorMessage,
  errorFrom,
  errorMessage,
} from "../../platform/threads/error-message.js";
import type { Source } from "./source.js";

/** The message that lends a source. Its port must move to the other thread. */
export interface LentSource {
  name: string;
  size: number;
  port: MessagePort;
}

/** No chunk means the end of a reading. */
type Answer = { chunk?: Uint8Array } | { error: ErrorMessage };

export class Lending implements Disposable {
  readonly lent: LentSource;
  readonly #port: MessagePort;
  readonly #readings = new Set<MessagePort>();

  constructor(private readonly source: Source) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.lent = { name: source.name, size: source.size, port: port2 };
    port1.on("message", (reading: MessagePort) => this.#serve(reading));
  }

  /** Ends the loan. A reader that is still at work fails with CANCELLED. */
  [Symbol.dispose](): void {
    this.#port.close();
    for (const reading of this.#readings) reading.close();
  }

  #serve(reading: MessagePort): void {
    this.#readings.add(reading);
    const bytes = this.source.open()[Symbol.asyncIterator]();
    reading.on("message", () => void answer(reading, bytes));
    reading.on("close", () => {
      this.#readings.delete(reading);
      // nobody waits for its result any more
      bytes.return?.().catch(() => undefined);
    });
  }
}

async function answer(reading: MessagePort, bytes: AsyncIterator<Uint8Array>): Promise<void> {
  const say = (said: Answer, moved: ArrayBuffer[] = []) => reading.postMessage(said, moved);
  try {
    const { done, value } = await bytes.next();
    if (done) return say({});
    // only memory that belongs to this chunk alone can be moved
    const isWhole = value.byteLength === value.buffer.byteLength;
    const chunk = isWhole ? value : new Uint8Array(value);
    say({ chunk }, [chunk.buffer as ArrayBuffer]);
  } catch (error) {
    say({ error: errorMessage(error) });
  }
}

/** The source in the thread that it was lent to. */
export function borrowed({ name, size, port }: LentSource): Source {
  port.unref();
  return {
    name,
    size,
    async *open() {
      const { port1: reading, port2 } = new MessageChannel();
      const next = asker(reading);
      port.postMessage(port2, [port2]);
      try {
        for (let asked = next(); ; ) {
          const said = await asked;
          if ("error" in said) throw errorFrom(said.error);
          if (said.chunk === undefined) return;
          // asked ahead: one chunk is read while the one before is in use
          asked = next();
          asked.catch(() => undefined);
          yield said.chunk;
        }
      } finally {
        reading.close();
      }
    },
  };
}

/** Asks for one chunk after the other. */
function asker(reading: MessagePort): () => Promise<Answer> {
  let waiting: { resolve: (said: Answer) => void; reject: (error: unknown) => void } | undefined;
  reading.on("message", (said: Answer) => waiting?.resolve(said));
  reading.on("close", () => waiting?.reject(new FlowgError("CANCELLED", "reading was stopped")));
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      reading.postMessage(undefined);
    });
}
