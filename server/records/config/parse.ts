// Checks input by a schema, and says where it is wrong.

import type * as z from "zod";
// by its name: to take it out of `z.core` bundles all of zod, with its sixty languages
import { toDotPath } from "zod/v4/core";
import { FlowgError } from "../../platform/errors.js";
import { issueSentence } from "../../platform/messages/sentences.js";

/** @throws INPUT_INVALID, its details hold the `issues`: path and message of each */
export function parseInput<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({
    path: toDotPath(path),
    message,
  }));
  const [first] = issues;
  throw new FlowgError(
    "INPUT_INVALID",
    `the ${what} is wrong: ${first ? issueSentence(first) : ""}`,
    {
      details: { issues },
    },
  );
}
