// The jobs of real servers remove only older snapshots of their own installation, even where another has the same host name and
// job name.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { fillSmall, smallDirs } from "../repository/small-world.js";
import { receiver } from "../support/webhook-receiver.js";

let home: string;
const at = (name: string) => join(home, name);
const repository = () => ["--repository", at("shared"), "--identity", at("identity")];
const run = async (words: string[]) => {
  const ran = await flowg(words, { env: { HOME: at("admin") } });
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return ran.stdout;
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-thinning-"));
  await run(["repository", "init", ...repository()]);
  await run(["repository", "key", ...repository(), "--repository-key", at("key.json")]);
});
afterAll(() => rm(home, { recursive: true, force: true }));

interface Snapshot {
  setId: string;
  tags: string[];
}
const snapshots = async (): Promise<Snapshot[]> =>
  JSON.parse(await run(["snapshots", "list", ...repository(), "--json"])).repositories[0].snapshots;

async function ran(server: TestServer, job: string) {
  const of = async () => {
    const { body } = await server.call("/jobs", { as: server.root });
    return body.jobs.find(({ name }: { name: string }) => name === job);
  };
  const before = (await of()).lastRun?.id;
  const begun = await server.call(`/jobs/${job}/run`, { method: "POST", as: server.root });
  expect(begun.status).toBe(202);
  await eventually(async () => {
    const { lastRun } = await of();
    expect(lastRun?.id).not.toBe(before);
    expect(lastRun?.endedAt).toBeTruthy();
  });
  const { lastRun } = await of();
  expect(lastRun.outcome, JSON.stringify(lastRun)).toBe("success");
  return lastRun;
}

test("a job removes older ones of its own only; addresses come from files", async () => {
  await using told = await receiver(200);
  await writeFile(at("ping-url"), `${told.origin}/ping\n`);
  await writeFile(at("hook-url"), `${told.origin}/hook\n`);
  const text = `
    repository: ${at("shared")}
    repository-key: ${at("key.json")}
    identity: ${at("identity")}
    host: same
    jobs:
      nightly:
        schedule: "15 3 1 1 *"
        keep: { last: 1 }
        ping-file: ${at("ping-url")}
        webhook: { url-file: ${at("hook-url")} }
      other: { schedule: "15 3 1 1 *" }
  `;
  await writeFile(at("flowg.yaml"), text, { mode: 0o600 });
  await fillSmall(smallDirs(at("cli")), 2);
  const { auth, config, logs } = smallDirs(at("cli"));
  const dirs = ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
  const key = ["--repository", at("shared"), "--repository-key", at("key.json"), "--host", "same"];
  await run(["admin", "backup", "--only", "auth", ...key, ...dirs]);
  // a snapshot of a version that noted no installation
  await run(["admin", "backup", "--only", "auth", ...key, ...dirs, "--tag", "job:nightly"]);

  await using first = await startServer({ jobs: { file: at("flowg.yaml") } });
  await using second = await startServer({ jobs: { file: at("flowg.yaml") } });
  await ran(second, "nightly");
  await ran(first, "other");
  const count = async () => (await snapshots()).length;
  // the first run removed the snapshot without an id
  expect(await count()).toBe(3);
  const [mine] = (await ran(first, "nightly")).destinations;
  expect(await count()).toBe(4);
  const again = await ran(first, "nightly");
  expect(again.destinations).toMatchObject([{ removed: 1 }]);
  expect(again.notes.join()).toContain("1 snapshot of this host and job stays: made by another");
  const left = await snapshots();
  expect(left).toHaveLength(4);
  expect(left.map(({ setId }) => setId)).not.toContain(mine.snapshot);
  expect(left.filter(({ tags }) => tags.includes("job:nightly"))).toHaveLength(2);
  // of the two installations and of what people made, each keeps its newest
  const forget = async (...more: string[]) => {
    const words = ["forget", ...repository(), "--keep-last", "1", "--dry-run", "--json", ...more];
    const [{ groups }] = JSON.parse(await run(words)).repositories;
    return groups.map(({ kept }: { kept: object[] }) => kept.length);
  };
  expect(await forget()).toEqual([1, 1, 1]);
  expect(await forget("--group-by", "host")).toEqual([1]);
  await eventually(() => {
    const paths = told.received.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("/ping/start?rid="))).toHaveLength(3);
    expect(paths.filter((path) => path.startsWith("/ping?rid="))).toHaveLength(3);
    expect(paths.filter((path) => path === "/hook")).toHaveLength(3);
  });
});
