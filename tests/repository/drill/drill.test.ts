// `flowg drill`, as a person runs it: on a directory, on a bucket, on files; killed, stopped, without room, without an identity.

import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oneOfEachAge } from "../../../server/operations/drill/choose.js";
import { BUILT, flowg as run } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import { smallDisk } from "../../platform/files/small-disk.js";
import { withEnvironment } from "../../support/environment.js";
import {
  describeWithStore,
  freshUrl,
  keysOf,
  startObjectStore,
} from "../../support/object-store.js";
import { makeWorld } from "./world.js";

const space = await mkdtemp(join(tmpdir(), "flowg-drill-"));
const at = (...names: string[]) => join(space, ...names);
const repository = at("template");
const identity = ["--identity", at("id")];
const here = ["drill", "--repository", repository, ...identity];
let env: Record<string, string>;
const flowg = (...words: string[]) => run(words, { env });
const scratch = at("scratch");
const left = () => readdir(scratch);

beforeAll(async () => {
  await makeWorld(space);
  await mkdir(scratch);
  await mkdir(at("home"));
  env = { HOME: at("home"), XDG_CONFIG_HOME: at("home/config"), XDG_CACHE_HOME: at("home/cache") };
});
afterAll(() => rm(space, { recursive: true, force: true }));

describe("of a repository that is whole", () => {
  it("passes, and tells how long a restore takes, and in what", async () => {
    const { code, stdout, stderr } = await flowg(...here, "--json");
    expect(code, stderr).toBe(0);
    const { ok, reports } = JSON.parse(stdout);
    expect(ok).toBe(true);
    const [drill] = reports[0].drills;
    expect(drill).toMatchObject({ ok: true, problems: [], warnings: [], age: "newest" });
    const { seconds, phases, estimatedSeconds, bytesPerSecond } = drill.restore;
    const sum = Object.values(phases as Record<string, number>).reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThanOrEqual(seconds);
    expect(estimatedSeconds).toBe(seconds);
    expect(bytesPerSecond).toBeGreaterThan(0);
    expect(drill.bytesRead).toBeGreaterThan(1_000_000);
    // each was asked for its users and tokens, its items, and its streams
    const queries = drill.databases.map(({ queries }: { queries: number }) => queries);
    expect(queries).toEqual([5, 6, 6]);
    expect(await readdir(at("home/cache/flowg/drills"))).toEqual([]);
  });

  it("says so to people", async () => {
    const words = ["--scratch-dir", scratch, "--real-dir", space, "--full-speed"];
    const { code, stdout, stderr } = await flowg(...here, ...words);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^snapshot [0-9a-f-]{36} in .*, made 20.* \(newest\)$/m);
    expect(stdout).toMatch(/^logs +722 /m);
    expect(stdout).toMatch(/^a real restore takes about .*, as the disk of --real-dir takes /m);
    expect(stdout).toMatch(/^the drill passed in .* all that was made for it is gone$/m);
    expect(stderr).toMatch(/^drilling the snapshot /m);
    expect(await left()).toEqual([]);
  });

  it("takes one that is named, in each repository for itself", async () => {
    const listed = await flowg("snapshots", "list", ...here.slice(1), "--json");
    const [{ snapshots }] = JSON.parse(listed.stdout).repositories;
    const { setId, createdAt } = snapshots.at(-1);
    await cp(repository, at("second"), { recursive: true });
    await rm(join(at("second"), "segments"), { recursive: true });
    const one = await flowg(...here, "--snapshot", setId.slice(0, 10), "--json");
    expect(JSON.parse(one.stdout).reports[0].drills[0].snapshot).toMatchObject({ setId });
    const old = await flowg(...here, "--at", createdAt, "--only", "auth", "--json");
    expect(JSON.parse(old.stdout).reports[0].drills[0]).toMatchObject({
      snapshot: { setId },
      databases: [{ database: "auth" }],
    });
    const both = await flowg(...here, "--repository", at("second"), "--json");
    expect(both.code).toBe(13);
    const { reports, code, ok } = JSON.parse(both.stdout);
    expect([code, ok]).toEqual(["DRILL_FAILED", false]);
    expect(reports.map((report: { ok: boolean }) => report.ok)).toEqual([true, false]);
    expect(both.stderr).toMatch(/segments\/.* is missing/);
  });

  it("drills the others where one can't be drilled, and says so", async () => {
    const words = ["drill", "--repository", at("nowhere"), ...here.slice(1)];
    const ran = await flowg(...words, "--only", "auth", "--full-speed", "--json");
    const { ok, reports, notDrilled } = JSON.parse(ran.stdout);
    expect([ran.code, ok, reports[0].ok]).toEqual([8, false, true]);
    expect(notDrilled).toMatchObject([{ repository: at("nowhere"), code: "REPOSITORY_MISSING" }]);
    expect(ran.stderr).toMatch(/nowhere was not drilled: /);
  });

  it("takes one of a host that is named", async () => {
    const words = [...here, "--only", "auth", "--full-speed", "--json"];
    const ran = await flowg(...words, "--host", "here");
    expect(JSON.parse(ran.stdout).reports[0].drills[0].snapshot.host).toBe("here");
    const none = await flowg(...words, "--host", "elsewhere");
    expect(none.code).toBe(8);
    expect(none.stderr).toMatch(/no snapshot of the host "elsewhere".*; hosts: here$/m);
  });

  it("takes one of each age", () => {
    const day = 24 * 60 * 60 * 1000;
    const now = Date.parse("2026-11-28T12:00:00Z");
    const aged = [0.1, 0.9, 1.4, 3, 6, 9, 40, 200, 340, 900].map((days) => ({
      path: "",
      signaturePath: "",
      storedAt: new Date(),
      setId: String(days),
      createdAt: new Date(now - days * day).toISOString(),
    }));
    const ages = (count: number) =>
      oneOfEachAge(aged.slice(0, count), now).map(({ ref, age }) => [ref.setId, age]);
    expect(ages(10)).toEqual([
      ["0.1", "newest"],
      ["0.9", "a day"],
      ["6", "a week"],
      ["40", "a month"],
      ["340", "a year"],
    ]);
    expect(ages(1)).toEqual([["0.1", "newest"]]);
    expect(ages(4)).toEqual([
      ["0.1", "newest"],
      ["0.9", "a day"],
    ]);
  });
});

