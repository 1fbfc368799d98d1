import { beforeEach, describe, expect, test } from "vitest";
import { progressBar, progressLines } from "../../../cli/output/progress.js";
import type { Progress } from "../../../server/records/reports.js";

let now = 0;
let written: string[] = [];
const sink = { columns: 80, write: (text: string) => written.push(text) };
const clock = () => now;
const MIB = 1_048_576;

beforeEach(() => {
  now = 1_000_000;
  written = [];
  sink.columns = 80;
});

function at(percent: number, more: Partial<Progress> = {}): Progress {
  const bytes = percent * MIB;
  const records = percent * 1000;
  return { database: "logs", phase: "reading", records, bytes, totalBytes: 100 * MIB, ...more };
}

/** What stands on the line after the last write. */
const line = () => written.at(-1)?.split("\r").at(-1)?.replace("\x1b[2K", "");

describe("the progress bar", () => {
  test("shows what, how far, how fast and how long still", () => {
    const bar = progressBar(sink, clock);
    bar.update(at(0));
    expect(line()).toBe("logs    reading    [------------------------------]    0%  0 records");
    now += 10_000;
    bar.update(at(25));
    expect(line()).toMatch(
      /^logs {4}reading {4}\[#+-+\] {3}25% {2}0:30 left {2}2\.5 MiB\/s {2}25,000 records$/,
    );
  });

  test("is redrawn ten times a second at most, but at once for a new stage", () => {
    const bar = progressBar(sink, clock);
    for (let step = 0; step < 100; step++) {
      now += 10;
      bar.update(at(step));
    }
    expect(written.length).toBe(10);
    bar.update(at(0, { phase: "verifying" }));
    expect(line()).toContain("verifying");
  });

  test("says that a restore finishes, and for how long, without a percentage", () => {
    const bar = progressBar(sink, clock);
    const finishing = at(0, { phase: "finishing", bytes: 0, records: 500_000 });
    bar.update(at(100, { phase: "restoring" }));
    bar.update(finishing);
    now += 18_000;
    bar.update(finishing);
    expect(line()).toBe("logs: finishing, writing all of it to the disk  0:18");
    const lines = progressLines(sink, clock);
    written = [];
    lines.update(finishing);
    now += 31_000;
    lines.update(finishing);
    expect(written).toEqual([
      "logs: finishing, writing all of it to the disk\n",
      "logs: finishing, writing all of it to the disk, 0:31\n",
    ]);
  });

  test("measures each stage by itself", () => {
    const bar = progressBar(sink, clock);
    bar.update(at(0));
    now += 100_000;
    bar.update(at(0, { phase: "verifying" }));
    now += 1000;
    bar.update(at(50, { phase: "verifying" }));
    expect(line()).toContain("0:01 left  50 MiB/s");
  });

  test.each([10, 20, 30, 40, 60, 80, 132, 500])("fits into %d columns", (columns) => {
    sink.columns = columns;
    const bar = progressBar(sink, clock);
    for (const percent of [0, 33, 100]) {
      now += 60_000;
      bar.update(at(percent, { records: 123_456_789 }));
      expect(line()?.length).toBeLessThan(columns);
    }
  });

  test("adapts when the terminal is resized", () => {
    const bar = progressBar(sink, clock);
    bar.update(at(1));
    const wide = line()?.length ?? 0;
    sink.columns = 30;
    now += 1000;
    bar.update(at(2));
    expect(line()?.length).toBeLessThan(Math.min(30, wide));
  });

  test("says for how long a server is awaited", () => {
    const bar = progressBar(sink, clock);
    const progress = { database: "logs", phase: "waiting", records: 0, bytes: 0 } as const;
    bar.update(progress);
    expect(line()).toBe("waiting for the server  0:00");
    now += 75_000;
    bar.update(progress);
    expect(line()).toBe("waiting for the server  1:15");
    now += 1000;
    sink.columns = 10;
    bar.update(progress);
    expect(line()).toBe("waiting f");
  });

  test("counts no records of an upload", () => {
    const bar = progressBar(sink, clock);
    bar.update(at(50, { records: 0 }));
    expect(line()).toMatch(/50%$/);
  });

  test("has no bar where the whole is unknown", () => {
    const bar = progressBar(sink, clock);
    bar.update({ database: "auth", phase: "importing", records: 5, bytes: 0 });
    expect(line()).toBe("auth    importing  5 records");
  });

  test("counts records where bytes are unknown, and never passes 100%", () => {
    const bar = progressBar(sink, clock);
    const progress = { database: "auth", phase: "restoring", bytes: 0, totalRecords: 10 } as const;
    bar.update({ ...progress, records: 5 });
    expect(line()).toContain(" 50%");
    now += 1000;
    bar.update({ ...progress, records: 11 });
    expect(line()).toContain(" 100%");
  });

  test("leaves an empty line when it is cleared, once", () => {
    const bar = progressBar(sink, clock);
    bar.clear();
    expect(written).toEqual([]);
    bar.update(at(10));
    bar.clear();
    bar.clear();
    expect(written.at(-1)).toBe("\r\x1b[2K");
    expect(written).toHaveLength(2);
  });
});

describe("progress in lines", () => {
  test("has a line when a stage begins, then one every half minute", () => {
    const lines = progressLines(sink, clock);
    for (let second = 0; second <= 60; second++) {
      lines.update(at(second));
      now += 1000;
    }
    lines.update(at(0, { database: "auth" }));
    expect(written).toEqual([
      "logs: reading\n",
      "logs: reading, 30%, 30,000 records, 1:10 left\n",
      "logs: reading, 60%, 60,000 records, 0:40 left\n",
      "auth: reading\n",
    ]);
  });

  test("has one for a server that lets wait for long", () => {
    const lines = progressLines(sink, clock);
    for (let second = 0; second <= 60; second++) {
      lines.update({ database: "logs", phase: "waiting", records: 0, bytes: 0 });
      now += 1000;
    }
    expect(written).toEqual(["waiting for the server, 0:30\n", "waiting for the server, 1:00\n"]);
  });
});
