import { expect, test } from "vitest";
import { retryAfterMs } from "../../server/platform/retry-after.js";

test.each([
  ["120", 120_000],
  ["0", 0],
  ["1.5", 1_500],
  ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("%j asks for %j ms", (header, ms) => {
  expect(retryAfterMs(header)).toBe(ms);
});

test("a date asks for the time until then", () => {
  const ms = retryAfterMs(new Date(Date.now() + 3_600_000).toUTCString()) ?? 0;
  expect(ms).toBeGreaterThan(3_500_000);
  expect(ms).toBeLessThanOrEqual(3_600_000);
});
