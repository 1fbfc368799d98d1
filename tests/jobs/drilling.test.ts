// What becomes of a drill's process, whoever ends it and whatever it says by then; and which drill waits for which. The process is a
// real one, of a module that does as it is told.

import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunUnderWay } from "../../server/jobs/carry-out.js";
import { drillApart } from "../../server/jobs/drill-apart.js";
import { drilling } from "../../server/jobs/drilling.js";
import type { Job } from "../../server/jobs/job.js";
import type { DrillAsked } from "../../server/records/drill-job.js";
import type { DrillReport } from "../../server/records/drill-report.js";
import { BUILT } from "../cli/flowg.js";
import { jobOf } from "./world.js";

const PATIENCE = { timeout: 60_000, interval: 20 };

let home: string;
const at = (...names: string[]) => join(home, ...names);
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-drilling-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const REPORT: DrillReport = {
  place: "near",
  ok: true,
  notes: [],
  drills: [
    {
      snapshot: {
        setId: "91186e8d-6e05-4271-b4b3-02c804ff00bf",
        createdAt: "2026-11-29T02:15:00.000Z",
      },
      when: "2026-11-29T04:30:00.000Z",
      ok: true,
      problems: [],
      warnings: [],
      seconds: 1,
      restore: {
        seconds: 1,
        phases: { opening: 0, verifying: 0, restoring: 1, finishing: 0 },
        bytesPerSecond: 1,
        estimatedSeconds: 2,
      },
      bytesRead: 1,
      databases: [],
    },
  ],
};

let modules = 0;
/** A module that does this once it is asked; `say` tells the server something. */
async function moduleThat(does: string): Promise<URL> {
  const path = at(`module-${++modules}.mjs`);
  const text = `
    import { existsSync, writeFileSync } from "node:fs";
    const say = (said) => new Promise((done) => process.send(said, undefined, undefined, done));
    const report = ${JSON.stringify(REPORT)};
    const fault = (code) => ({ fault: { code, message: "as it was told" } });
    const stopped = new Promise((stop) => process.on("SIGTERM", stop));
    const untilThere = async (path) => {
      while (!existsSync(path)) await new Promise((look) => setTimeout(look, 10));
    };
    // Node ends a process that listens to nothing
    process.on("message", async (asked) => { ${does} });
  `;
  await writeFile(path, text);
  return pathToFileURL(path);
}

const asked = (): DrillAsked => ({
  url: "/nowhere",
  keyFiles: [],
  identityFiles: [],
  trustedKeys: [],
  host: "here",
  tag: "job:nightly",
  eachAge: false,
  scratchDir: home,
  maxMemory: 1,
});
const drill = async (does: string, signal = new AbortController().signal) =>
  await drillApart(asked(), { module: await moduleThat(does), onProgress() {}, signal });

