// An error in a settings file names the line, and repeats nothing of the file, because that may be secret.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJobs } from "../../server/jobs/open-jobs.js";
// zod's messages are as in a server, which always loads these
import "../../server/platform/messages/sentences.js";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-settings-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function opened(text: string) {
  const file = join(home, "flowg.yaml");
  await writeFile(file, text);
  return (await openJobs({ file })).jobs;
}

const TEN = (what: string) => `[${Array(10).fill(what).join(", ")}]`;

test.each([
  ["an alias of nothing", "jobs: *n\n", "flowg.yaml: an alias"],
  [
    "aliases that stand for more and more",
    `a: &a ${TEN("x")}\nb: &b ${TEN("*a")}\nc: &c ${TEN("*b")}\nd: ${TEN("*c")}\n`,
    "flowg.yaml: its aliases make it far larger than it is",
  ],
  [
    "brackets without end",
    `jobs:\n  n: ${"[".repeat(100_000)}`,
    "line 2: it is nested deeper than",
  ],
  [
    "braces in braces",
    `host: h\na: ${"{s3cret: ".repeat(5_000)}1${"}".repeat(5_000)}\n`,
    "line 2: it is nested deeper than",
  ],
  [
    "lists in lists",
    `host: h\na:\n  ${"- ".repeat(5_000)}s3cret\n`,
    "line 3: it is nested deeper than",
  ],
  [
    "keys that are maps",
    `host: h\n${"? ".repeat(5_000)}s3cret\n`,
    "line 2: it is nested deeper than",
  ],
  [
    "maps in maps",
    Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}s3cret:`).join("\n"),
    "line 52: it is nested deeper than",
  ],
  ["a list", "- s3cret\n", "flowg.yaml, line 1: the file: must be a map of settings"],
  ["no map of jobs", "host: h\njobs: s3cret\n", "line 2: jobs: must be a map of settings"],
  [
    "a value of another type",
    "jobs:\n  n:\n    schedule: 5\n",
    "line 3: jobs.n.schedule: must be a text",
  ],
  ["a time without its unit", "host: h\njitter: 5\n", "line 2: jitter: isn't a time: write 30s"],
  [
    "a size that is a list",
    "jobs:\n  n:\n    max-journal: [s3cret]\n",
    "line 3: jobs.n.max-journal: isn't a size: write it as 256MiB",
  ],
  [
    "a jitter beyond the next run",
    "jobs:\n  n:\n    schedule: 0 3,4 * * *\n    jitter: 2h\n    repository: /r\n",
    "line 4: jobs.n.jitter: is longer than the time between two runs, which can be 60 minutes",
  ],
  [
    "a drill's jitter beyond the next run",
    "jobs:\n  n:\n    schedule: '@daily'\n    repository: /r\n    drill:\n      schedule: '@hourly'\n      jitter: 2h\n",
    "line 7: jobs.n.drill.jitter: is longer than the time between two runs",
  ],
  [
    "a directory that is named twice",
    "repository: [/r, s3://b1c/x, 'file:///r']\njobs:\n  n:\n    schedule: '@daily'\n",
    "repository: names /r twice",
  ],
  [
    "a bucket that is named twice",
    "repository: [s3://b1c/x, s3://b1c/x]\njobs:\n  n:\n    schedule: '@daily'\n",
    "repository: names s3://b1c/x twice",
  ],
  ["nothing", "jobs:\n  n: {}\n", "jobs.n.schedule: is missing"],
  [
    "a job whose name would be left out",
    "jobs:\n  __proto__:\n    schedule: '@daily'\n    repository: /r\n",
    "line 2: jobs.__proto__: give it another name",
  ],
  ["no host", "host: h\nalert-allow: s3cret:80\n", "line 2: alert-allow: must be one"],
])("%s is told as what it is", async (_, text, message) => {
  const failed = opened(text);
  await expect(failed).rejects.toMatchObject({ code: "INPUT_INVALID" });
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.not.toThrow("s3cret");
});

test("two stores may have buckets of one name, and a delay may reach the next run", async () => {
  const [job] = await opened(
    "jobs:\n  n:\n    schedule: '@hourly'\n    jitter: 1h\n    repository: ['s3://b1c/x?endpoint=http://a', 's3://b1c/x?endpoint=http://b']\n",
  );
  expect(job?.destinations.map(({ name }) => name)).toEqual(["s3://b1c/x", "s3://b1c/x-2"]);
});

test("a week of 167 hours, in which clocks are put forward, makes no delay of a week too long", async () => {
  const [job] = await opened(
    "time-zone: Europe/Berlin\njobs:\n  n:\n    schedule: '@weekly'\n    jitter: 7d\n    repository: /r\n",
  );
  expect(job?.schedule).toMatchObject({ timeZone: "Europe/Berlin", jitterMs: 7 * 86_400_000 });
});

test("anchors may be used", async () => {
  const jobs = await opened(
    "jobs:\n  n: &n\n    schedule: '@daily'\n    repository: /r\n  m: *n\n",
  );
  expect(jobs.map(({ name }) => name)).toEqual(["n", "m"]);
});

test("what alerts may call stands beside the jobs, or alone", async () => {
  const file = join(home, "flowg.yaml");
  await writeFile(file, "alert-allow: [hooks.internal, 10.0.0.0/8]\n");
  const { jobs, alertHosts } = await openJobs({ file });
  expect(jobs).toEqual([]);
  expect(alertHosts).toEqual(["hooks.internal", "10.0.0.0/8"]);
  await writeFile(file, "alert-allow: ::1\n");
  expect((await openJobs({ file })).alertHosts).toEqual(["::1"]);
});
