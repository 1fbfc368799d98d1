// Gives a salvaged snapshot its name. A salvage replaces nothing, not even a file that was made while it ran.

import { dirname } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { isThere } from "../../platform/files/is-there.js";
import type { StagedFile } from "../../platform/files/staged-file.js";
import { takeFreeName } from "../../platform/files/take-free-name.js";

/** Before the work begins. @throws REFUSED */
export async function demandFreeName(output: string): Promise<void> {
  if (await isThere(output)) throw taken(output, "exists");
}

/** @param file flushed @throws REFUSED, FILE_UNAVAILABLE, DISK_FULL */
export async function publishSalvaged({ path, target }: StagedFile): Promise<void> {
  const isOurs = await takeFreeName(path, target).catch((cause) => {
    throw fileError(cause, "name", target);
  });
  if (!isOurs) throw taken(target, "was made meanwhile");
  await flushDirectory(dirname(target));
}

const taken = (output: string, what: string): FlowgError =>
  new FlowgError("REFUSED", `${output} ${what}, and a salvage replaces nothing`, {
    hint: "give --output a name that is free",
  });
