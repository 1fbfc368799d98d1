// Follows a task of a server to its end. It shows the progress, and the outcome decides the exit code.

import type { FlowgClient, Task, TaskProgress } from "../sdk/index.js";
import type { Progress } from "../server/records/reports.js";
import { EXIT_CODES } from "./exit-codes.js";
import { type AnyCode, CliError } from "./failure.js";
import type { Output } from "./output/output.js";
import { taskText } from "./output/report/tasks.js";
import type { Result } from "./output/result.js";

export interface Followed {
  client: FlowgClient;
  output: Output;
  signal: AbortSignal;
}

/** @throws what the SDK throws; a stop leaves the task running, and says so */
export async function followTask(
  id: string,
  { client, output, signal }: Followed,
): Promise<Result> {
  const onProgress = progressOn(output);
  const task = await client.tasks.wait(id, { signal, onProgress }).catch((error: unknown) => {
    if (signal.aborted) output.remark(`the task goes on: flowg tasks watch ${id}`);
    throw error;
  });
  const failure = failureOf(task);
  return {
    json: { task },
    text: taskText(task, output.tableWidth),
    essential: true,
    ...(failure && { failure }),
  };
}

const PHASES: ReadonlySet<string> = new Set<Progress["phase"]>([
  "reading",
  "verifying",
  "importing",
  "restoring",
  "finishing",
]);

function progressOn(output: Output): (progress: TaskProgress) => void {
  let told: string | undefined;
  return ({ phase, database, records = 0, totalRecords }) => {
    if (database !== undefined && PHASES.has(phase)) {
      const total = totalRecords === undefined ? {} : { totalRecords };
      output.progress.update({ database, phase, records, bytes: 0, ...total } as Progress);
    } else if (phase !== told) output.remark(`${phase} …`);
    told = phase;
  };
}

/** The error of a command whose task has not succeeded. */
function failureOf({ id, kind, target, state, error, outcome }: Task): CliError | undefined {
  if (state === "succeeded") return undefined;
  const what = `the ${kind} of ${target}`;
  if (state === "cancelled") return new CliError("CANCELLED", `${what} was cancelled`);
  if (state === "cut")
    return new CliError("BUSY", `${what} was cut: the server ended`, error?.hint);
  const isPartly = kind === "job" && outcome?.outcome === "partial";
  const known = Object.hasOwn(EXIT_CODES, error?.code ?? "") ? (error?.code as AnyCode) : "BUSY";
  const code = isPartly ? "PARTLY_STORED" : kind === "drill" ? drillCode(known) : known;
  const why = error?.message ?? "it doesn't say why";
  return new CliError(
    code,
    `${what} failed: ${why}`,
    error?.hint ?? `flowg tasks show ${id} has all`,
  );
}

/** The code of a failed drill: any damage that it found counts as DRILL_FAILED. */
const drillCode = (code: AnyCode): AnyCode =>
  /^(SNAPSHOT|DATABASE)_|^REPOSITORY_DAMAGED$|^SIGNATURE_REFUSED$/.test(code)
    ? "DRILL_FAILED"
    : code;
