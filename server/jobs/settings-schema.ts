// The schema of the settings of jobs, for the file and for flags.

import * as z from "zod";
import { isHostOrRange } from "../operations/webhooks/allowed-hosts.js";
import { sizeBytes } from "../platform/size.js";
import { isHttpUrl } from "../records/config/http-parts.js";
import { nameProblem } from "../records/names.js";
import { LOCK_MODES } from "../repository/places/place.js";
import { COUNTED, type Policy } from "../repository/retention/policy.js";
import { durationMs } from "./duration.js";

const NAME_MAX_BYTES = 100;

const label = z.string().superRefine((text, context) => {
  const problem =
    nameProblem(text, NAME_MAX_BYTES) ?? (text.includes(",") ? "holds a comma" : undefined);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

const NO_DURATION = "isn't a time: write 30s, 10m, 2h or 1d";
const duration = z.string({ error: NO_DURATION }).transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: NO_DURATION });
  return z.NEVER;
});

const NO_SIZE = "isn't a size: write it as 256MiB";
/** Messages that say better than a type what a value must be. */
export const OWN_MESSAGES: ReadonlySet<string> = new Set([NO_DURATION, NO_SIZE]);

const size = z
  .union([z.int().min(1), z.string()], { error: NO_SIZE })
  .transform((given, context) => {
    const bytes = typeof given === "number" ? given : sizeBytes(given);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: "custom", message: NO_SIZE });
    return z.NEVER;
  });

const path = z.string().min(1);
/** One, or a list of several. */
const several = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one).min(1)], {
    error: "must be one, or a list of at least one",
  });

const place = z.union(
  [z.string().min(1), z.strictObject({ name: label.optional(), url: z.string().min(1) })],
  { error: "must be a directory, file:///DIR or s3://BUCKET/PREFIX, or `name` and `url` of one" },
);

const count = z.union([z.int().min(1), z.literal("unlimited")], {
  error: "must be a number of at least 1, or `unlimited`",
});

const keep = z.strictObject({
  ...(Object.fromEntries(COUNTED.map((name) => [name, count.optional()])) as Record<
    (typeof COUNTED)[number],
    z.ZodOptional<typeof count>
  >),
  within: z.string().optional(),
  tags: z.array(label).optional(),
  "time-zone": z.string().optional(),
  prune: z.boolean().default(true),
} satisfies Record<keyof Policy | "time-zone" | "prune", z.ZodType>);

const url = z.string().refine(isHttpUrl, { error: "must be an http or https URL" });

const webhook = z.strictObject({
  url: url.optional(),
  "url-file": path.optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const shared = {
  "repository-key": several(path).optional(),
  identity: several(path).optional(),
  "trusted-key": several(z.string()).optional(),
  host: label.optional(),
  "time-zone": z.string().optional(),
  jitter: duration.optional(),
  "overdue-after": duration.optional(),
  "object-lock": duration.optional(),
  "object-lock-mode": z.enum(LOCK_MODES).optional(),
  webhook: several(webhook).optional(),
};

const drill = z.strictObject({
  schedule: z.string(),
  "time-zone": z.string().optional(),
  jitter: duration.optional(),
  "each-age": z.boolean().optional(),
  "scratch-dir": path.optional(),
  "overdue-after": duration.optional(),
  ping: url.optional(),
  "ping-file": path.optional(),
});

export const jobSchema = z.strictObject({
  ...shared,
  schedule: z.string().optional(),
  continuous: z.boolean().optional(),
  "max-journal": size.optional(),
  repository: several(place).optional(),
  tags: z.array(label).optional(),
  keep: keep.optional(),
  drill: drill.optional(),
  ping: url.optional(),
  "ping-file": path.optional(),
});

/** zod silently drops this key from a record, so a job of that name would never run. */
const LEFT_OUT = "__proto__";

const jobs = z
  .unknown()
  .superRefine((given, context) => {
    if (typeof given === "object" && given !== null && Object.hasOwn(given, LEFT_OUT))
      context.addIssue({ code: "custom", path: [LEFT_OUT], message: "give it another name" });
  })
  .pipe(z.record(label, jobSchema));

const allowed = z.string().refine(isHostOrRange, {
  error: "must be a host, an address or a range: hooks.internal, 10.0.0.0/8",
});

export const settingsSchema = z.strictObject({
  ...shared,
  "alert-allow": several(allowed).optional(),
  repository: several(place).optional(),
  jobs: jobs.optional(),
});

export type JobSettings = z.output<typeof jobSchema>;
export type Settings = z.output<typeof settingsSchema>;
/** A job before parsing, as a flag or file gives it. */
export type JobInput = z.input<typeof jobSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;
