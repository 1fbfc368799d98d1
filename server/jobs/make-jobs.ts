// Makes jobs from the settings. The server checks everything when it starts: a mistake must not wait for the night.

import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, resolve } from "node:path";
import { demandOwnDirectory } from "../operations/drill/scratch.js";
import { FlowgError } from "../platform/errors.js";
import { isHttpUrl } from "../records/config/http-parts.js";
import { lockWish } from "../repository/object-lock/lock-wish.js";
import { demandLocks } from "../repository/object-lock/locking.js";
import { openPlace } from "../repository/places/open-place.js";
import { Calendar } from "../repository/retention/calendar.js";
import type { Where } from "./checked-settings.js";
import type { Destination, Drill, Job, Retention, Tell } from "./job.js";
import { policyOf } from "./policy-of.js";
import { Schedule } from "./schedule.js";
import type { JobSettings, Settings } from "./settings-schema.js";

const OVERDUE_AFTER_MS = 60 * 60 * 1000;
/** A drill takes as long as a restore, and waits for other drills. */
const DRILL_OVERDUE_AFTER_MS = 24 * 60 * 60 * 1000;
/** The default schedule of a continuous job: with hourly snapshots, few deltas follow each of them. */
const CONTINUOUS_SCHEDULE = "0 * * * *";
const MAX_JOURNAL = 256 * 1024 * 1024;

/** @throws INPUT_INVALID, FILE_UNAVAILABLE, with the place of the mistake */
export async function makeJobs(settings: Settings, where: Where): Promise<Job[]> {
  const { jobs = {}, repository, "alert-allow": _, ...defaults } = settings;
  const made: Job[] = [];
  for (const [name, own] of Object.entries(jobs)) {
    const said = { ...defaults, ...(repository && { repository }), ...own };
    made.push(await makeJob(name, said, (path) => where(["jobs", name, ...path])));
  }
  return made;
}

async function makeJob(name: string, said: JobSettings, where: Where): Promise<Job> {
  const host = said.host ?? hostname();
  const timeZone = said["time-zone"] ?? "UTC";
  const at = <T>(path: string, make: () => T): T => inPlace(where([path]), make);
  at("time-zone", () => new Calendar(timeZone));
  return {
    name,
    schedule: scheduled(
      { expression: () => scheduleOf(said), timeZone, jitterMs: said.jitter },
      { seed: `${host}\n${name}`, where },
    ),
    destinations: await destinationsOf(said, where(["repository"])),
    keys: {
      keyFiles: said["repository-key"] ?? [],
      identityFiles: said.identity ?? [],
      trustedKeys: said["trusted-key"] ?? [],
    },
    tags: said.tags ?? [],
    host,
    objectLock: at("object-lock", () => lockOf(said)),
    keep: said.keep && at("keep", () => retentionOf(said.keep as Keep, timeZone)),
    continuous: at("max-journal", () => continuousOf(said)),
    overdueAfterMs: said["overdue-after"] ?? OVERDUE_AFTER_MS,
    tell: await tellOf(said, where),
    drill: said.drill && (await drillOf(said.drill, { name, host, timeZone, where })),
  };
}

/** @throws INPUT_INVALID, FILE_UNAVAILABLE */
async function drillOf(
  said: NonNullable<JobSettings["drill"]>,
  job: { name: string; host: string; timeZone: string; where: Where },
): Promise<Drill> {
  const where: Where = (path) => job.where(["drill", ...path]);
  const timeZone = said["time-zone"] ?? job.timeZone;
  const { "scratch-dir": scratchDir } = said;
  inPlace(where(["time-zone"]), () => new Calendar(timeZone));
  return {
    schedule: scheduled(
      { expression: () => said.schedule, timeZone, jitterMs: said.jitter },
      { seed: `drill\n${job.host}\n${job.name}`, where },
    ),
    eachAge: said["each-age"] ?? false,
    scratchDir: scratchDir && (await directoryAt(scratchDir, where(["scratch-dir"]))),
    overdueAfterMs: said["overdue-after"] ?? DRILL_OVERDUE_AFTER_MS,
    ping: await secretOf({ given: said.ping, file: said["ping-file"] }, where(["ping-file"])),
  };
}

interface Timing {
  expression: () => string;
  timeZone: string;
  jitterMs: number | undefined;
}

/** @throws INPUT_INVALID */
function scheduled(
  { expression, timeZone, jitterMs = 0 }: Timing,
  { seed, where }: { seed: string; where: Where },
): Schedule {
  const schedule = inPlace(
    where(["schedule"]),
    () => new Schedule({ expression: expression(), timeZone, jitterMs, seed }),
  );
  inPlace(where(["jitter"]), () => schedule.demandShortJitter());
  return schedule;
}

/** @throws FILE_UNAVAILABLE */
async function directoryAt(given: string, where: string): Promise<string> {
  const path = resolve(given);
  try {
    await demandOwnDirectory(path);
    return path;
  } catch (error) {
    throw placed(where, error);
  }
}

/** Finds the expression of the job's schedule. @throws INPUT_INVALID */
function scheduleOf({ schedule, continuous }: JobSettings): string {
  if (schedule !== undefined) return schedule;
  if (continuous) return CONTINUOUS_SCHEDULE;
  throw new FlowgError("INPUT_INVALID", "is missing", {
    hint: "say when it runs: `15 3 * * *` is each night at a quarter past three",
  });
}

