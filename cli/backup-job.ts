// Reads one backup job from flags and variables of `flowg serve`. Several jobs need the settings file.

import type { JobSources } from "../server/jobs/open-jobs.js";
import { CliError } from "./failure.js";
import { demandNoSecrets, repositoryFlag, repositoryKeys } from "./repository-options.js";
import { secretVariable } from "./secret-variables.js";

const string = (description: string, env: string, valueHint: string) =>
  ({ type: "string", description, env, valueHint }) as const;

const keep = <const Name extends string>(name: Name, description: string) =>
  string(description, `FLOWG_BACKUP_KEEP_${name}`, "COUNT");

export const backupJobFlags = {
  settings: string("file of settings, YAML: several backup jobs", "FLOWG_SETTINGS", "FILE"),
  repository: {
    ...repositoryFlag.repository,
    description:
      "where backup jobs store snapshots: a directory, file:///DIR or s3://BUCKET/PREFIX; may be given several times",
  },
  "repository-key": repositoryKeys["repository-key"],
  "backup-schedule": string(
    "back up into the repository at these times: a cron expression, as 15 3 * * *",
    "FLOWG_BACKUP_SCHEDULE",
    "CRON",
  ),
  continuous: {
    type: "boolean",
    description:
      "store each change in the repository as well, about a second later; without --backup-schedule, a snapshot each hour",
    env: "FLOWG_CONTINUOUS",
  },
  "max-journal": string(
    "largest journal of each database, in which --continuous keeps changes while the repository can't be reached: 1GiB; 256MiB unless given",
    "FLOWG_MAX_JOURNAL",
    "SIZE",
  ),
  "backup-time-zone": string(
    "time zone of --backup-schedule, and of the days to keep: Europe/Berlin; UTC unless given",
    "FLOWG_BACKUP_TIME_ZONE",
    "ZONE",
  ),
  "backup-jitter": string(
    "begin up to this much later, by chance: 10m",
    "FLOWG_BACKUP_JITTER",
    "TIME",
  ),
  "backup-overdue-after": string(
    "tell that a backup is overdue when it is this late; 1h unless given",
    "FLOWG_BACKUP_OVERDUE_AFTER",
    "TIME",
  ),
  "backup-tag": {
    ...string(
      "a word that the snapshots keep; may be given several times",
      "FLOWG_BACKUP_TAG",
      "TAG",
    ),
    many: true,
  },
  "backup-host": string(
    "name of the host of these databases; this machine's name unless given",
    "FLOWG_BACKUP_HOST",
    "NAME",
  ),
  "backup-object-lock": string(
    "for how long nobody can remove a snapshot from its bucket: 30d",
    "FLOWG_BACKUP_OBJECT_LOCK",
    "TIME",
  ),
  "backup-object-lock-mode": string(
    "governance, which users with a special right can end, or compliance, which nobody can end; " +
      "governance unless given",
    "FLOWG_BACKUP_OBJECT_LOCK_MODE",
    "MODE",
  ),
  "backup-keep-last": keep(
    "LAST",
    "after a backup remove older snapshots, but keep this many of the newest",
  ),
  "backup-keep-hourly": keep("HOURLY", "keep the newest of each hour, for this many hours"),
  "backup-keep-daily": keep("DAILY", "the same for days"),
  "backup-keep-weekly": keep("WEEKLY", "the same for weeks"),
  "backup-keep-monthly": keep("MONTHLY", "the same for months"),
  "backup-keep-yearly": keep("YEARLY", "the same for years"),
  "backup-keep-within": string(
    "keep all that are at most this much older than the newest: 30d",
    "FLOWG_BACKUP_KEEP_WITHIN",
    "SPAN",
  ),
  "backup-identity": string(
    "identity file, which reads all backups; needed only to remove older snapshots and to drill",
    "FLOWG_BACKUP_IDENTITY_FILE",
    "FILE",
  ),
  "backup-drill-schedule": string(
    "at these times restore the newest snapshot into a scratch directory to prove that it works: a cron expression",
    "FLOWG_BACKUP_DRILL_SCHEDULE",
    "CRON",
  ),
  "backup-drill-each-age": {
    type: "boolean",
    description: "also drill one snapshot each of about a day, a week, a month and a year ago",
    env: "FLOWG_BACKUP_DRILL_EACH_AGE",
  },
  "backup-drill-scratch-dir": string(
    "directory that drills restore into; ~/.cache/flowg/drills or $TMPDIR unless given",
    "FLOWG_BACKUP_DRILL_SCRATCH_DIR",
    "DIR",
  ),
  "backup-drill-overdue-after": string(
    "tell that a drill is overdue when it is this late; 1d unless given",
    "FLOWG_BACKUP_DRILL_OVERDUE_AFTER",
    "TIME",
  ),
} as const;

