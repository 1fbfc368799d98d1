// The repositories of the server's settings, by the names that clients know. The server takes no URL from clients.

import { FlowgError } from "../platform/errors.js";
import { nearName } from "../platform/messages/near-name.js";
import type { Job, RepositoryAccess } from "./job.js";

export interface KnownDestination {
  /** The destination's own name, or `JOB/NAME` where two jobs give different places the same name. */
  name: string;
  url: string;
  place: string;
  /** The keys of all jobs that store there. */
  keys: RepositoryAccess;
  /** The host of the first of these jobs. */
  host: string;
  jobs: string[];
}

export class Destinations {
  readonly #known: readonly KnownDestination[];

  constructor(jobs: readonly Job[]) {
    this.#known = knownOf(jobs);
  }

  /** Destinations in the order of the settings. */
  all(): readonly KnownDestination[] {
    return this.#known;
  }

  /**
   * @param name may be left out where there is only one
   * @throws NOT_FOUND, INPUT_INVALID where several match
   */
  find(name: string | undefined): KnownDestination {
    const [only] = this.#known;
    if (!only) throw none();
    const names = this.#known.map((one) => one.name);
    if (name === undefined) {
      if (names.length === 1) return only;
      throw new FlowgError("INPUT_INVALID", "this server has several destinations", {
        hint: `say which: ${names.join(", ")}`,
      });
    }
    const found = this.#known.find((one) => one.name === name);
    if (found) return found;
    const longer = names.filter((one) => one.endsWith(`/${name}`));
    if (longer.length > 0) {
      throw new FlowgError("INPUT_INVALID", `several jobs have a destination ${name}`, {
        hint: `say which: ${longer.join(", ")}`,
      });
    }
    const near = nearName(name, names);
    throw new FlowgError("NOT_FOUND", `there is no destination ${JSON.stringify(name)}`, {
      hint:
        near === undefined ? `the destinations are ${names.join(", ")}` : `did you mean ${near}?`,
    });
  }

  /**
   * The destinations that are named, or those that a job stores in.
   * @throws NOT_FOUND, INPUT_INVALID
   */
  several(names: readonly string[] | undefined, job: string | undefined): KnownDestination[] {
    if (this.#known.length === 0) throw none();
    if (names && names.length > 0) return [...new Set(names)].map((name) => this.find(name));
    if (job === undefined) return [this.find(undefined)];
    const found = this.#known.filter(({ jobs }) => jobs.includes(job));
    if (found.length > 0) return found;
    const jobs = [...new Set(this.#known.flatMap((one) => one.jobs))];
    throw new FlowgError("NOT_FOUND", `there is no job ${JSON.stringify(job)}`, {
      hint: `the jobs are ${jobs.join(", ")}`,
    });
  }
}

const none = (): FlowgError =>
  new FlowgError("NOT_FOUND", "this server knows no repositories", {
    hint: "its repositories are the destinations of its jobs: flowg serve --settings, or --backup-schedule",
  });

function knownOf(jobs: readonly Job[]): KnownDestination[] {
  const byPlace = new Map<string, KnownDestination & { own: string }>();
  for (const { name: job, destinations, keys, host } of jobs) {
    for (const { name, url, place } of destinations) {
      const known = byPlace.get(`${name}\n${place}`);
      if (known) {
        known.jobs.push(job);
        known.keys = together(known.keys, keys);
      } else
        byPlace.set(`${name}\n${place}`, { name, own: name, url, place, keys, host, jobs: [job] });
    }
  }
  const all = [...byPlace.values()];
  const isShared = (own: string) => all.filter((one) => one.own === own).length > 1;
  return all.map(({ own, ...one }) => ({
    ...one,
    name: isShared(own) ? `${one.jobs[0]}/${own}` : own,
  }));
}

const together = (a: RepositoryAccess, b: RepositoryAccess): RepositoryAccess => ({
  keyFiles: [...new Set([...a.keyFiles, ...b.keyFiles])],
  identityFiles: [...new Set([...a.identityFiles, ...b.identityFiles])],
  trustedKeys: [...new Set([...a.trustedKeys, ...b.trustedKeys])],
});