describe("a drill's process that ends by itself", () => {
  it.each([
    ["SIGKILL", "BUSY", "was ended (SIGKILL)"],
    ["SIGINT", "BUSY", "was ended (SIGINT)"],
    ["SIGHUP", "BUSY", "was ended (SIGHUP)"],
    ["SIGSEGV", "DATABASE_UNAVAILABLE", "died (SIGSEGV)"],
  ])("of %s is told so, and not as damage", async (signal, code, words) => {
    await expect(drill(`process.kill(process.pid, "${signal}")`)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it("with an exit code is a fault of the program", async () => {
    await expect(drill("process.exit(3)")).rejects.toMatchObject({
      code: "INTERNAL",
      message: "the process of the drill ended by itself (exit code 3)",
    });
  });

  it("because somebody else has told it to is none of the repository's fault", async () => {
    const ends = 'await say(fault("CANCELLED")); process.exit(1)';
    await expect(drill(ends)).rejects.toMatchObject({
      code: "BUSY",
      message: "the process of the drill was ended (a signal)",
    });
  });

  it("with what it has found wrong says that", async () => {
    const ends = 'await say(fault("REPOSITORY_DAMAGED")); process.exit(1)';
    await expect(drill(ends)).rejects.toMatchObject({ code: "REPOSITORY_DAMAGED" });
  });
});

describe("a drill's process that is told to end", () => {
  it.each([
    ["says that it was stopped", 'await say(fault("CANCELLED")); process.exit(1)'],
    [
      "says that the repository is damaged",
      'await say(fault("REPOSITORY_DAMAGED")); process.exit(1)',
    ],
    ["says nothing", "process.exit(1)"],
    ["dies", 'process.kill(process.pid, "SIGSEGV")'],
  ])("is cancelled, also where it %s", async (name, ends) => {
    const stop = new AbortController();
    const mark = at(`begun ${name}`);
    const ran = drill(
      `writeFileSync(${JSON.stringify(mark)}, ""); await stopped; ${ends}`,
      stop.signal,
    );
    const seen = expect(ran).rejects.toMatchObject({ code: "CANCELLED" });
    await vi.waitFor(() => stat(mark), PATIENCE);
    stop.abort();
    await seen;
  });

  it("and has passed by then has passed", async () => {
    const stop = new AbortController();
    const ran = drill(
      `await say({ report }); writeFileSync(${JSON.stringify(at("passing"))}, ""); await stopped; process.exit(0)`,
      stop.signal,
    );
    await vi.waitFor(() => stat(at("passing")), PATIENCE);
    stop.abort();
    expect(await ran).toEqual(REPORT);
  });

  it("before it has begun never begins", async () => {
    const does = `writeFileSync(${JSON.stringify(at("never"))}, "")`;
    await expect(drill(does, AbortSignal.abort())).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(stat(at("never"))).rejects.toThrow();
  });
});

const runOf = (job: Job) => {
  const cancel = new AbortController();
  const phases: string[] = [];
  const run: RunUnderWay = {
    job,
    signal: new AbortController().signal,
    cancelled: cancel.signal,
    onProgress: ({ phase }) => phases.push(phase),
  };
  return { run, phases, cancel: () => cancel.abort() };
};

describe("drills of several jobs", () => {
  it("go on one at a time, also where one is cancelled while it waits", async () => {
    const module = await moduleThat(
      `await untilThere(${JSON.stringify(at("released"))}); await say({ report }); process.exit(0)`,
    );
    const begun: string[] = [];
    const carryOut = drilling({
      module,
      maxMemory: 1,
      installation: async () => undefined,
      reportOf: (name) => {
        begun.push(name);
        return { destinations: [] };
      },
      onError: (error) => {
        throw error;
      },
    });
    const [a, b, c] = ["a", "b", "c"].map((name) => runOf(jobOf(name, "0 0 1 1 *"))) as [
      ReturnType<typeof runOf>,
      ReturnType<typeof runOf>,
      ReturnType<typeof runOf>,
    ];
    const first = carryOut(a.run);
    const waits = expect(carryOut(b.run)).rejects.toMatchObject({ code: "CANCELLED" });
    b.cancel();
    await waits;
    const third = carryOut(c.run);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(begun).toEqual(["a"]);
    expect([a.phases, b.phases, c.phases]).toEqual([[], ["waiting"], ["waiting"]]);
    await writeFile(at("released"), "");
    for (const one of [await first, await third]) expect(one.outcome).toBe("success");
    expect(begun).toEqual(["a", "c"]);
  });

  it("look into each destination, whatever is wrong with another", async () => {
    const module = await moduleThat(`
      if (asked.url === "/nowhere") await say(fault("REPOSITORY_UNAVAILABLE"));
      else await say({ report });
      process.exit(0);
    `);
    const job: Job = {
      ...jobOf("two", "0 0 1 1 *"),
      destinations: ["/nowhere", "/near"].map((url) => ({ name: url.slice(1), url, place: url })),
    };
    const carryOut = drilling({
      module,
      maxMemory: 1,
      installation: async () => undefined,
      reportOf: () => ({ destinations: [] }),
      onError: (error) => {
        throw error;
      },
    });
    expect(await carryOut(runOf(job).run)).toMatchObject({
      outcome: "partial",
      destinations: [
        { destination: "nowhere", error: { code: "REPOSITORY_UNAVAILABLE" } },
        { destination: "near", snapshot: REPORT.drills[0]?.snapshot.setId },
      ],
    });
  });
});

it("a server without files to open says that it is busy, however few are left", async () => {
  const built = pathToFileURL(join(BUILT, "../../server/jobs/drill-apart.js"));
  const module = await moduleThat("await say({ report }); process.exit(0)");
  const script = at("without-files.mjs");
  await writeFile(
    script,
    `
    import { closeSync, openSync } from "node:fs";
    import { drillApart } from ${JSON.stringify(built.href)};
    const asked = ${JSON.stringify(asked())};
    const how = { module: new URL(${JSON.stringify(module.href)}), onProgress() {}, signal: new AbortController().signal };
    const codes = [];
    // once, so that all is loaded
    await drillApart(asked, how);
    for (let free = 0; free < 12; free++) {
      const open = [];
      try {
        for (;;) open.push(openSync("/dev/null"));
      } catch {}
      for (let n = 0; n < free; n++) closeSync(open.pop());
      codes.push(await drillApart(asked, how).then(() => "passed", ({ code, message }) => code ?? message));
      for (const file of open) closeSync(file);
    }
    console.log(JSON.stringify(codes));
    `,
  );
  const { stdout } = await promisify(execFile)("bash", [
    ...["-c", 'ulimit -n 64 && exec "$0" "$1"', process.execPath, script],
  ]);
  const codes: string[] = JSON.parse(stdout);
  expect(codes[0]).toBe("BUSY");
  expect(new Set(codes)).toEqual(new Set(["BUSY", "passed"]));
});
