// The snapshots that a policy keeps are compared with a model that is written in another way, and with cases that a reader can
// follow.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Calendar } from "../../server/repository/retention/calendar.js";
import { groupsOf, parseGroupings } from "../../server/repository/retention/groups.js";
import {
  applyPolicy,
  type DatedSnapshot,
  type Policy,
} from "../../server/repository/retention/policy.js";
import { earlier, parseSpan } from "../../server/repository/retention/span.js";

const UTC = new Calendar("UTC");
/** `FLOWG_HISTORIES=10000` tries as many as the issue asks for. */
const HISTORIES = Number(process.env.FLOWG_HISTORIES ?? 150);
const BERLIN = new Calendar("Europe/Berlin");
/** Half hours, and summer time of half an hour. */
const LORD_HOWE = new Calendar("Australia/Lord_Howe");

const at = (createdAt: string, ...tags: string[]): DatedSnapshot => ({
  setId: createdAt,
  createdAt,
  tags,
});
const kept = (dates: string[], policy: Policy, calendar = UTC) =>
  applyPolicy(
    dates.map((date) => at(date)),
    policy,
    calendar,
  )
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ snapshot }) => snapshot.setId);

/** What the clocks show, by another way than Calendar's: `Sun, 2026-10-25 02`. */
function shown(date: Date, timeZone: string) {
  const text = date.toLocaleString("sv-SE", { timeZone, timeZoneName: "longOffset" });
  const [, year = "", month = "", day = "", hour = "", offset = ""] =
    /^(\d+)-(\d\d)-(\d\d) (\d\d):\d\d:\d\d (.*)$/.exec(text) ?? [];
  return { year, month, day, hour, offset };
}

/** Day by day from a Monday that is known: no rule about Thursdays. */
function mondayOf({ year, month, day }: { year: string; month: string; day: string }): string {
  for (let back = 0; ; back++) {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) - back));
    if (date.toUTCString().startsWith("Mon")) return date.toISOString().slice(0, 10);
  }
}

const PERIOD_NAMES = {
  hourly: ({ year, month, day, hour, offset }) => `${year}${month}${day}${hour}${offset}`,
  daily: ({ year, month, day }) => `${year}${month}${day}`,
  weekly: (parts) => mondayOf(parts),
  monthly: ({ year, month }) => `${year}${month}`,
  yearly: ({ year }) => year,
} satisfies Record<string, (parts: ReturnType<typeof shown>) => string>;

/** A rule's choice as a set: the newest of each of the newest periods, and the oldest of all where some are left. */
function model(snapshots: DatedSnapshot[], policy: Policy, timeZone: string): Set<string> {
  const all = [...snapshots].sort((a, b) =>
    a.createdAt === b.createdAt ? (a.setId > b.setId ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1,
  );
  const keep = new Set<string>();
  for (const { setId } of all.slice(-Math.min(policy.last ?? 0, all.length) || all.length))
    if (policy.last) keep.add(setId);
  for (const [name, periodOf] of Object.entries(PERIOD_NAMES)) {
    const count = policy[name as "daily"] ?? 0;
    const newestOf = new Map<string, string>();
    for (const { setId, createdAt } of all)
      newestOf.set(periodOf(shown(new Date(createdAt), timeZone)), setId);
    const chosen = [...newestOf.values()].slice(-Math.min(count, newestOf.size) || newestOf.size);
    if (count > 0) for (const setId of chosen) keep.add(setId);
    const [oldest] = all;
    if (oldest && count > newestOf.size) keep.add(oldest.setId);
  }
  for (const { setId, tags } of all)
    if (policy.tags?.some((list) => list.every((tag) => tags.includes(tag)))) keep.add(setId);
  return keep;
}

const ZONES = [
  UTC,
  BERLIN,
  LORD_HOWE,
  new Calendar("America/St_Johns"),
  new Calendar("Asia/Tokyo"),
];

/** Close together, around the changes of clocks and years, and anywhere. */
const anyTime = fc
  .oneof(
    fc.constantFrom("2026-10-25T00:00:00Z", "2026-03-29T00:00:00Z", "2027-01-01T00:00:00Z"),
    fc.constantFrom("2024-02-29T12:00:00Z", "2020-12-31T23:00:00Z", "2026-04-04T14:30:00Z"),
    fc
      .date({
        min: new Date("2015-01-01"),
        max: new Date("2035-01-01"),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString()),
  )
  .chain((base) =>
    fc
      .oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -400, max: 400 }))
      .chain((hours) =>
        fc
          .integer({ min: 0, max: 3_599_999 })
          .map((ms) => new Date(Date.parse(base) + hours * 3_600_000 + ms).toISOString()),
      ),
  );