it("of the files of a backup directory", async () => {
  const files = ["--backup-dir", at("files")];
  expect((await flowg("snapshots", "export", "latest", ...here.slice(1), ...files)).code).toBe(0);
  const words = ["drill", ...files, "--scratch-dir", scratch, "--json"];
  const passed = await flowg(...words);
  expect(passed.code, passed.stderr).toBe(0);
  const [drill] = JSON.parse(passed.stdout).reports[0].drills;
  expect(drill.databases).toMatchObject([{ entries: 6 }, { entries: 722 }, { entries: 3 }]);
  await cp(at("files/auth.db"), at("files/config.db"));
  const failed = await flowg(...words);
  expect(failed.code).toBe(13);
  expect(failed.stderr).toContain("config.db");
  expect(await left()).toEqual([]);
});

it("says what it needs", async () => {
  const code = async (...words: string[]) => {
    const ran = await flowg("drill", ...words);
    expect(ran.stdout).toBe("");
    return [ran.code, ran.stderr] as const;
  };
  const unread = ["--repository", repository];
  expect(await code(...unread)).toEqual([6, expect.stringContaining("--identity FILE")]);
  expect(await code()).toEqual([2, expect.stringContaining("--backup-dir DIR")]);
  expect((await code(...here.slice(1), "--each-age", "--snapshot", "latest"))[0]).toBe(2);
  expect((await code("--backup-dir", "x", "--each-age"))[0]).toBe(2);
  expect((await code("--backup-dir", at("nowhere")))[0]).toBe(8);
  expect((await code(...here.slice(1), "--snapshot", "ffffffffffff"))[0]).toBe(8);
  expect((await code(...here.slice(1), "--scratch-dir", at("nowhere")))[0]).toBe(8);
  const made = ["--repository", at("empty"), "--identity", at("other-id")];
  expect((await flowg("repository", "init", ...made)).code).toBe(0);
  expect(await code(...made)).toEqual([8, expect.stringContaining("no snapshot")]);
});

