// Forget and prune on a real S3 server: killed at their requests, beside each other, with a way to the store that fails, and with
// lists that are stale. Every snapshot that is there is whole, and the next run ends what was begun.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { initRepository, openRepository } from "../../server/core.js";
import { forgetSnapshots } from "../../server/operations/repository/forget.js";
import { pruneRepository } from "../../server/operations/repository/prune.js";
import type { FlowgError } from "../../server/platform/errors.js";
import { readManifest } from "../../server/repository/manifest-objects.js";
import { Calendar } from "../../server/repository/retention/calendar.js";
import { listSnapshots } from "../../server/repository/snapshots.js";
import { BUILT } from "../cli/flowg.js";
import { areMany } from "../faults/chosen.js";
import { withEnvironment } from "../support/environment.js";
import { type FaultyWay, first, staleLists } from "../support/faulty-way.js";
import { describeWithStore, keysOf, type ObjectStore } from "../support/object-store.js";
import { type StoreByWay, startStoreByWay } from "../support/store-by-way.js";
import { putSnapshot, segmentPath } from "./made.js";
import { listed } from "./places/law.js";

/** At how many requests a run is killed in the short form. */
const SHORT = 5;

describeWithStore("forget and prune in a bucket", () => {
  let space: string;
  let started: StoreByWay;
  let store: ObjectStore;
  let way: FaultyWay;
  let identity: string;
  let keyFile: string;
  beforeAll(async () => {
    space = await mkdtemp(join(tmpdir(), "flowg-bucket-"));
    started = await startStoreByWay();
    ({ store, way } = started);
  });
  afterAll(async () => {
    await started?.[Symbol.asyncDispose]();
    await rm(space, { recursive: true, force: true });
  });
  beforeEach(() => {
    way.rule = () => undefined;
  });

  let made = 0;
  /** One with three snapshots; another each time. @returns its URL, by the way or without */
  async function fill(): Promise<{ direct: string; byWay: string }> {
    const { direct, byWay } = started.fresh();
    const name = String(made++);
    [identity, keyFile] = [join(space, `${name}.identity`), join(space, `${name}.key`)];
    await initRepository({ url: direct, readers: { identityFile: identity }, keyFile });
    const repository = await at(direct);
    for (const [day, segments] of ["12", "23", "34"].entries())
      await putSnapshot(repository, { createdAt: `2026-11-2${day}T10:00:00.000Z`, segments });
    await repository.place.close();
    return { direct, byWay };
  }

  const at = (url: string) =>
    openRepository({ url, identityFiles: [identity], keyFiles: [keyFile], mustRead: true });

  const thinning = {
    policy: { last: 1 },
    calendar: new Calendar("UTC"),
    groupings: [],
    hosts: [],
    tags: [],
    allowRemoveAll: false,
  };
  async function run(url: string) {
    const repository = await at(url);
    const options = { thinning, prune: { graceMs: 0, lockMs: 3_000 } };
    return await forgetSnapshots(repository, options).finally(() => repository.place.close());
  }

  /** @returns how many snapshots and segments are there; all snapshots are whole */
  async function wholeAt(url: string): Promise<string> {
    const repository = await at(url);
    const { place, keys } = repository;
    const paths = (await listed(place)).map(({ path }) => path);
    const snapshots = await listSnapshots(repository);
    for (const { path } of snapshots) {
      const manifest = await readManifest(repository, path, { demandSigned: true });
      for (const { name } of manifest?.databases.auth?.segments ?? [])
        expect(paths).toContain(segmentPath(name[0] as string, keys.cipher.suffix));
    }
    await place.close();
    const segments = paths.filter((path) => path.startsWith("segments/")).length;
    return `${snapshots.length} snapshots, ${segments} segments`;
  }

  test("go by the store's own clock: what was just stored stays within the grace period", async () => {
    const { direct } = await fill();
    const repository = await at(direct);
    await forgetSnapshots(repository, { thinning });
    const report = await pruneRepository(repository, {});
    expect([report.removed.objects, report.young.objects]).toEqual([0, 2]);
    expect(await wholeAt(direct)).toBe("1 snapshots, 4 segments");
    await pruneRepository(repository, { graceMs: 0 });
    expect(await wholeAt(direct)).toBe("1 snapshots, 2 segments");
    expect((await listed(repository.place, "locks/")).length).toBe(0);
    await repository.place.close();
  });

  test("at once, and again and again, one prunes and the others wait or are refused", async () => {
    const { direct } = await fill();
    const results = await Promise.all(
      Array.from({ length: 4 }, () =>
        run(direct).then(
          () => "done",
          ({ code }: FlowgError) => code,
        ),
      ),
    );
    expect(results).toContain("done");
    for (const result of results) expect(["done", "CONFLICT"]).toContain(result);
    expect(await wholeAt(direct)).toBe("1 snapshots, 2 segments");
  });

  /** Runs the command by the way, and kills it when that many requests have arrived. @returns the exit code */
  async function killedAt(url: string, stop: number): Promise<number | null> {
    const words = ["forget", "--keep-last", "1", "--prune", "--grace", "0", "--repository", url];
    const keys = ["--identity", identity, "--repository-key", keyFile];
    const child = spawn(process.execPath, [BUILT, ...words, ...keys], {
      env: { PATH: process.env.PATH ?? "", HOME: space, ...keysOf(store.admin) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    let seen = 0;
    way.rule = () => {
      if (++seen < stop) return undefined;
      child.kill("SIGKILL");
      // half of them were carried out
      return stop % 2 === 0 ? { reset: "before" } : { reset: "after" };
    };
    return await new Promise((resolve) => child.on("close", resolve));
  }

  test("killed at any request, leave whole snapshots, and the next run ends it", {
    timeout: 600_000,
  }, async () => {
    const clean = await fill();
    way.requests.length = 0;
    expect(await killedAt(clean.byWay, Number.POSITIVE_INFINITY)).toBe(0);
    expect(await wholeAt(clean.direct)).toBe("1 snapshots, 2 segments");
    const count = way.requests.length;
    expect(count).toBeGreaterThan(20);
    const step = areMany ? 1 : count / SHORT;
    for (let stop = 1; stop <= count; stop += step) {
      const { direct, byWay } = await fill();
      const code = await killedAt(byWay, Math.floor(stop));
      expect([null, 0]).toContain(code);
      await wholeAt(direct);
      way.rule = () => undefined;
      await run(direct);
      expect(await wholeAt(direct)).toBe("1 snapshots, 2 segments");
    }
  });

  const isRemoval = ({ method }: { method: string }) => method === "DELETE";
  const isList = ({ url }: { url: string }) => url.includes("list-type=2");

  test.each([
    ["503 now and then", () => first(2, { answer: 503, code: "SlowDown" })],
    ["lost answers to removals", () => first(3, { reset: "after" }, isRemoval)],
    ["lists that are cut", () => first(3, { cut: 200 }, isList)],
  ] as const)("go on where the way has %s", async (_, rule) => {
    const { direct, byWay } = await fill();
    way.rule = rule();
    await run(byWay);
    expect(await wholeAt(direct)).toBe("1 snapshots, 2 segments");
  });

  test("remove nothing where lists are stale", async () => {
    const { direct, byWay } = await fill();
    way.rule = staleLists();
    const repository = await at(byWay);
    const options = { graceMs: 0, lockMs: 3_000, allowRemoveAll: true };
    for (let time = 0; time < 2; time++) {
      const outcome = await pruneRepository(repository, options).then(
        () => "done",
        ({ code }: FlowgError) => code,
      );
      expect(["done", "REPOSITORY_UNAVAILABLE", "CONFLICT"]).toContain(outcome);
      expect(await wholeAt(direct)).toBe("3 snapshots, 4 segments");
    }
    await repository.place.close();
  });

  test("say that credentials may only read", async () => {
    const { direct } = await fill();
    const repository = await at(direct);
    using _reading = withEnvironment(keysOf(store.reader));
    const reading = await at(direct);
    await expect(forgetSnapshots(reading, { thinning })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    expect(await wholeAt(direct)).toBe("3 snapshots, 4 segments");
    await reading.place.close();
    await repository.place.close();
  });
});
