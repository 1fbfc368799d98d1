// The law of places: every kind of place keeps it.

import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Place, PlacedObject } from "../../../server/repository/places/place.js";

export interface TriedPlace extends AsyncDisposable {
  /** Another handle on the same place, as another machine has one. */
  open(): Promise<Place>;
}

export async function listed(place: Place, prefix = ""): Promise<PlacedObject[]> {
  const objects: PlacedObject[] = [];
  for await (const object of place.list(prefix)) objects.push(object);
  return objects;
}

/** @param make an empty place */
export function describeLaw(kind: string, make: () => Promise<TriedPlace>): void {
  const paths = async (place: Place, prefix = ""): Promise<string[]> => {
    const found = (await listed(place, prefix)).map(({ path }) => path);
    const alone: string[] = [];
    for await (const path of place.listPaths(prefix)) alone.push(path);
    expect(alone).toEqual(found);
    return found;
  };

  describe(`a place: ${kind}`, () => {
    test("gives what was put, whole and in ranges", async () => {
      await using tried = await make();
      const place = await tried.open();
      const bytes = randomBytes(3_000_000);
      await place.put("segments/ab/one.zst", bytes);
      expect((await place.get("segments/ab/one.zst"))?.equals(bytes)).toBe(true);
      const range = (start: number, end?: number) =>
        place.get("segments/ab/one.zst", { start, end });
      expect(await range(0, 1)).toEqual(bytes.subarray(0, 1));
      const middle = await range(1_234_567, 2_345_678);
      expect(middle?.equals(bytes.subarray(1_234_567, 2_345_678))).toBe(true);
      expect(await range(2_999_990)).toEqual(bytes.subarray(2_999_990));
      // what lies behind its end isn't bytes
      expect(await range(2_999_990, 4_000_000)).toEqual(bytes.subarray(2_999_990));
      expect(await range(3_000_000)).toEqual(Buffer.alloc(0));
      expect(await range(5_000_000, 6_000_000)).toEqual(Buffer.alloc(0));
    });

    test("puts in place of what is there; another handle sees it at once", async () => {
      await using tried = await make();
      const [place, other] = [await tried.open(), await tried.open()];
      await place.put("repository.json", Buffer.from("first"));
      await place.put("repository.json", Buffer.from("2nd"));
      expect((await other.get("repository.json"))?.toString()).toBe("2nd");
      await place.put("empty", Buffer.alloc(0));
      expect(await other.get("empty")).toEqual(Buffer.alloc(0));
    });

    test("knows what isn't there", async () => {
      await using tried = await make();
      const place = await tried.open();
      expect(await place.get("nothing")).toBeUndefined();
      expect(await place.get("no/such/thing", { start: 5 })).toBeUndefined();
      await place.remove("nothing");
      expect(await paths(place)).toEqual([]);
      expect(await paths(place, "segments/")).toEqual([]);
      await place.put("segments/aa/x", Buffer.from("x"));
      expect(await place.get("segments/aa")).toBeUndefined();
      await place.remove("segments/aa/x");
      await place.remove("segments/aa/x");
      expect(await place.get("segments/aa/x")).toBeUndefined();
      expect(await paths(place)).toEqual([]);
    });

    test("stores what is new once", async () => {
      await using tried = await make();
      const place = await tried.open();
      expect(await place.putNew("a/b", Buffer.from("first"))).toBe(true);
      expect(await place.putNew("a/b", Buffer.from("second"))).toBe(false);
      expect((await place.get("a/b"))?.toString()).toBe("first");
      await place.remove("a/b");
      expect(await place.putNew("a/b", Buffer.from("third"))).toBe(true);
      expect((await place.get("a/b"))?.toString()).toBe("third");
    });

    test("of twenty that store what is new at once, one does", async () => {
      await using tried = await make();
      const handles = await Promise.all([tried.open(), tried.open(), tried.open(), tried.open()]);
      const contents = Array.from({ length: 20 }, () => randomBytes(10_000));
      const stored = await Promise.all(
        contents.map((bytes, i) => (handles[i % 4] as Place).putNew("locks/prune", bytes)),
      );
      const winners = contents.filter((_, i) => stored[i]);
      expect(winners).toHaveLength(1);
      expect((await handles[0]?.get("locks/prune"))?.equals(winners[0] as Buffer)).toBe(true);
    });

    test("lists what begins so, in order, with sizes and times", async () => {
      await using tried = await make();
      const place = await tried.open();
      const before = Date.now();
      const all = [
        "repository.json",
        "segments/00/a.zst",
        "segments/00/b.zst.age",
        "segments/0a/c",
        "segments/ff/d",
        "snapshots/2026-11-28/21-30-05.123Z-a_b.json.zst",
        "snapshots/2026-11-28/21-30-05.123Z-a_b.json.zst.minisig",
        "snapshots/2026-11-29/00-00-00.000Z-c.json.zst",
      ];
      for (const path of all.toReversed()) await place.put(path, Buffer.from(path));
      const objects = await listed(place);
      expect(objects.map(({ path, bytes }) => ({ path, bytes }))).toEqual(
        all.map((path) => ({ path, bytes: path.length })),
      );
      // in whole seconds, some of them
      for (const { storedAt } of objects) {
        expect(storedAt.getTime()).toBeGreaterThan(before - 5000);
        expect(storedAt.getTime()).toBeLessThan(Date.now() + 5000);
      }
      const under = (prefix: string) => all.filter((path) => path.startsWith(prefix));
      for (const prefix of ["segments/", "segments/0", "snapshots/2026-11-28/21", "rep", "x/"]) {
        expect(await paths(place, prefix)).toEqual(under(prefix));
      }
    });

    test("lists more than a page", async () => {
      await using tried = await make();
      const place = await tried.open();
      const all = Array.from(
        { length: 1010 },
        (_, i) => `p/${i % 3}/${String(i).padStart(5, "0")}`,
      );
      await Promise.all(all.map((path) => place.put(path, Buffer.from("x"))));
      all.sort();
      expect(await paths(place, "p/")).toEqual(all);
      expect(await paths(place, "p/1/")).toEqual(all.filter((path) => path.startsWith("p/1/")));
    });

    test("refuses paths that lead elsewhere", async () => {
      await using tried = await make();
      const place = await tried.open();
      const invalid = { code: "INPUT_INVALID" };
      for (const path of [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        "./a",
        ".a",
        "a\0b",
        "a\\b",
        "ä",
        "a".repeat(201),
        "abc/".repeat(200),
      ]) {
        await expect(place.get(path)).rejects.toMatchObject(invalid);
        await expect(place.put(path, Buffer.from("x"))).rejects.toMatchObject(invalid);
        await expect(place.putNew(path, Buffer.from("x"))).rejects.toMatchObject(invalid);
        await expect(place.remove(path)).rejects.toMatchObject(invalid);
      }
      for (const prefix of ["../", "/", "a/../", ".a"]) {
        await expect(paths(place, prefix)).rejects.toMatchObject(invalid);
      }
      for (const range of [{ start: -1 }, { start: 5, end: 5 }, { start: 1.5 }]) {
        await expect(place.get("a", range)).rejects.toMatchObject(invalid);
      }
    });

    test("answers nobody any more once it is closed", async () => {
      await using tried = await make();
      const place = await tried.open();
      await place.put("a", Buffer.from("x"));
      await place.close();
      await expect(place.get("a")).rejects.toMatchObject({ code: "CANCELLED" });
    });
  });
}
