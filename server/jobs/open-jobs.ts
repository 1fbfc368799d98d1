// Makes the jobs of a server from a settings file and from flags.

import { FlowgError } from "../platform/errors.js";
import { parsed, type Where } from "./checked-settings.js";
import type { Job } from "./job.js";
import { makeJobs } from "./make-jobs.js";
import type { SettingsInput } from "./settings-schema.js";

export interface JobSources {
  /** Path of a settings file. */
  file?: string | undefined;
  /** The job that flags and variables describe, in the form of the file. */
  flags?: SettingsInput | undefined;
}

export interface OpenedJobs {
  jobs: Job[];
  /** The hosts that the settings file lets alerts call besides public addresses. */
  alertHosts: readonly string[];
}

/** @throws INPUT_INVALID, FILE_UNAVAILABLE */
export async function openJobs({ file, flags }: JobSources): Promise<OpenedJobs> {
  const found: Job[] = [];
  let alertHosts: readonly string[] = [];
  if (file !== undefined) {
    // only now, because the parser of YAML takes a while to load
    const { readSettings } = await import("./settings-file.js");
    const { settings, where } = await readSettings(file);
    alertHosts = settings["alert-allow"] ?? [];
    // where the file names no repository, its jobs take that of the flag
    const { repository } = flags ?? {};
    const shared = repository === undefined ? {} : parsed({ repository }, byFlags);
    found.push(...(await makeJobs({ ...shared, ...settings }, where)));
  }
  if (flags?.jobs !== undefined) found.push(...(await makeJobs(parsed(flags, byFlags), byFlags)));
  const [first, second] = found.filter(({ continuous }) => continuous);
  if (second) {
    throw new FlowgError(
      "INPUT_INVALID",
      `the jobs ${first?.name} and ${second.name} are both continuous`,
      { hint: "one can be: give it several repositories" },
    );
  }
  const names = new Set<string>();
  for (const { name } of found) {
    if (names.has(name)) {
      throw new FlowgError(
        "INPUT_INVALID",
        `the job ${name} is in the settings file, and --backup-schedule makes one of that name`,
        { hint: "give it another name in the file, or leave one of them out" },
      );
    }
    names.add(name);
  }
  return { jobs: found, alertHosts };
}

/** The flags and variables that aren't called `--backup-` and the setting's name. */
const SAID_BY: Readonly<Record<string, string>> = {
  repository: "--repository",
  "repository-key": "--repository-key",
  ping: "FLOWG_BACKUP_PING",
  "drill-ping": "FLOWG_BACKUP_DRILL_PING",
  webhook: "FLOWG_BACKUP_WEBHOOK",
  continuous: "--continuous",
  "max-journal": "--max-journal",
};

/** Names flags instead of places in a file: `--backup-keep-daily` for `jobs.backup.keep.daily`. */
const byFlags: Where = (path) => {
  const [first = "", , ...rest] = path.map(String).filter((part) => !/^\d+$/.test(part));
  const [name = first] = rest;
  const joined = rest.join("-");
  return SAID_BY[joined] ?? SAID_BY[name] ?? `--backup-${joined}`;
};
