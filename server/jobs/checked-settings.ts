// Checks settings, from a file or from flags. Errors give the place, and never a value, which may be secret.

import type * as z from "zod";
import { FlowgError } from "../platform/errors.js";
import { OWN_MESSAGES, type Settings, settingsSchema } from "./settings-schema.js";

/** Tells where something stands, for messages: `flowg.yaml, line 7: jobs.nightly.schedule`. */
export type Where = (path: readonly PropertyKey[]) => string;

/** @throws INPUT_INVALID */
export function parsed(input: unknown, where: Where): Settings {
  // without the input, an issue doesn't tell a wrong value from a missing one
  const result = settingsSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw invalid(result.error.issues.map((issue) => problem(issue, where)).join("; "));
}

function problem(issue: z.core.$ZodIssue, where: Where): string {
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return `${where([...issue.path, key])}: there is no such setting`;
  }
  if (issue.code === "invalid_key") {
    return `${where(issue.path)}: the name ${issue.issues[0]?.message}`;
  }
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  const isOfType = issue.code === "invalid_type" && !OWN_MESSAGES.has(issue.message);
  const why = isOfType ? `must be ${a(issue.expected)}` : issue.message;
  return `${where(issue.path)}: ${isMissing ? "is missing" : why}`;
}

const a = (type: string): string =>
  ({
    object: "a map of settings",
    record: "a map of settings",
    array: "a list",
    int: "a whole number",
    string: "a text",
  })[type] ?? `a ${type}`;

export const invalid = (message: string): FlowgError =>
  new FlowgError("INPUT_INVALID", message, {
    hint: "server/README.md has a file with all settings of jobs",
  });
