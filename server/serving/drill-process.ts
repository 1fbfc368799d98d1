// The process that runs drills for a server. It may open a damaged database, and LMDB may end a process that does. It has a low
// priority, and ends with the server.

import { lmdb } from "../engine/lmdb.js";
import { drillRepository } from "../operations/drill/drill.js";
import { demandOwnDirectory } from "../operations/drill/scratch.js";
import { FlowgError, faultOf } from "../platform/errors.js";
import { knownError } from "../platform/known-error.js";
import { lowerPriority } from "../platform/threads/low-priority.js";
import type { DrillAsked, FromDrill } from "../records/drill-job.js";
import { openRepositoryAt } from "../repository/open-at.js";

const stop = new AbortController();
const end = (why: string) => () => stop.abort(new FlowgError("CANCELLED", why));
process.on("SIGTERM", end("the drill was stopped"));
process.on("disconnect", end("the server is gone"));
// a terminal sends these to the server as well, which then says what becomes of its drill
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);

process.once("message", (asked: DrillAsked) => {
  lowerPriority();
  void drill(asked).then(
    () => process.exit(0),
    async (error: unknown) => {
      // the server's log has what goes to stderr
      if (!(error instanceof FlowgError))
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      await tell({ fault: faultOf(knownError(error)) });
      process.exit(1);
    },
  );
});

async function drill({ host, tag, installation, ...asked }: DrillAsked): Promise<void> {
  const { url, keyFiles, identityFiles, trustedKeys, ...how } = asked;
  const { signal } = stop;
  const keys = { keyFiles, identityFiles, trustedKeys };
  // it may have changed since the server has started
  if (asked.scratchDir !== undefined) await demandOwnDirectory(asked.scratchDir);
  const repository = await openRepositoryAt(url, { ...keys, mustRead: true, signal });
  try {
    const report = await drillRepository(
      repository,
      {
        ...how,
        of: { host, tag, installation },
        signal,
        onProgress: (progress) => void tell({ progress }),
      },
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
