// Continuous into a real S3 server that goes away in every way: what waits is seen and told of once, requests go on, and once the
// cause is gone all of it is there, each instant.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { openPlace } from "../../../server/repository/places/open-place.js";
import { eventually } from "../../eventually.js";
import { areMany } from "../../faults/chosen.js";
import type { Fault, FaultyWay } from "../../support/faulty-way.js";
import { describeWithStore } from "../../support/object-store.js";
import { type StoreByWay, startStoreByWay } from "../../support/store-by-way.js";
import { listed } from "../places/law.js";
import { randomOf, step, type World, type WorldOptions, world } from "./world.js";

/** The ways of the short form: a refusal, an answer that is lost, and none for long. */
const SHORT = new Set(["takes away the credentials", "takes all and never says so", "is slow"]);
const SEED = Number(process.env.FLOWG_SEED ?? 31);

describeWithStore("continuous in a bucket", () => {
  let started: StoreByWay;
  let way: FaultyWay;
  beforeAll(async () => {
    started = await startStoreByWay();
    way = started.way;
  });
  afterAll(() => started?.[Symbol.asyncDispose]());

  async function bucket(options: WorldOptions = {}): Promise<World> {
    way.rule = () => undefined;
    const { direct, byWay } = started.fresh();
    const at = await world({ place: { url: byWay, readers: direct }, behindMs: 800, ...options });
    await at.settled();
    return at;
  }

  async function go(at: World, steps: number, random = randomOf(SEED)): Promise<void> {
    for (let n = 0; n < steps; n++) await step(at, random);
  }

  async function expectAll(at: World): Promise<void> {
    for (const { at: then, model, step: name } of at.moments)
      expect((await at.read({ at: then })).model, name).toEqual(model);
    expect((await at.read({})).model).toEqual(at.model);
  }

  const waiting = ({ continuous }: World): number =>
    DATABASE_KINDS.reduce((sum, kind) => sum + continuous.journalBytes(kind), 0);

  /** A key that the store doesn't know any more: the store itself says what it does then. */
  const revoked: Fault = {
    change: ({ headers }) => ({
      headers: {
        ...headers,
        authorization: headers.authorization?.replace(/Credential=[^/]+/, "Credential=revoked"),
      },
    }),
  };

  const WAYS: [string, { fault: () => Fault; code?: string; ms: number }][] = [
    ["is stopped", { fault: () => ({ reset: "before" }), ms: 2_000 }],
    ["is overloaded", { fault: () => ({ answer: 503, code: "SlowDown" }), ms: 2_000 }],
    ["takes all and never says so", { fault: () => ({ reset: "after" }), ms: 2_000 }],
    ["is slow", { fault: () => ({ waitFor: sleep(1_500) }), ms: 4_000 }],
    ["takes away the credentials", { fault: () => revoked, code: "PERMISSION_DENIED", ms: 500 }],
    [
      "has another time than the server",
      {
        fault: () => ({ answer: 403, code: "RequestTimeTooSkewed" }),
        code: "REPOSITORY_UNAVAILABLE",
        ms: 500,
      },
    ],
    ["is full", { fault: () => ({ answer: 507 }), code: "DISK_FULL", ms: 500 }],
  ];
  const some = WAYS.filter(([name]) => areMany || SHORT.has(name));

  it.each(some)(
    "waits while the store %s, and comes back by itself",
    async (_, { fault, code, ms }) => {
      await using at = await bucket();
      await go(at, 4);
      way.rule = () => fault();
      const { failures } = at.state();
      at.told.length = 0;
      await go(at, 8, randomOf(SEED + 1));
      await eventually(() => expect(at.state().possibleLoss).toBeGreaterThan(0.8));
      await eventually(() => expect(at.told).toContain("to-0 behind"));
      expect(waiting(at)).toBeGreaterThan(0);
      await sleep(ms);
      if (code !== undefined) {
        await eventually(() => expect(at.state().failures).toBeGreaterThan(failures + 2));
        expect(at.state().report().error?.code).toBe(code);
        // told once, however often it was tried
        expect(at.errors).toHaveLength(1);
      }
      way.rule = () => undefined;
      await eventually(() => expect(at.told).toContain("to-0 caught up"));
      await at.settled();
      expect(at.state().report()).toEqual({
        possibleLossSeconds: 0,
        lastSuccess: expect.any(String),
      });
      await go(at, 2);
      await at.settled();
      await expectAll(at);
      await eventually(() => expect(waiting(at)).toBe(0));
      const last = code === undefined ? [] : ["to-0 recovered"];
      expect([...new Set(at.told)].sort()).toEqual(["to-0 behind", "to-0 caught up", ...last]);
    },
  );

  it("keeps its journal within bounds while the store is away for long, and covers that with a snapshot", async () => {
    await using at = await bucket({ limit: 20_000 });
    await go(at, 3);
    way.rule = () => revoked;
    await go(at, 60, randomOf(SEED + 2));
    await eventually(() => expect(at.state().broken).toContain("full"));
    expect(waiting(at)).toBeLessThan(3 * 25_000);
    const { snapshots } = at;
    way.rule = () => undefined;
    await at.settled();
    expect(at.snapshots).toBeGreaterThan(snapshots);
    expect((await at.read({})).model).toEqual(at.model);
    const { length } = at.moments;
    await go(at, 6);
    await at.settled();
    for (const moment of at.moments.slice(length))
      expect((await at.read({ at: moment.at })).model).toEqual(moment.model);
  });

  it("tells of a bucket that was wiped, and goes on with a whole snapshot once it is back", async () => {
    await using at = await bucket();
    await go(at, 4);
    await at.settled();
    const place = await openPlace(at.place);
    const kept: [string, Buffer][] = [];
    for (const { path } of await listed(place))
      kept.push([path, (await place.get(path)) as Buffer]);
    for (const [path] of kept) await place.remove(path);
    await go(at, 4, randomOf(SEED + 3));
    await eventually(() =>
      expect(at.state().report()).toMatchObject({ error: { code: "REPOSITORY_MISSING" } }),
    );
    for (const [path, bytes] of kept) if (!path.startsWith("deltas/")) await place.put(path, bytes);
    await at.settled();
    await go(at, 4, randomOf(SEED + 4));
    await at.settled();
    expect((await at.read({})).model).toEqual(at.model);
    await place.close();
  });

  it("has all again with the next snapshot where only the repository's file was left", async () => {
    await using at = await bucket();
    await go(at, 4);
    await at.settled();
    const place = await openPlace(at.place);
    for (const { path } of await listed(place))
      if (path !== "repository.json") await place.remove(path);
    await go(at, 4, randomOf(SEED + 5));
    await at.settled();
    await expect(at.read({})).rejects.toMatchObject({ code: "NOT_FOUND" });
    await at.snapshot();
    await go(at, 4, randomOf(SEED + 6));
    await at.settled();
    expect((await at.read({})).model).toEqual(at.model);
    await place.close();
  });
});
