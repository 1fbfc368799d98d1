// What requests about snapshots in repositories give: which one is asked for, where it lies, and which are to be forgotten.

import { z } from "zod";
import { BY_INSTALLATION, type Grouping, type KeepWish } from "../jobs/policy-of.js";
import type { ToForget } from "../jobs/snapshots.js";
import { FlowgError } from "../platform/errors.js";
import { shown } from "./schemas.js";

export const destination = z
  .string()
  .optional()
  .meta({
    description:
      "The name of the destination in the server's settings. It may be left out if there is only one. Where several jobs have " +
      "a destination of that name, it is `JOB/NAME`.",
  });
export const host = z.string().min(1).max(255).optional().meta({
  description: "Only a snapshot of this host, where several back up into one repository.",
});
export const installation = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .meta({
    description:
      "Only a snapshot of this installation, by its id or the beginning of it, where several share a host name. Each snapshot " +
      "of the list has its own.",
  });
export const snapshot = z.string().min(1).max(64).meta({
  description: "The snapshot's id, the beginning of it, or `latest`.",
});
/** A parameter of the query that may be given several times. */
export const several = <T extends z.ZodType<string>>(one: T, description: string) =>
  z
    .union([one.transform((only) => [only]), z.array(one)])
    .meta(shown({ type: "array", items: { type: "string" }, description }))
    .optional();
export const flag = (description: string, isOn = false) =>
  z.boolean().default(isOn).meta({ description });
export const label = z.string().min(1).max(255);

export const asked = z.strictObject({ snapshot, destination, host, installation });

const kept = z
  .union([z.int().min(1), z.literal("unlimited")])
  .optional()
  .meta({ description: "How many; `unlimited` keeps all." });

export const keep = z
  .strictObject({
    last: kept,
    hourly: kept,
    daily: kept,
    weekly: kept,
    monthly: kept,
    yearly: kept,
    within: z.string().optional().meta({
      description: "All that are at most this much older than the newest: `30d`, `1y6m`.",
    }),
    tags: z.array(label).max(100).optional().meta({ description: "All that have one of these." }),
  })
  .meta({
    description:
      "Rules, as `flowg forget` has them: each keeps the newest snapshot of each period, such as a day, until it has " +
      "kept as many as it says. A snapshot stays if any rule keeps it.",
  });

export interface ForgetInput {
  snapshots?: string[] | undefined;
  keep?: KeepWish | undefined;
  hosts?: string[] | undefined;
  tags?: string[] | undefined;
  groupBy?: Grouping[] | undefined;
  timeZone?: string | undefined;
  allowRemoveAll: boolean;
  prune: boolean;
}

/** @throws INPUT_INVALID */
export function toForget({ snapshots: ids, keep, ...input }: ForgetInput): ToForget {
  const { hosts, tags, groupBy, timeZone, allowRemoveAll, prune } = input;
  if (keep !== undefined) {
    if (ids !== undefined)
      throw new FlowgError("INPUT_INVALID", "snapshots and keep exclude each other");
    const where = { hosts: hosts ?? [], tags: tags ?? [], timeZone: timeZone ?? "UTC" };
    return { policy: { keep, ...where, groupBy: groupBy ?? BY_INSTALLATION } };
  }
  if (ids === undefined)
    throw new FlowgError("INPUT_INVALID", "neither snapshots nor keep says which are to go", {
      hint: "give the ids of what is to go, or rules of what is to stay",
    });
  const ofRules = { hosts, tags, groupBy, timeZone };
  const [of] = Object.entries(ofRules).find(([, value]) => value !== undefined) ?? [];
  if (of !== undefined)
    throw new FlowgError("INPUT_INVALID", `${of} is for keep, and snapshots are named`);
  if (allowRemoveAll && !prune)
    throw new FlowgError("INPUT_INVALID", "allowRemoveAll is for keep or prune");
  if (ids.includes("latest")) throw byLatest();
  return { ids };
}

const byLatest = (): FlowgError =>
  new FlowgError("INPUT_INVALID", "`latest` is another snapshot after each backup", {
    hint: "name the snapshots to forget by their ids",
  });
