// Trials of a configuration's scripts end early where they can't go on, and say how many scripts they left out.

import { expect, it } from "vitest";
import { OwnTrials, ScriptTrials } from "../../../server/operations/transform/script-trials.js";

it("doesn't load the interpreter once more for each script where it can't be loaded", async () => {
  const asked: string[] = [];
  const trials = new ScriptTrials(async (script) => {
    asked.push(script);
    return { problem: undefined, ms: 0, isTried: false, isStopped: false };
  });
  await trials.learn([".a = 1", ".b = 1", ".c = 1"]);
  expect(asked).toEqual([".a = 1"]);
  expect(trials.problemOf(".a = 1")).toBeUndefined();
  expect(trials.untried).toMatch(/^3 transformers were not tried/);
});

it("stops where the restore is stopped", async () => {
  await using trials = new OwnTrials(AbortSignal.abort());
  await expect(trials.learn([".a = 1"])).rejects.toMatchObject({ code: "CANCELLED" });
});

it("counts scripts that aren't at hand", () => {
  const trials = new ScriptTrials(() => expect.unreachable());
  expect(trials.untried).toBeUndefined();
  trials.leaveOut(0);
  expect(trials.untried).toBeUndefined();
  trials.leaveOut(2);
  expect(trials.untried).toMatch(/^2 transformers were not tried/);
});

it("tries several scripts, one after the other", async () => {
  await using trials = new OwnTrials();
  await trials.learn([".a = 1", "nope(", ".c = 1"]);
  expect(trials.problemOf("nope(")).toMatch(/^line 1, column 6: syntax error/);
  expect(trials.problemOf(".c = 1")).toBeUndefined();
});
