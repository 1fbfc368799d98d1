// Parts of the schemas of reports.

import { z } from "zod";
import type { Fault } from "../platform/errors.js";

/** The members of a schema for T. Use it with `satisfies`, so that the schema misses no field of T: an answer would lose it. */
export type Schema<T> = Record<keyof T, z.ZodType>;

export const time = (description: string) =>
  z.string().meta({ description, override: { format: "date-time" } });

export const count = (description: string) => z.int().meta({ description });

export const fault = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
} satisfies Schema<Fault>);
