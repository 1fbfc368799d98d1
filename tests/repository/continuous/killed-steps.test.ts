// A server of a continuous job is killed at a system call of each of its steps: the journal, a delta, a snapshot, the removal of
// older ones. From what the repository has then comes a state that there was, with all that was said to be stored; after a
// start on what the disk has, all that was answered; and nothing is left over.
//
// FLOWG_KILLS=120 kills it as often, at calls that chance chooses (FLOWG_SEED); FLOWG_KILLS_AT=deltas only at those of such names.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import {
  arm,
  buildLibrary,
  disarm,
  type Fault,
  type Injection,
  unarmedEnvironment,
} from "../../faults/library.js";
import { type ServerProcess, spawnServer } from "../../http/server-process.js";
import { SEED } from "../../support/seed.js";
import { INITIAL, killAll, login, metric, numbersIn, send, stored } from "./sent-logs.js";
import { randomOf } from "./world.js";

const { FLOWG_KILLS, FLOWG_KILLS_AT = "" } = process.env;
/** So long a kill has to come. */
const PATIENCE_MS = 12_000;

/** Where a server may be killed: calls of a kind on files of such paths. */
interface Step {
  name: string;
  path: string;
  calls: readonly Fault["call"][];
  /** The highest number of such a call at which it is killed. */
  most: number;
}

const WRITES = ["open", "write", "sync", "rename"] as const;
const STEPS: readonly Step[] = [
  { name: "journal", path: "data/log/", calls: ["write", "sync"], most: 60 },
  { name: "deltas", path: "off-site/deltas", calls: [...WRITES, "mkdir", "close"], most: 3 },
  { name: "segments", path: "off-site/segments", calls: [...WRITES, "mkdir"], most: 4 },
  { name: "snapshots", path: "off-site/snapshots", calls: [...WRITES, "stat"], most: 3 },
  { name: "state of jobs", path: "data/config/", calls: ["write", "sync"], most: 20 },
  { name: "removal of snapshots", path: "off-site/snapshots", calls: ["unlink"], most: 2 },
  { name: "removal of segments", path: "off-site/segments", calls: ["unlink"], most: 2 },
  { name: "locks", path: "off-site/locks", calls: [...WRITES, "unlink"], most: 2 },
];

interface Kill extends Omit<Fault, "deed"> {
  step: Step;
  deed: "kill" | "torn";
}

/** One of each of these kinds, where not more are asked for. */
const SHORT: readonly [name: string, call: string, at: number][] = [
  ["journal", "write", 9],
  ["deltas", "rename", 2],
  ["snapshots", "rename", 2],
  ["removal of snapshots", "unlink", 1],
];

function* kills(): Generator<Kill> {
  const step = (name: string) => STEPS.find((one) => one.name === name) as Step;
  if (FLOWG_KILLS === undefined) {
    for (const [name, call, at] of SHORT) yield { step: step(name), call, at, deed: "kill" };
    return;
  }
  const steps = STEPS.filter(({ name }) => name.includes(FLOWG_KILLS_AT));
  const random = randomOf(SEED);
  for (let n = 0; n < Number(FLOWG_KILLS); n++) {
    const one = steps[n % steps.length] as Step;
    const call = one.calls[random(one.calls.length)] as string;
    const deed = call === "write" && random(2) === 0 ? "torn" : "kill";
    yield { step: one, call, at: 1 + random(one.most), deed };
  }
}

const space = await mkdtemp(join(tmpdir(), "flowg-killed-steps-"));
afterAll(() => rm(space, { recursive: true, force: true }));
const library = buildLibrary(space);

const root = join(space, "root");
const url = join(root, "off-site");
const identity = join(space, "identity");
const keyFile = join(space, "key.json");
const access = ["--repository", url, "--identity", identity, "--repository-key", keyFile];

async function start(injection: Injection, path = ""): Promise<ServerProcess> {
  const env = {
    ...INITIAL,
    ...(await unarmedEnvironment(injection)),
    FAULT_PATHS: `^${root}/${path}`,
    FLOWG_REPOSITORY: url,
    FLOWG_REPOSITORY_KEY_FILE: keyFile,
    FLOWG_BACKUP_IDENTITY_FILE: identity,
    FLOWG_BACKUP_SCHEDULE: "15 3 1 1 *",
    FLOWG_BACKUP_KEEP_LAST: "1",
  };
  const server = await spawnServer(join(root, "data"), { env, flags: ["--continuous"] });
  expect(server.url, server.stderr()).not.toBe("");
  return server;
}

