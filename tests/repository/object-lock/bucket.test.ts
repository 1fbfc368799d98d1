// Locks in a real bucket: which removals they prevent, which hidden objects are told, and what comes back.

import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockWish } from "../../../server/repository/object-lock/lock-wish.js";
import { Locking } from "../../../server/repository/object-lock/locking.js";
import { openPlace } from "../../../server/repository/places/open-place.js";
import type { Place } from "../../../server/repository/places/place.js";
import { pastOf, reviveRepository } from "../../../server/repository/revive.js";
import { withEnvironment } from "../../support/environment.js";
import { startFaultyWay } from "../../support/faulty-way.js";
import {
  describeWithStore,
  freshUrl,
  keysOf,
  LOCKED_BUCKET,
  type ObjectStore,
  startObjectStore,
} from "../../support/object-store.js";
import { listed } from "../places/law.js";

const HOUR_MS = 3_600_000;
const inHours = (hours: number) =>
  new Date(Math.ceil((Date.now() + hours * HOUR_MS) / 1000) * 1000);

describeWithStore("in a bucket with object lock", () => {
  let store: ObjectStore;
  let environment: Disposable;
  beforeAll(async () => {
    store = await startObjectStore();
    environment = withEnvironment(keysOf(store.admin));
  });
  afterAll(() => environment?.[Symbol.dispose]());

  const fresh = () => freshUrl(store, LOCKED_BUCKET);
  const keyOf = (place: Place, path: string) => `${place.name.replace("s3://", "")}/${path}`;
  const ask = async (method: string, key: string, headers: Record<string, string> = {}) => {
    const client = new AwsClient({
      ...store.admin,
      service: "s3",
      region: "us-east-1",
      retries: 0,
    });
    const answer = await client.fetch(`${store.endpoint}/${key}`, { method, headers });
    return { status: answer.status, text: await answer.text() };
  };
  const versions = async (place: Place, path: string): Promise<string[]> => {
    const [bucket, ...rest] = keyOf(place, path).split("/");
    const { text } = await ask("GET", `${bucket}?versions&prefix=${rest.join("/")}`);
    return [...text.matchAll(/<Version>.*?<VersionId>([^<]*)/g)].map(([, id]) => id as string);
  };

  test.each(["governance", "compliance"] as const)("%s keeps a version", async (mode) => {
    const place = await openPlace(fresh());
    const lock = { mode, until: inHours(1) };
    await place.put("a/put", Buffer.from("1"), lock);
    expect(await place.putNew("a/new", Buffer.from("2"), lock)).toBe(true);
    expect(await place.putNew("a/new", Buffer.from("3"), lock)).toBe(false);
    for (const path of ["a/put", "a/new"]) {
      expect(await place.locks?.of(path)).toEqual(lock);
      const [id] = await versions(place, path);
      const key = `${keyOf(place, path)}?versionId=${id}`;
      expect(await ask("DELETE", key)).toMatchObject({ status: 403 });
      // a right of its own ends a governance lock, and never a compliance lock
      const bypass = { "x-amz-bypass-governance-retention": "true" };
      const status = mode === "governance" ? 204 : 403;
      expect(await ask("DELETE", key, bypass)).toMatchObject({ status });
    }
  });

  test("locks get longer, never shorter, and keep their mode", async () => {
    const place = await openPlace(fresh());
    const governance = { mode: "governance" as const, until: inHours(2) };
    await place.put("a", Buffer.from("x"));
    expect(await place.locks?.of("a")).toBeUndefined();
    expect(await place.locks?.retain("a", governance)).toEqual(governance);
    const shorter = { mode: "governance" as const, until: inHours(1) };
    expect(await place.locks?.retain("a", shorter)).toEqual(governance);
    const longer = { mode: "compliance" as const, until: inHours(3) };
    expect(await place.locks?.retain("a", longer)).toEqual({ ...longer, mode: "governance" });
    expect(await place.locks?.of("a")).toEqual({ ...longer, mode: "governance" });
    expect(await place.locks?.retain("b", longer)).toBeUndefined();
    expect(await place.locks?.of("b")).toBeUndefined();
  });

  test("what is hidden although it is locked is found; what was let go isn't", async () => {
    const place = await openPlace(fresh());
    const lock = { mode: "governance" as const, until: inHours(1) };
    for (const name of ["kept", "hidden"]) await place.put(`p/${name}`, Buffer.from(name), lock);
    await place.put("p/free", Buffer.from("free"));
    for (const name of ["hidden", "free"]) await place.remove(`p/${name}`);
    expect((await listed(place, "p/")).map(({ path }) => path)).toEqual(["p/kept"]);
    const hidden = (await place.locks?.hidden("p/")) ?? [];
    expect(hidden).toEqual([{ path: "p/hidden", since: expect.any(Date), lock }]);
    // stored anew, the object is there and no longer hidden
    expect(await place.putNew("p/hidden", Buffer.from("anew"), lock)).toBe(true);
    expect(await place.locks?.hidden("p/")).toEqual([]);
  });

  test("it is read as it was, and put back as it was", async () => {
    const url = fresh();
    const place = await openPlace(url);
    const lock = { mode: "governance" as const, until: inHours(1) };
    await place.put("repository.json", Buffer.from("{}"), lock);
    for (const name of ["one", "two", "three"])
      await place.put(`segments/${name}`, Buffer.from(`as ${name} was`), lock);
    await place.put("segments/gone", Buffer.from("gone before"), lock);
    // S3 tells times in whole seconds
    await sleep(1_100);
    await place.remove("segments/gone");
    await place.put("locks/clock-1", Buffer.from("x"));
    await sleep(1_100);
    const asOf = new Date();
    await sleep(1_100);
    await place.remove("segments/one");
    await place.put("segments/two", Buffer.from("forged"));
    await place.put("segments/two", Buffer.from("forged again"));
    await place.put("segments/three", Buffer.from("forged, then hidden"));
    await place.remove("segments/three");
    await place.remove("repository.json");
    await place.put("segments/later", Buffer.from("of another backup"));

    const past = await openPlace(pastOf(url, asOf));
    const names = ["one", "three", "two"];
    const objects = (await listed(past)).map(({ path }) => path);
    expect(objects).toEqual(["repository.json", ...names.map((name) => `segments/${name}`)]);
    for (const name of names) {
      expect((await past.get(`segments/${name}`))?.toString()).toBe(`as ${name} was`);
      expect((await past.get(`segments/${name}`, { start: 3, end: 5 }))?.toString()).toBe(
        name.slice(0, 2),
      );
    }
    for (const path of ["segments/gone", "segments/later", "locks/clock-1", "nothing"])
      expect(await past.get(path)).toBeUndefined();
    for (const refused of [
      past.put("a", Buffer.from("x")),
      past.putNew("a", Buffer.from("x")),
      past.remove("segments/one"),
    ])
      await expect(refused).rejects.toMatchObject({ code: "REFUSED" });
    expect(past.locks).toBeUndefined();

    const dry = await reviveRepository(await openPlace(pastOf(url, asOf)), { dryRun: true });
    expect(dry).toMatchObject({ removed: { objects: 3 }, overwritten: { objects: 1 } });
    expect(await place.get("segments/one")).toBeUndefined();
    const report = await reviveRepository(await openPlace(pastOf(url, asOf)), { dryRun: false });
    expect(report).toEqual({ ...dry, dryRun: false });
    for (const name of names) {
      expect((await place.get(`segments/${name}`))?.toString()).toBe(`as ${name} was`);
      expect(await place.locks?.of(`segments/${name}`)).toEqual(lock);
    }
    expect((await place.get("segments/later"))?.toString()).toBe("of another backup");
    expect(await place.get("segments/gone")).toBeUndefined();
    // a second revival has nothing to do: the newest objects now are those that were put back
    await sleep(1_100);
    const again = await reviveRepository(await openPlace(pastOf(url, new Date())), {
      dryRun: false,
    });
    expect(again.paths).toEqual([]);
  });

  test("versions on several pages are all seen", async () => {
    const url = fresh();
    const place = await openPlace(url, { parallel: 40 });
    await place.put("repository.json", Buffer.from("{}"));
    await Promise.all(
      Array.from({ length: 1_002 }, (_, n) => place.put(`segments/${n}`, Buffer.from(`${n}`))),
    );
    await Promise.all([5, 777].map((n) => place.put(`segments/${n}`, Buffer.from("changed"))));
    await sleep(1_100);
    const past = await openPlace(pastOf(url, new Date()));
    expect(await listed(past, "segments/")).toHaveLength(1_002);
    expect((await past.get("segments/777"))?.toString()).toBe("changed");
  });

  test("the store's clock counts, and not this machine's", async () => {
    await using way = await startFaultyWay(store.endpoint);
    const date = new Date(Date.now() + 10 * 24 * HOUR_MS).toUTCString();
    const text = `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`;
    way.rule = ({ url }) =>
      url.includes("object-lock=") ? { answer: 200, text, headers: { date } } : undefined;
    const place = await openPlace(freshUrl(way, LOCKED_BUCKET));
    const locking = await Locking.open(place, lockWish(24 * HOUR_MS, "governance", "x"));
    const { until } = locking.ofSnapshot;
    const hours = (until.getTime() - Date.parse(date)) / HOUR_MS;
    expect(hours).toBeGreaterThanOrEqual(24);
    expect(hours).toBeLessThan(25);
  });

  test("a store that locks nothing, and says that it does, is refused at the first object", async () => {
    await using way = await startFaultyWay(store.endpoint);
    way.rule = ({ url, method }) =>
      method === "GET" && url.includes("retention=")
        ? { answer: 404, code: "NoSuchObjectLockConfiguration" }
        : undefined;
    const place = await openPlace(freshUrl(way, LOCKED_BUCKET));
    const lock = { mode: "governance" as const, until: inHours(1) };
    await expect(place.put("a", Buffer.from("x"), lock)).rejects.toMatchObject({
      code: "NOT_IMPLEMENTED",
    });
  });

  test("credentials that may not see locks remove objects in a bucket without locks, and get an error in one with locks", async () => {
    await using way = await startFaultyWay(store.endpoint);
    way.rule = ({ url }) =>
      url.includes("retention=") ? { answer: 403, code: "AccessDenied" } : undefined;
    const without = await openPlace(freshUrl(way));
    await without.put("a", Buffer.from("x"));
    expect(await without.locks?.of("a")).toBeUndefined();
    const asked = way.requests.length;
    expect(await without.locks?.of("b")).toBeUndefined();
    expect(way.requests).toHaveLength(asked);
    const locked = await openPlace(freshUrl(way, LOCKED_BUCKET));
    await locked.put("a", Buffer.from("x"));
    await expect(locked.locks?.of("a")).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      hint: expect.stringContaining("s3:GetObjectRetention"),
    });
  });

  test("a bucket without locks gets an error, and so does a directory", async () => {
    const wish = lockWish(HOUR_MS, "governance", "x");
    await expect(Locking.open(await openPlace(freshUrl(store)), wish)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("has no object lock"),
    });
    const place = await openPlace(freshUrl(store));
    const lock = { mode: "governance" as const, until: inHours(1) };
    await expect(place.put("a", Buffer.from("x"), lock)).rejects.toMatchObject({
      code: "REPOSITORY_UNAVAILABLE",
      hint: expect.stringContaining("object lock"),
    });
    expect(await place.get("a")).toBeUndefined();
  });
});