/**
 * The settings of a continuous job.
 * @throws INPUT_INVALID
 */
function continuousOf({
  continuous,
  "max-journal": maxJournal = continuous ? MAX_JOURNAL : undefined,
}: JobSettings): Job["continuous"] {
  if (continuous && maxJournal !== undefined) return { maxJournal };
  if (maxJournal === undefined) return undefined;
  throw new FlowgError("INPUT_INVALID", "is given, but the job is not continuous", {
    hint: "add `continuous: true`, or leave it out",
  });
}

async function destinationsOf(
  { repository = [], "object-lock": lockMs }: JobSettings,
  where: string,
): Promise<Destination[]> {
  if (repository.length === 0) {
    throw new FlowgError("INPUT_INVALID", `${where}: is missing`, {
      hint: "say where the backups go: a directory, file:///DIR or s3://BUCKET/PREFIX",
    });
  }
  const isLocked = lockMs !== undefined;
  const found: Destination[] = [];
  for (const one of repository) {
    const { url, name = nameOf(url) } = typeof one === "string" ? { url: one } : one;
    const place = await placeNamed(url, { where, isLocked });
    if (found.some((other) => isSamePlace(other, { url, place }))) {
      throw new FlowgError("INPUT_INVALID", `${where}: names ${place} twice`, {
        hint: "name each repository once: another `flowg repository init` makes a second one",
      });
    }
    let unique = name;
    for (let n = 2; found.some((other) => other.name === unique); n++) unique = `${name}-${n}`;
    found.push({ name: unique, url, place });
  }
  return found;
}

type Placed = Pick<Destination, "url" | "place">;

/** The name of a bucket doesn't tell the store that it is in. */
const isSamePlace = (one: Placed, other: Placed): boolean =>
  one.url === other.url || (one.place === other.place && !other.url.startsWith("s3:"));

/**
 * Finds the name of a place for errors, and sends nothing. It refuses a text that doesn't name a place, or holds a password.
 */
async function placeNamed(
  url: string,
  { where, isLocked }: { where: string; isLocked: boolean },
): Promise<string> {
  try {
    const place = await openPlace(url);
    await place.close();
    if (isLocked) demandLocks(place);
    return place.name;
  } catch (error) {
    throw placed(where, error);
  }
}

/** The name for clients, who may not see the path of a directory or the query of an address. */
function nameOf(url: string): string {
  const bare = url.replace(/[?#].*$/, "").replace(/\/+$/, "");
  return bare.startsWith("s3://") ? bare : basename(bare) || "root";
}

function lockOf({ "object-lock": periodMs, "object-lock-mode": mode }: JobSettings) {
  if (periodMs !== undefined) return lockWish(periodMs, mode ?? "governance", "object-lock");
  if (mode === undefined) return undefined;
  throw new FlowgError("INPUT_INVALID", "object-lock-mode is given, but not object-lock", {
    hint: "say for how long, as object-lock: 30d; else leave the mode out",
  });
}

type Keep = NonNullable<JobSettings["keep"]>;

function retentionOf(keep: Keep, timeZone: string): Retention {
  const policy = policyOf(keep);
  return { policy, calendar: new Calendar(keep["time-zone"] ?? timeZone), prune: keep.prune };
}

async function tellOf(said: JobSettings, where: Where): Promise<Tell> {
  const webhooks: { url: string; headers: Record<string, string> }[] = [];
  for (const one of said.webhook ?? []) {
    const url = await secretOf({ given: one.url, file: one["url-file"] }, where(["webhook"]));
    if (url === undefined) {
      throw new FlowgError("INPUT_INVALID", `${where(["webhook"])}: has neither url nor url-file`);
    }
    const { headers = {} } = one;
    inPlace(where(["webhook"]), () => new Headers(headers));
    webhooks.push({ url, headers });
  }
  const ping = await secretOf({ given: said.ping, file: said["ping-file"] }, where(["ping-file"]));
  return { webhooks, ping };
}

/** A URL from the settings, or from the file that they name. @throws INPUT_INVALID, FILE_UNAVAILABLE */
async function secretOf(
  { given, file }: { given: string | undefined; file: string | undefined },
  where: string,
): Promise<string | undefined> {
  if (file === undefined) return given;
  if (given !== undefined)
    throw new FlowgError(
      "INPUT_INVALID",
      `${where}: give the URL or a file that holds it, not both`,
    );
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new FlowgError("FILE_UNAVAILABLE", `${where}: ${file} can't be read`, { cause });
  });
  const url = text.trim();
  if (isHttpUrl(url)) return url;
  throw new FlowgError("INPUT_INVALID", `${where}: ${file} holds no http or https URL`);
}

function inPlace<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw placed(where, error);
  }
}

function placed(where: string, error: unknown): FlowgError {
  if (error instanceof FlowgError) {
    const { code, message, hint } = error;
    return new FlowgError(code, `${where}: ${message}`, { hint, cause: error });
  }
  // the error of `Headers` may repeat a secret
  return new FlowgError("INPUT_INVALID", `${where}: a header can't be sent as it is`, {
    hint: "its name or its value holds characters that HTTP doesn't allow",
  });
}
