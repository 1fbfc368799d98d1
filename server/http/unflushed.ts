// Logs once that the data lies on a share that can't flush a directory.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Logger } from "pino";

const CHANNEL = "flowg:unflushed-directory";

export function logUnflushed(log: Logger): void {
  const listener = (directory: unknown) => {
    unsubscribe(CHANNEL, listener);
    log.warn(
      { directory },
      "a directory can't be flushed, its file system doesn't do that: if the power fails, names of new files may be lost",
    );
  };
  subscribe(CHANNEL, listener);
}