const anyCount = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: 0, max: 4 }),
  fc.constant(Number.POSITIVE_INFINITY),
);
const anyPolicy = fc
  .record({
    last: anyCount,
    hourly: anyCount,
    daily: anyCount,
    weekly: anyCount,
    monthly: anyCount,
    yearly: anyCount,
    tags: fc.array(fc.subarray(["a", "b", "c"], { minLength: 1 }), { maxLength: 2 }),
  })
  .filter(({ tags, ...counts }) => tags.length > 0 || Object.values(counts).some(Boolean));

describe("a policy", () => {
  it("keeps what the model keeps, in every time zone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyTime, fc.subarray(["a", "b", "c"])), { maxLength: 25 }),
        anyPolicy,
        fc.constantFrom(...ZONES),
        (times, policy, calendar) => {
          const snapshots = times.map(([createdAt, tags], n) => ({
            setId: `${n}`.padStart(3, "0"),
            createdAt,
            tags,
          }));
          const decisions = applyPolicy(snapshots, policy, calendar);
          const stays = decisions.filter(({ reasons }) => reasons.length > 0);
          expect(new Set(stays.map(({ snapshot }) => snapshot.setId))).toEqual(
            model(snapshots, policy, calendar.timeZone),
          );
          expect(decisions.map(({ snapshot }) => snapshot.createdAt)).toEqual(
            times
              .map(([time]) => time)
              .sort()
              .reverse(),
          );
        },
      ),
      { numRuns: HISTORIES },
    );
  }, 900_000);

  it("applied again to what it kept, removes nothing more", () => {
    fc.assert(
      fc.property(fc.array(anyTime, { maxLength: 25 }), anyPolicy, (times, policy) => {
        const snapshots = times.map((time, n) => ({ ...at(time), setId: `${n}` }));
        const stays = applyPolicy(snapshots, policy, BERLIN)
          .filter(({ reasons }) => reasons.length > 0)
          .map(({ snapshot }) => snapshot);
        for (const { reasons } of applyPolicy(stays, policy, BERLIN))
          expect(reasons).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("says of each why it stays, and keeps the oldest while a rule has some left", () => {
    const decisions = applyPolicy(
      [
        at("2026-11-28T10:00:00Z"),
        at("2026-11-28T09:00:00Z", "release"),
        at("2026-11-27T23:59:59.999Z"),
        at("2026-11-27T08:00:00Z"),
      ],
      { last: 1, daily: 3, tags: [["release"]] },
      UTC,
    );
    expect(decisions.map(({ reasons }) => reasons)).toEqual([
      ["last 1", "daily 2026-11-28"],
      ["tag release"],
      ["daily 2026-11-27"],
      ["daily oldest"],
    ]);
  });

  it("counts the days that have a snapshot, not days that passed", () => {
    const dates = ["2026-11-28T10:00:00Z", "2026-11-01T10:00:00Z", "2026-06-01T10:00:00Z"];
    expect(kept(dates, { daily: 2 })).toEqual(dates.slice(0, 2));
  });

  it("knows two hours where clocks go back, and days as the zone has them", () => {
    const twice = ["2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z"];
    expect(kept([...twice, "2026-10-24T23:30:00Z"], { hourly: 2 }, BERLIN)).toEqual(twice);
    const night = ["2026-11-28T23:30:00Z", "2026-11-28T22:30:00Z", "2026-11-27T12:00:00Z"];
    expect(kept(night, { daily: 2 }, BERLIN)).toEqual(night.slice(0, 2));
    expect(kept(night, { daily: 2 }, UTC)).toEqual([night[0], night[2]]);
  });

  it("knows weeks over the turn of a year", () => {
    // Thursday, Wednesday and Monday of week 53 of 2020, then Sunday of week 52
    const dates = ["2021-01-03T12:00:00Z", "2020-12-28T00:00:00Z", "2020-12-27T23:59:59Z"];
    expect(kept(dates, { weekly: 2 })).toEqual([dates[0], dates[2]]);
  });

  it("keeps what is within a span of the newest, whatever the time is now", () => {
    const within = parseSpan("1m", "--keep-within");
    const dates = [
      "2001-03-31T12:00:00.500Z",
      "2001-02-28T12:00:00.500Z",
      "2001-02-28T12:00:00.499Z",
    ];
    expect(kept(dates, { within })).toEqual(dates.slice(0, 2));
  });

  it("without a rule is refused", () => {
    for (const policy of [{}, { last: 0 }, { daily: 0, tags: [] }])
      expect(() => applyPolicy([at("2026-11-28T10:00:00Z")], policy, UTC)).toThrow(/no rule/);
  });
});

describe("a span", () => {
  it("is read from years, months, weeks, days and hours", () => {
    expect(parseSpan("1y2m3w4d5h", "x")).toEqual({ years: 1, months: 2, days: 25, hours: 5 });
    for (const text of ["", "0d", "1", "d", "1h2d", "-1d", "1.5d", "1s", "1d ", "99999999h"])
      expect(() => parseSpan(text, "--keep-within")).toThrow(/--keep-within can't be/);
  });

  it("goes back to the same time of day where summer time began meanwhile", () => {
    const days = parseSpan("2d", "x");
    const noon = new Date("2026-03-30T10:00:00Z");
    expect(earlier(noon, days, BERLIN).toISOString()).toBe("2026-03-28T11:00:00.000Z");
    expect(earlier(noon, days, UTC).toISOString()).toBe("2026-03-28T10:00:00.000Z");
    // half past two was not shown that day
    const day = parseSpan("1d", "x");
    const early = new Date("2026-03-30T00:30:00Z");
    expect(earlier(early, day, BERLIN).toISOString()).toBe("2026-03-29T01:30:00.000Z");
  });

  it("is never negative, and a longer one goes back further", () => {
    const span = fc.record({
      years: fc.nat(3),
      months: fc.nat(30),
      days: fc.nat(90),
      hours: fc.nat(80),
    });
    fc.assert(
      fc.property(anyTime, span, fc.constantFrom(...ZONES), (time, some, calendar) => {
        const date = new Date(time);
        const back = earlier(date, some, calendar);
        // an hour, where a zone's clocks were changed between
        expect(back.getTime()).toBeLessThanOrEqual(date.getTime() + 3_600_000);
        const more = earlier(date, { ...some, days: some.days + 1 }, calendar);
        expect(more.getTime()).toBeLessThan(back.getTime());
      }),
      { numRuns: 150 },
    );
  });
});

describe("groups", () => {
  const of = (host: string, ...tags: string[]) => ({ host, tags, databases: { auth: {} } });

  it("are by host, tags, databases, or none", () => {
    const snapshots = [of("b", "y", "x"), of("a", "x", "y"), of("b")];
    const names = (text: string) => [...groupsOf(snapshots, parseGroupings(text)).keys()];
    expect(names("host")).toEqual(["host a", "host b"]);
    expect(names("tags")).toEqual(["tags none", "tags x+y"]);
    expect(names("host,databases")).toEqual(["host a, databases auth", "host b, databases auth"]);
    expect(names("none")).toEqual([""]);
    expect(() => parseGroupings("host,path")).toThrow(/doesn't know "path"/);
  });

  it("are by installation where several share a host name; one that notes none is of the only one", () => {
    const made = (host: string, installation?: string) => ({ ...of(host), installation });
    const snapshots = [made("a", "i"), made("a"), made("b", "i"), made("b"), made("b", "j")];
    const counts = (text: string) =>
      [...groupsOf(snapshots, parseGroupings(text))].map(([name, { length }]) => [name, length]);
    expect(counts("host,installation")).toEqual([
      ["host a", 2],
      ["host b, installation i", 1],
      ["host b, installation j", 1],
      ["host b, installation none", 1],
    ]);
    expect(counts("installation")).toEqual([
      ["installation i", 2],
      ["installation j", 1],
      ["installation none", 2],
    ]);
    expect(counts("host")).toEqual([
      ["host a", 2],
      ["host b", 3],
    ]);
  });
});

it("a time zone that nobody knows is refused", () => {
  expect(() => new Calendar("Europe/Atlantis")).toThrow(/no time zone "Europe\/Atlantis"/);
});
