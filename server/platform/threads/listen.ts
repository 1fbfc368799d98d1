// Listening to a thread for as long as one task takes, where the thread goes on to others.

import type { Worker } from "node:worker_threads";

export interface ThreadListeners<Message> {
  message?: (message: Message) => void;
  messageerror?: (error: unknown) => void;
  error: (error: unknown) => void;
  exit?: () => void;
}

/** Listens until it is disposed of. An error that nobody listens to ends the process, so somebody else must listen after that. */
export function listenTo<Message>(thread: Worker, wanted: ThreadListeners<Message>): Disposable {
  const listeners = Object.entries(wanted);
  for (const [event, listener] of listeners) thread.on(event, listener as () => void);
  return {
    [Symbol.dispose]: () => {
      for (const [event, listener] of listeners) thread.off(event, listener as () => void);
    },
  };
}