const running = ({ child }: ServerProcess) => child.exitCode === null && child.signalCode === null;

/** Has the job make snapshots, and watches what the server says of changes, until it is gone. */
async function untilGone(server: ServerProcess, token: string): Promise<{ said: number }> {
  let said = 0;
  // the kills of the short form always come; of others, some calls never happen
  const patienceMs = FLOWG_KILLS === undefined ? 25 * PATIENCE_MS : PATIENCE_MS;
  const end = Date.now() + patienceMs;
  for (let turn = 0; running(server) && Date.now() < end; turn++) {
    const seconds = await metric(server, "flowg_continuous_last_success_timestamp_seconds");
    if (seconds !== undefined) said = Math.max(said, seconds * 1000);
    if (turn % 8 === 0) await run(server, token);
    await sleep(100);
  }
  return { said };
}

async function run({ url: base }: ServerProcess, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({});
  await fetch(`${base}/api/v1/jobs/backup/run`, { method: "POST", headers, body }).catch(() => {});
}

/** What has a name of its own only until it is whole, or belongs to nothing. */
async function leftOver(): Promise<string[]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  return files
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .filter((path) => !KNOWN.some((known) => known.test(path)));
}

const KNOWN = [
  /^data\/(auth|config|log)\/(data|lock)\.mdb$/,
  /^data\/auth\/session\.key$/,
  /^data\/\w+\/[\w.-]*\.(lock|undo)$/,
  /^off-site\/repository\.json$/,
  /^off-site\/segments\/\w\w\/\w+\.zst\.age$/,
  /^off-site\/snapshots\/[\d-]+\/[\w.-]+\.(json\.zst\.age|minisig)$/,
  /^off-site\/deltas\/[\d-]+\/[\w.-]+\.signed$/,
];

it(`a server that is killed at its steps loses nothing that it said was stored, nor anything that the disk has (FLOWG_SEED=${SEED})`, async ({
  skip,
}) => {
  if ("without" in library) return skip(library.without);
  await flowg(["repository", "init", ...access]);
  const beside = space;
  let next = 0;
  let hits = 0;
  const all = [...kills()];
  for (const kill of all) {
    const name = `${kill.deed} at ${kill.call} ${kill.at} of ${kill.step.name}`;
    const injection = { library: library.path, root, beside, fault: kill };
    const server = await start(injection, kill.step.path);
    const token = await login(server);
    await stored(server);
    const sending = send(server, token, { from: next, everyMs: 5 });
    await arm(injection);
    const { said } = await untilGone(server, token);
    if (!running(server)) hits++;
    await disarm(injection);
    await killAll(server);
    const answered = await sending;
    const last = answered.at(-1)?.n ?? next - 1;
    // the disk is lost: what is in the repository
    const reported = answered.findLast(({ at }) => at < said)?.n ?? next - 1;
    const found = await numbersIn(access);
    expect(found, name).toEqual(found.map((_, index) => index));
    expect(found.length - 1, name).toBeGreaterThanOrEqual(reported);
    expect(found.length - 1, name).toBeLessThanOrEqual(last + 1);
    // the disk is there
    const again = await start({ ...injection, fault: undefined });
    await stored(again);
    const after = await numbersIn(access);
    expect(after, name).toEqual(after.map((_, index) => index));
    expect(after.length - 1, name).toBeGreaterThanOrEqual(last);
    await killAll(again);
    next = last + 1;
  }
  expect(hits).toBeGreaterThan(all.length / 2);
  const last = await start({ library: library.path, root, beside });
  const token = await login(last);
  await stored(last);
  await run(last, token);
  await eventually(() => expect(last.stdout()).toContain('"backup job succeeded"'));
  await stored(last);
  last.child.kill("SIGTERM");
  await last.exited;
  expect(await leftOver()).toEqual([]);
  // a backup that was killed in between leaves a signature without a snapshot, which a prune removes
  const pruned = await flowg(["repository", "prune", "--grace", "0", ...access]);
  expect(pruned.code, pruned.stderr).toBe(0);
  const checked = await flowg(["repository", "check", "--read-data", "--json", ...access]);
  expect([checked.code, checked.stderr]).toEqual([0, ""]);
  const [report] = JSON.parse(checked.stdout).repositories;
  expect(report.deltas.problems).toEqual([]);
}, 7_200_000);
