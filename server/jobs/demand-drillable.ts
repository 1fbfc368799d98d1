// Refuses to start a server whose drills could not read their repositories, so that nobody learns it from a drill that fails
// one night. Only the repository tells whether it can be read: where it is out of reach, the server starts.

import { FlowgError } from "../platform/errors.js";
import { openRepositoryAt } from "../repository/open-at.js";
import type { Destination, Job } from "./job.js";

/** A server's start waits this long for a repository that doesn't answer. */
const PATIENCE_MS = 10_000;

/** @throws IDENTITY_REQUIRED, FILE_UNAVAILABLE, INPUT_INVALID */
export async function demandDrillable(jobs: readonly Job[]): Promise<void> {
  const drilled = jobs.filter(({ drill }) => drill);
  if (drilled.length === 0) return;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  await Promise.all(
    drilled.flatMap((job) => job.destinations.map((one) => demandReadable(job, one, signal))),
  );
}

async function demandReadable(
  { name, keys }: Job,
  { url, place }: Destination,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { place: opened } = await openRepositoryAt(url, { ...keys, mustRead: true, signal });
    await opened.close();
  } catch (error) {
    if (!(error instanceof FlowgError)) throw error;
    if (error.code === "IDENTITY_REQUIRED") throw cannotRead({ name, place, keys }, error);
    if (OF_SETTINGS.has(error.code)) {
      const { code, message, hint } = error;
      throw new FlowgError(code, `the drill of job ${name} in ${place}: ${message}`, {
        hint,
        cause: error,
      });
    }
  }
}

/** Codes of mistakes in the settings, which no later try mends. */
const OF_SETTINGS: ReadonlySet<string> = new Set(["FILE_UNAVAILABLE", "INPUT_INVALID"]);

function cannotRead(
  { name, place, keys }: Pick<Job, "name" | "keys"> & { place: string },
  cause: FlowgError,
): FlowgError {
  const why =
    keys.identityFiles.length === 0
      ? "the job has no identity that reads it"
      : "no identity of the job opens it";
  return new FlowgError(
    "IDENTITY_REQUIRED",
    `the job ${name} has a drill, and a drill must read: ${place} is encrypted, and ${why}`,
    {
      hint: "best leave the drill out here, and run `flowg drill` by cron or systemd on a machine that has the identity: then an attacker who takes over this server can't read the backups. Or give the job an identity: `identity` in the file of --settings, or --backup-identity",
      cause,
    },
  );
}
