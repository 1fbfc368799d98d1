// Looks at the outcome first, then changes the database. No write comes in between.

import { FlowgError } from "../../platform/errors.js";
import { type AuthOutcome, type Look, type LookOptions, lookAt } from "./access-look.js";

export interface LookThenChange extends LookOptions {
  /** Changes nothing. */
  dryRun: boolean;
  /** The action's name in messages: `"the restore"`. */
  what: string;
}

/** How often a look is repeated when another commit has overtaken it. */
const TRIES = 5;

/**
 * @param outcome the outcome for an auth database; other databases need none
 * @param work carries it out, or a dry run of it
 * @throws what `authorize` and `work` throw; REFUSED with the report in `details.report`, where it changes access; nothing is
 * changed then
 */
export async function lookThenChange<Report>(
  options: LookThenChange,
  outcome: AuthOutcome | undefined,
  work: (isDry: boolean, look: Look) => Promise<Report>,
): Promise<Report> {
  for (let tries = 1; ; tries++) {
    try {
      return await lookOnce(options, outcome, work);
    } catch (error) {
      const overtaken = error instanceof FlowgError && error.code === "CONFLICT";
      if (!overtaken || tries === TRIES) throw error;
    }
  }
}

async function lookOnce<Report>(
  options: LookThenChange,
  outcome: AuthOutcome | undefined,
  work: (isDry: boolean, look: Look) => Promise<Report>,
): Promise<Report> {
  if (options.dryRun) return work(true, await lookAt(options, outcome));
  // excludes other writes between the look and the change, or a client that writes in a loop could put it off for ever
  const done = await options.database.exclude(async () => {
    const look = await lookAt(options, outcome);
    return look.refusal === undefined ? { report: await work(false, look) } : { look };
  });
  if ("report" in done) return done.report;
  const { refusal } = done.look;
  throw new FlowgError("REFUSED", `${options.what} changes who may do what: ${refusal?.why}`, {
    hint: refusal?.hint,
    details: { report: await work(true, done.look) },
  });
}
