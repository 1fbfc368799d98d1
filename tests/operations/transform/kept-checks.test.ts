// What the compilation of scripts gave is kept, and several who ask at once share one compilation.

import { expect, it } from "vitest";
import { KeptChecks } from "../../../server/operations/transform/kept-checks.js";
import type { Checked } from "../../../server/operations/transform/script-lane.js";

const MINUTE = 60_000;

/** Checks that give what the test says, one after the other. */
function checksOf(...answers: Partial<Checked>[]) {
  const compiled: string[] = [];
  const clock = { now: 0 };
  const checks = new KeptChecks(
    async (script) => {
      compiled.push(script);
      await new Promise(setImmediate);
      const answer = answers[compiled.length - 1];
      return { problem: undefined, ms: 5, isTried: true, isStopped: false, ...answer };
    },
    () => clock.now,
  );
  return { checks, compiled, clock };
}

it("compiles a script once for several who ask at the same time, and for those that ask later", async () => {
  const { checks, compiled } = checksOf({ problem: "bad" });
  const together = await Promise.all([checks.of("a"), checks.of("a"), checks.of("a")]);
  expect(together.map(({ problem }) => problem)).toEqual(["bad", "bad", "bad"]);
  expect(await checks.of("a")).toMatchObject({ problem: "bad", ms: 0 });
  expect(compiled).toEqual(["a"]);
});

it("tries a script that was stopped anew after some minutes, or when it is saved", async () => {
  const stopped = { problem: "it was stopped", isStopped: true };
  const { checks, compiled, clock } = checksOf(stopped, stopped, {});
  for (const minutes of [0, 9]) {
    clock.now = minutes * MINUTE;
    expect(await checks.of("a")).toMatchObject(stopped);
  }
  expect(compiled).toHaveLength(1);
  clock.now = 10 * MINUTE;
  expect(await checks.of("a")).toMatchObject(stopped);
  expect(compiled).toHaveLength(2);
  await checks.anew("a");
  expect(await checks.of("a")).toMatchObject({ problem: undefined, ms: 0 });
  expect(compiled).toHaveLength(3);
});

it("keeps nothing where the interpreter can't be loaded", async () => {
  const { checks, compiled } = checksOf({ isTried: false, ms: 0 });
  await checks.of("a");
  expect(await checks.of("a")).toMatchObject({ isTried: true });
  expect(compiled).toEqual(["a", "a"]);
});

it("keeps no failure", async () => {
  let times = 0;
  const checks = new KeptChecks(async () => {
    times++;
    throw new Error("the server stops");
  });
  const together = await Promise.allSettled([checks.of("a"), checks.of("a")]);
  expect(together.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(checks.of("a")).rejects.toThrow("the server stops");
  expect(times).toBe(2);
});
