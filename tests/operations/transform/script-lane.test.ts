// The lane that scripts go along, when the server stops under them.

import { expect, it } from "vitest";
import { ScriptLane } from "../../../server/operations/transform/script-lane.js";

it("blames no script where the server stops", async () => {
  const blamed: string[] = [];
  const lane = new ScriptLane({ runMs: 3_000, onStopped: (_, why) => blamed.push(why) });
  const running = new Promise((resolve, reject) => {
    lane.add({ script: ".a = 1", key: ".a = 1", json: "{}", resolve, reject });
  });
  // the first is on its way then, and the others wait
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  const waiting = new Promise((resolve, reject) => {
    lane.add({ script: ".a = 1", key: ".a = 1", json: "{}", resolve, reject });
  });
  const checked = lane.check(".a = 2");
  const outcomes = Promise.allSettled([running, waiting, checked]);
  await lane.close();
  const [first, ...others] = await outcomes;
  // it may still come to its end
  if (first?.status === "fulfilled") expect(first.value).toMatchObject({ json: '{"a":"1"}' });
  for (const outcome of first?.status === "fulfilled" ? others : [first, ...others])
    expect(outcome).toMatchObject({ reason: { code: "CANCELLED", message: "the server stops" } });
  expect(blamed).toEqual([]);
});

it("lets a record go between two of many checks", async () => {
  const lane = new ScriptLane({ runMs: 3_000, onStopped: (_, why) => expect.unreachable(why) });
  const done: string[] = [];
  const checks = [1, 2, 3].map((n) => lane.check(`.a = ${n}`).then(() => done.push("check")));
  const run = new Promise((resolve, reject) => {
    lane.add({ script: ".b = 1", key: ".b = 1", json: "{}", resolve, reject });
  }).then(() => done.push("run"));
  await Promise.all([...checks, run]);
  expect(done).toEqual(["check", "run", "check", "check"]);
  await lane.close();
});

it("takes a check whenever it comes after the one before", async () => {
  const lane = new ScriptLane({ runMs: 3_000, onStopped: (_, why) => expect.unreachable(why) });
  for (let turns = 0; turns < 12; turns++) {
    expect(await lane.check(`.a = ${turns}`)).toMatchObject({ problem: undefined, isTried: true });
    for (let i = 0; i < turns; i++) await Promise.resolve();
  }
  await lane.close();
});
