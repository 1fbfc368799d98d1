// For how long a script that took long, or was stopped, goes another way.

import { expect, it } from "vitest";
import { Suspects } from "../../../server/operations/transform/suspects.js";

const MINUTE = 60_000;

it("counts for a minute, and longer each time that it comes again", () => {
  let now = 0;
  const suspects = new Suspects(() => now);
  const lasts = () => {
    const since = now;
    while (suspects.of("a") !== undefined) now += MINUTE / 2;
    return (now - since) / MINUTE;
  };
  const times = [1, 2, 3].map(() => {
    suspects.add("a", "slow");
    return lasts();
  });
  expect(times).toEqual([1, 2, 4]);
  for (let i = 0; i < 10; i++) {
    suspects.add("a", "slow");
    lasts();
  }
  suspects.add("a", "slow");
  expect(lasts()).toBe(60);
  // it was good for longer than that
  now += 61 * MINUTE;
  suspects.add("a", "slow");
  expect(lasts()).toBe(1);
});

it("keeps the worst of what is told meanwhile, and others are none", () => {
  let now = 0;
  const suspects = new Suspects(() => now);
  suspects.add("a", "stopped");
  suspects.add("a", "slow");
  expect([suspects.of("a"), suspects.of("b")]).toEqual(["stopped", undefined]);
  now = 2 * MINUTE;
  expect(suspects.of("a")).toBeUndefined();
});
