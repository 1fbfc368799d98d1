// Logs once that the data lies on a file system that can't flush a directory.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Logger } from "pino";

const CHANNEL = "flowg:unflushed-directory";

export function logUnflushed(log: Logger): void {
  const listener = (directory: unknown) => {
    unsubscribe(CHANNEL, listener);
    log.warn(
      { directory },
      "the file system can't flush a directory: if the power fails, names of new files may be lost",
    );
  };
  subscribe(CHANNEL, listener);
}
