// The thread that makes a compact copy for a server. Checking all pages and comparing all records would keep the main thread
// from answering requests.

import { type MessagePort, parentPort } from "node:worker_threads";
import { endOwnThread, markLoaded } from "../../platform/threads/ending.js";
import { type ErrorMessage, errorMessage } from "../../platform/threads/error-message.js";
import { giveWay } from "../../platform/threads/give-way.js";
import { makeCompactCopy } from "./compact-copy.js";
import { databaseError } from "./lmdb-error.js";
import type { DatabaseAt } from "./occupation.js";
import { openDatabase } from "./open.js";

export type CompactRequest = { do: "copy"; place: DatabaseAt; to: string } | { do: "stop" };
export type CompactAnswer = { error: ErrorMessage | undefined };

markLoaded();
const port = parentPort as MessagePort;
const stop = new AbortController();

port.on("message", (request: CompactRequest) => {
  if (request.do === "stop") stop.abort();
  else
    void copy(request.place, request.to)
      .then(
        () => undefined,
        (error) => errorMessage(error),
      )
      .then((error) => {
        port.postMessage({ error } satisfies CompactAnswer);
        endOwnThread();
      });
});

async function copy(place: DatabaseAt, to: string): Promise<void> {
  giveWay();
  await using database = await openDatabase({ ...place, mode: "read" });
  try {
    await makeCompactCopy(database, to, { onProgress: () => {}, signal: stop.signal });
  } catch (cause) {
    throw databaseError(cause, place);
  }
}