const COUNTS = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

export interface BackupJobValues {
  settings: string | undefined;
  repository: readonly string[];
  "repository-key": readonly string[];
  "backup-schedule": string | undefined;
  continuous: boolean;
  "max-journal": string | undefined;
  "backup-time-zone": string | undefined;
  "backup-jitter": string | undefined;
  "backup-overdue-after": string | undefined;
  "backup-tag": readonly string[];
  "backup-host": string | undefined;
  "backup-object-lock": string | undefined;
  "backup-object-lock-mode": string | undefined;
  "backup-keep-within": string | undefined;
  "backup-identity": string | undefined;
  "backup-drill-schedule": string | undefined;
  "backup-drill-each-age": boolean;
  "backup-drill-scratch-dir": string | undefined;
  "backup-drill-overdue-after": string | undefined;
}

type Values = BackupJobValues &
  Record<`backup-keep-${(typeof COUNTS)[number]}`, string | undefined>;

/**
 * Makes the settings of the job. The server checks them.
 * @throws USAGE, FILE_UNAVAILABLE
 */
export async function backupJobSources(args: Values): Promise<JobSources> {
  for (const url of args.repository) demandNoSecrets(url);
  const schedule = args["backup-schedule"];
  const repository = args.repository.length > 0 ? { repository: [...args.repository] } : {};
  const file = args.settings;
  const { continuous } = args;
  if (schedule === undefined && !continuous) {
    demandNothingElse(args);
    return { file, flags: repository };
  }
  const key = args["repository-key"];
  const ping = await secretVariable("FLOWG_BACKUP_PING");
  const webhook = await secretVariable("FLOWG_BACKUP_WEBHOOK");
  const counts = COUNTS.map((name) => [name, count(args[`backup-keep-${name}`])]);
  const keep = present({
    ...Object.fromEntries(counts),
    within: args["backup-keep-within"],
  });
  const drill = await drillOf(args);
  const job = {
    ...repository,
    ...(continuous ? { continuous } : {}),
    ...present({
      schedule,
      "max-journal": args["max-journal"],
      "time-zone": args["backup-time-zone"],
      jitter: args["backup-jitter"],
      "overdue-after": args["backup-overdue-after"],
      host: args["backup-host"],
      "object-lock": args["backup-object-lock"],
      "object-lock-mode": args["backup-object-lock-mode"],
      identity: args["backup-identity"],
      ping,
    }),
    ...(webhook === undefined ? {} : { webhook: { url: webhook } }),
    ...(key.length > 0 ? { "repository-key": [...key] } : {}),
    ...(args["backup-tag"].length > 0 ? { tags: [...args["backup-tag"]] } : {}),
    ...(Object.keys(keep).length > 0 ? { keep } : {}),
    ...(drill && { drill }),
  };
  return { file, flags: { ...repository, jobs: { backup: job } } };
}

/** @throws USAGE, FILE_UNAVAILABLE */
async function drillOf(args: Values) {
  const schedule = args["backup-drill-schedule"];
  if (schedule === undefined) {
    demandNone(
      args,
      (name) => name.startsWith("backup-drill-"),
      "not --backup-drill-schedule: nothing is drilled",
    );
    return undefined;
  }
  return {
    schedule,
    ...(args["backup-drill-each-age"] ? { "each-age": true } : {}),
    ...present({
      "scratch-dir": args["backup-drill-scratch-dir"],
      "overdue-after": args["backup-drill-overdue-after"],
      ping: await secretVariable("FLOWG_BACKUP_DRILL_PING"),
    }),
  };
}

/** Leaves a text that isn't a number to the server, which refuses it. */
const count = (text: string | undefined) =>
  text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : text;

const present = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** @throws USAGE */
const demandNothingElse = (args: Values): void =>
  demandNone(
    args,
    (name) => name.startsWith("backup-") || name === "max-journal",
    "neither --backup-schedule nor --continuous: nothing is backed up",
  );

/** @throws USAGE if one of these flags is given, since none has an effect alone */
function demandNone(args: Values, isOne: (flag: string) => boolean, why: string): void {
  const isGiven = (value: unknown) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  const given = Object.entries(args).find(([name, value]) => isOne(name) && isGiven(value));
  if (!given) return;
  throw new CliError(
    "USAGE",
    `--${given[0]} is given, but ${why}`,
    "give it as well, '15 3 * * *' say, or write a job into the file of --settings",
  );
}
