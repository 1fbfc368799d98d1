// The law of locks: no object that a snapshot needs can be removed before the snapshot itself can, and the cost of that has a
// bound.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SegmentEntry } from "../../../server/repository/manifest.js";
import { lockWish } from "../../../server/repository/object-lock/lock-wish.js";
import { Locking } from "../../../server/repository/object-lock/locking.js";
import type { ObjectLock, PlaceLocks } from "../../../server/repository/places/place.js";
import { MemoryPlace } from "../memory-place.js";

const DAY_MS = 24 * 3600 * 1000;
const PERIOD_MS = 30 * DAY_MS;

/** A place with locks as S3 has them: no lock gets shorter. */
class LockingPlace extends MemoryPlace {
  readonly held = new Map<string, ObjectLock>();
  requests = 0;
  /** The place's own clock, which counts whatever this machine's clock says. */
  clock = Date.parse("2031-01-01T00:00:00Z");
  readonly locks: PlaceLocks = {
    demand: async () => {},
    now: () => new Date(this.clock),
    retain: async (path, lock) => {
      this.requests++;
      const known = this.held.get(path);
      if (known && known.until >= lock.until) return known;
      this.held.set(path, lock);
      return lock;
    },
    of: async (path) => this.held.get(path),
    hidden: async () => [],
  };
}

const entry = (name: string, lockedUntil?: string): SegmentEntry => ({
  name,
  contentSha256: name,
  firstKey: "",
  lastKey: "",
  entries: 1,
  rawBytes: 1,
  blocks: 1,
  bytes: 1,
  storedBytes: 1,
  storedSha256: name,
  ...(lockedUntil !== undefined && { lockedUntil }),
});

describe("locks of a history of backups", () => {
  test("outlast each snapshot, for one renewal of a segment in a quarter of the period", async () => {
    const step = fc.record({
      afterHours: fc.integer({ min: 1, max: 24 * 20 }),
      segments: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }),
      /** The machine that backs up: neither of the two knows of the other's renewals. */
      machine: fc.integer({ min: 0, max: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const place = new LockingPlace();
        const locking = await Locking.open(place, lockWish(PERIOD_MS, "governance", "x"));
        const began = place.clock;
        const known = [new Map<string, SegmentEntry>(), new Map<string, SegmentEntry>()];
        const made: { until: Date; names: string[] }[] = [];
        for (const { afterHours, segments, machine } of steps) {
          place.clock += afterHours * 3_600_000;
          const entries = segments.map((n) => {
            const name = `s${n}`;
            const older = known[machine]?.get(name);
            if (older) return { ...older };
            if (place.held.has(name)) return entry(name);
            const lock = locking.ofSegment;
            place.held.set(name, lock);
            return entry(name, lock.until.toISOString());
          });
          const { until } = locking.ofSnapshot;
          expect(until.getTime()).toBeGreaterThanOrEqual(place.clock + PERIOD_MS);
          await locking.hold(entries, until, (name) => name);
          for (const one of entries) known[machine]?.set(one.name, one);
          made.push({ until, names: entries.map(({ name }) => name) });
        }
        for (const { until, names } of made)
          for (const name of names)
            expect(place.held.get(name)?.until.getTime()).toBeGreaterThanOrEqual(until.getTime());
        // no lock is longer than one and a half periods, but for what it is rounded to
        for (const { until } of place.held.values())
          expect(until.getTime() - place.clock).toBeLessThanOrEqual(PERIOD_MS * (1.5 + 1 / 64));
        const quarters = Math.ceil((place.clock - began) / (PERIOD_MS / 4)) + 1;
        expect(place.requests).toBeLessThanOrEqual(2 * 31 * quarters);
      }),
      { numRuns: 200 },
    );
  });

  test("end at few different times, and not all at once", async () => {
    const place = new LockingPlace();
    const locking = await Locking.open(place, lockWish(PERIOD_MS, "compliance", "x"));
    const ends = new Set(Array.from({ length: 1000 }, () => locking.ofSegment.until.getTime()));
    expect(ends.size).toBeGreaterThan(8);
    expect(ends.size).toBeLessThanOrEqual(18);
  });

  test("a segment that is gone isn't taken for a locked one", async () => {
    const place = new LockingPlace();
    place.locks.retain = async () => undefined;
    const locking = await Locking.open(place, lockWish(1000, "compliance", "x"));
    await expect(
      locking.hold([entry("gone")], new Date(place.clock), (name) => `segments/${name}`),
    ).rejects.toMatchObject({ code: "REPOSITORY_DAMAGED", message: /segments\/gone/ });
  });
});

test.each([
  [undefined, "governance"],
  [0, "governance"],
  [40_000 * DAY_MS, "governance"],
  [DAY_MS, "Compliance"],
])("a wish that can't be: %s %s", (periodMs, mode) => {
  expect(() => lockWish(periodMs, mode, "--object-lock")).toThrow(/--object-lock/);
});

test("a place without locks is refused", async () => {
  await expect(
    Locking.open(new MemoryPlace("/srv/backups"), lockWish(DAY_MS, "governance", "x")),
  ).rejects.toMatchObject({ code: "INPUT_INVALID", message: /\/srv\/backups: it is a directory/ });
});
