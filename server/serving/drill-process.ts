// The process that runs drills for a server. It may open a damaged database, and LMDB may end a process that does. It has a low
// priority, and ends with the server.

import { lmdb } from "../engine/lmdb.js";
import { drillRepository } from "../operations/drill/drill.js";
import { FlowgError, faultOf } from "../platform/errors.js";
import { lowerPriority } from "../platform/threads/low-priority.js";
import type { DrillAsked, FromDrill } from "../records/drill-job.js";
import { openRepositoryAt } from "../repository/open-at.js";

const stop = new AbortController();
const end = (why: string) => () => stop.abort(new FlowgError("CANCELLED", why));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
  process.on(signal, end("the drill was stopped"));
process.on("disconnect", end("the server is gone"));

process.once("message", (asked: DrillAsked) => {
  lowerPriority();
  void drill(asked).then(
    () => process.exit(0),
    async (error: unknown) => {
      await tell({ fault: faultOf(knownOf(error)) });
      process.exit(1);
    },
  );
});

async function drill({ host, tag, ...asked }: DrillAsked): Promise<void> {
  const { url, keyFiles, identityFiles, trustedKeys, ...how } = asked;
  const { signal } = stop;
  const keys = { keyFiles, identityFiles, trustedKeys };
  const repository = await openRepositoryAt(url, { ...keys, mustRead: true, signal });
  try {
    const report = await drillRepository(
      repository,
      { ...how, of: { host, tag }, signal, onProgress: (progress) => void tell({ progress }) },
      lmdb,
    );
    await tell({ report });
  } finally {
    await repository.place.close();
  }
}

const tell = (said: FromDrill) =>
  new Promise<void>((resolve) => {
    if (process.connected) process.send?.(said, undefined, undefined, () => resolve());
    else resolve();
  });

function knownOf(error: unknown): FlowgError {
  if (error instanceof FlowgError) return error;
  // the server's log has what goes to stderr
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return new FlowgError("INTERNAL", "an unexpected fault");
}