it("looks for room first", async ({ skip }) => {
  using _disk = await smallDisk(at("small"), "3m", skip);
  const ran = await flowg(...here, "--scratch-dir", at("small"));
  expect([ran.code, ran.stdout]).toEqual([4, ""]);
  expect(ran.stderr).toMatch(/needs about \d+ bytes .*small has \d+ free/);
  expect(ran.stderr).toContain("--scratch-dir");
  expect(await readdir(at("small"))).toEqual([]);
});

describe("that does not come to its end", () => {
  const words = [BUILT, ...here, "--scratch-dir", scratch];

  it.each(["auth: verifying", "logs: verifying", "logs: restoring", "config: finishing"])(
    "leaves nothing after the next run: killed at %s",
    async (moment) => {
      const child = spawn(process.execPath, words, { env: { ...process.env, ...env } });
      await said(child, moment);
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
      // its worker is ended with it
      await eventually(async () => expect((await flowg(...words.slice(1))).code).toBe(0));
      expect(await left()).toEqual([]);
    },
  );

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves nothing: stopped by %s", async (signal, code) => {
    let isSent = false;
    const ran = await run(here.concat("--scratch-dir", scratch), {
      env,
      stdin: "",
      onOutput(text, child) {
        if (isSent || !text.includes("logs: restoring")) return;
        isSent = true;
        child.kill(signal);
      },
    });
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(await left()).toEqual([]);
  });
});

function said(child: ChildProcess, text: string): Promise<void> {
  let all = "";
  return new Promise((resolve) => {
    child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      all += piece;
      if (all.includes(text)) resolve();
    });
  });
}

it("beside a backup and a prune", async () => {
  await cp(repository, at("busy"), { recursive: true, preserveTimestamps: true });
  const busy = ["--repository", at("busy"), ...identity];
  const dirs = ["--auth-dir", at("data/auth"), "--config-dir", at("data/config")];
  dirs.push("--log-dir", at("data/logs"), "--repository-key", at("key.json"));
  const [drilled, backedUp, pruned] = await Promise.all([
    flowg("drill", ...busy, "--scratch-dir", scratch),
    flowg("admin", "backup", ...busy.slice(0, 2), ...dirs),
    flowg("forget", ...busy, "--keep-last", "1", "--prune", "--group-by", "none"),
  ]);
  for (const { code, stderr } of [drilled, backedUp, pruned]) expect(code, stderr).toBe(0);
  const again = await flowg("drill", ...busy, "--each-age", "--scratch-dir", scratch);
  expect(again.code, again.stderr).toBe(0);
});

it("has a scratch directory that nobody else can look into", async () => {
  const child = spawn(process.execPath, [BUILT, ...here, "--scratch-dir", scratch], {
    env: { ...process.env, ...env },
  });
  await said(child, "logs: restoring");
  const [name = ""] = await left();
  expect((await stat(join(scratch, name))).mode & 0o777).toBe(0o700);
  await new Promise((resolve) => child.once("close", resolve));
});

describeWithStore("on a real S3 server", () => {
  it("passes, and finds what is missing", async () => {
    const store = await startObjectStore();
    using _environment = withEnvironment(keysOf(store.admin));
    const url = freshUrl(store);
    await makeWorld(at("s3"), url);
    const words = ["drill", "--repository", url, "--identity", at("s3/id"), "--json"];
    const reader = { env: { ...env, ...keysOf(store.reader) } };
    const passed = await run(words, reader);
    expect(passed.code, passed.stderr).toBe(0);
    expect(JSON.parse(passed.stdout).ok).toBe(true);
    const { openAt, newestOf, segmentsOf } = await import("./world.js");
    const { segmentPath } = await import("../../../server/repository/segments/segment-path.js");
    const opened = await openAt(at("s3"), url);
    const [first] = segmentsOf(await newestOf({ repository: opened }), "logs");
    await opened.place.remove(segmentPath(first?.name ?? "", opened.keys.cipher));
    await opened.place.close();
    const failed = await run(words, reader);
    expect(failed.code).toBe(13);
    expect(failed.stderr).toContain("is missing");
  });
});
