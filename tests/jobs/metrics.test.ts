// What Prometheus reads of jobs, and the alert rules that are made of it.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { initRepository } from "../../server/repository/init.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { eventually } from "../eventually.js";
import { startServer } from "../http/test-server.js";
import { workspace } from "../operations/offline/contents.js";
import { tool } from "../support/tool.js";

const PROMTOOL = tool("prometheus", "promtool");
const RULES = fileURLToPath(new URL("../../server/alerts.yml", import.meta.url));

it("tells when each destination got a snapshot, and names no metric in an alert that isn't there", async () => {
  // it goes after the server has stopped, which stores changes in it
  await using space = await workspace();
  const home = space.path;
  const url = join(home, "near");
  const keyFile = join(home, "key");
  const place = await openPlace(url);
  await initRepository({ place, readers: { identityFile: join(home, "identity") }, keyFile });
  const each = join(home, "each");
  const eachKey = join(home, "key-of-each");
  await initRepository({
    place: await openPlace(each),
    readers: { identityFile: join(home, "identity-of-each") },
    keyFile: eachKey,
  });
  const repository = [url, { name: "far", url: join(home, "gone") }];
  const job = { schedule: "15 3 1 1 *", repository, "repository-key": keyFile };
  await using server = await startServer({
    jobs: {
      flags: {
        jobs: {
          backup: job,
          each: { continuous: true, repository: each, "repository-key": eachKey },
        },
      },
    },
  });
  const metrics = async () => (await fetch(`${server.managementUrl}/metrics`)).text();
  const value = (text: string, name: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.split(" ")[1],
    );
  expect(value(await metrics(), 'flowg_job_overdue{job="backup"}')).toBe(0);
  const begun = await server.call("/jobs/backup/run", { method: "POST", as: server.root });
  expect(begun.status).toBe(202);
  await eventually(async () => {
    const text = await metrics();
    expect(value(text, 'flowg_job_runs_total{job="backup",outcome="partial"}')).toBe(1);
  });
  const text = await metrics();
  const last = (destination: string) =>
    value(
      text,
      `flowg_job_last_success_timestamp_seconds{job="backup",destination="${destination}"}`,
    );
  expect(last("near")).toBeGreaterThan(1_700_000_000);
  expect(last("far")).toBe(0);
  expect(value(text, 'flowg_job_next_run_timestamp_seconds{job="backup"}')).toBeGreaterThan(
    last("near"),
  );
  expect(text).not.toContain(home);

  const { groups } = parse(await readFile(RULES, "utf8"));
  const rules = groups.flatMap((group: { rules: object[] }) => group.rules);
  expect(rules.length).toBeGreaterThan(4);
  for (const { alert, expr, annotations } of rules) {
    expect(alert).toMatch(/^FlowG[A-Z]/);
    expect(annotations.summary).toMatch(/\S/);
    const named: string[] = expr.match(/\bflowg_\w+/g);
    for (const name of named) expect(text).toContain(`# TYPE ${name} `);
  }
});

it.skipIf(!existsSync(PROMTOOL))("promtool takes the alert rules", async () => {
  await promisify(execFile)(PROMTOOL, ["check", "rules", RULES]);
});
