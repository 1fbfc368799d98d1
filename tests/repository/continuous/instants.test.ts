// After changes of every kind, each instant comes back as it was, or is refused because something is missing.

import { expect, it } from "vitest";
import { FlowgError } from "../../../server/platform/errors.js";
import { eventually } from "../../eventually.js";
import { SEED } from "../../support/seed.js";
import { bulkRestore, randomOf, remember, statesAt, step, world } from "./world.js";

const INSTANTS = Number(process.env.FLOWG_INSTANTS ?? 40);

it(`brings back ${INSTANTS} random instants of all three databases (FLOWG_SEED=${SEED})`, async () => {
  const random = randomOf(SEED);
  await using at = await world({ snapshotMs: 700 });
  await at.settled();
  /** The spans that no delta and no snapshot has: from a restore up to the snapshot after it. */
  const gaps: { from: Date; to: Date }[] = [];
  for (let steps = 0; steps < 3 * INSTANTS; steps++) {
    const event = random(60);
    if (event === 0) {
      const from = new Date();
      await bulkRestore(at, random);
      await remember(at, "restore");
      await at.settled();
      gaps.push({ from, to: new Date() });
    } else if (event === 1) await at.restart();
    else await step(at, random);
  }
  // the instant of a restore itself has no delta
  await step(at, random);
  await at.settled();
  // only a later delta tells that nothing came after the last step
  const last = at.moments.at(-1)?.at;
  await eventually(async () => void (await at.read({ at: last as Date })));
  let refused = 0;
  for (let n = 0; n < INSTANTS; n++) {
    const moment = at.moments[random(at.moments.length)] as (typeof at.moments)[number];
    try {
      const { model, opened } = await at.read({ at: moment.at });
      expect(opened.since?.instant).toEqual(moment.at);
      expect(model).toEqual(moment.model);
    } catch (error) {
      const isGap = gaps.some(({ from, to }) => moment.at >= from && moment.at <= to);
      const isLost = error instanceof FlowgError && error.code === "REPOSITORY_DAMAGED";
      if (!isGap || !isLost) throw error;
      refused++;
      const { model } = await at.read({ at: moment.at, allowMissingDeltas: true });
      const reaches = new Date(String(error.details.reaches));
      const then = statesAt(at, reaches);
      if (then) expect(then).toContainEqual(model);
    }
  }
  const { model } = await at.read({});
  expect(model).toEqual(at.model);
  // a schedule's snapshot may be refused: where there is less than before, or while all changes at once
  const others = at.errors.filter(
    (one) => !/^a snapshot: .*(the last snapshot|too fast)/.test(one),
  );
  expect(others).toEqual([]);
  expect(refused).toBeLessThan(INSTANTS);
}, 600_000);
