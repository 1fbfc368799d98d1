// What the zstd thread and the inspect thread do, in this one: for files so small that the threads would take longer to
// start. Loaded only then.

import { inspect } from "./inspect.js";
import { serveZstd, type ZstdAnswer } from "./zstd.js";

export const expandHere = (frame: Uint8Array): ZstdAnswer =>
  serveZstd({ id: 0, do: "unpack", bytes: frame });

export const inspectHere = inspect;
