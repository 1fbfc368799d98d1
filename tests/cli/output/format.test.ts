import { expect, test } from "vitest";
import {
  formatBytes,
  formatClock,
  formatCount,
  formatCounted,
  formatDuration,
  formatRatio,
} from "../../../cli/output/format.js";

test.each([
  [0, "0 B"],
  [1, "1 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536, "1.5 KiB"],
  [10_188, "9.9 KiB"],
  [10_189, "10 KiB"],
  [1_048_000, "1.0 MiB"],
  [1_048_576, "1.0 MiB"],
  [312 * 1_048_576, "312 MiB"],
  [5 * 1024 ** 4, "5.0 TiB"],
  [Number.MAX_SAFE_INTEGER, "8.0 PiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1234567, "1,234,567"],
  [10_000_000, "10,000,000"],
])("%d counts as %s", (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test("a counted noun has its plural", () => {
  expect(formatCounted(1, "file")).toBe("1 file");
  expect(formatCounted(0, "file")).toBe("0 files");
  expect(formatCounted(2000, "file")).toBe("2,000 files");
});

test.each([
  [0, "0 ms"],
  [0.0123, "12 ms"],
  [0.9994, "999 ms"],
  [0.9996, "1.0 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min 00 s"],
  [65, "1 min 05 s"],
  [3599.6, "1 h 00 min"],
  [7380, "2 h 03 min"],
])("%d seconds last %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [-1, "0:00"],
  [7, "0:07"],
  [754, "12:34"],
  [3723, "1:02:03"],
])("a clock shows %d seconds as %s", (seconds, text) => {
  expect(formatClock(seconds)).toBe(text);
});

test("a ratio of nothing is none", () => {
  expect(formatRatio(6.44)).toBe("6.4x");
  expect(formatRatio(0 / 0)).toBe("-");
  expect(formatRatio(0)).toBe("-");
});
