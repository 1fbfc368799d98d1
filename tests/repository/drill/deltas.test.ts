// A drill of a continuous backup restores what a restore would: the newest snapshot and all changes after it.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lmdb } from "../../../server/engine/lmdb.js";
import { type DrillOptions, drillRepository } from "../../../server/operations/drill/drill.js";
import { listRepository } from "../../../server/operations/repository/list.js";
import type { DrillOutcome } from "../../../server/records/drill-report.js";
import { listDeltas } from "../../../server/repository/deltas/delta-objects.js";
import { fetchedDeltas } from "../../../server/repository/deltas/fetched-deltas.js";
import type { OpenedRepository } from "../../../server/repository/open.js";
import { listVerified } from "../../../server/repository/verified.js";
import { randomOf, step, world } from "../continuous/world.js";

test("passes with all changes, at an instant too, and not where a delta is missing", async () => {
  await using at = await world({ heartbeatMs: 60_000 });
  await at.settled();
  const random = randomOf(7);
  for (let deltas = 0; deltas < 4; deltas++) {
    for (let steps = 0; steps < 5; steps++) await step(at, random);
    await at.settled();
  }
  await at.continuous.stop();
  await using readers = await at.open();
  const repository = readers.opened[0] as OpenedRepository;
  const { newestDelta = "" } = await listRepository(repository);
  expect(Date.parse(newestDelta)).toBeGreaterThanOrEqual(at.moments.at(-1)?.at.getTime() ?? 0);
  const drilled = async (wish: DrillOptions & { at?: Date } = {}) => {
    const scratchDir = at.space.path;
    const { drills } = await drillRepository(repository, { ...wish, scratchDir }, lmdb);
    return drills[0] as DrillOutcome;
  };
  const entriesOf = ({ databases }: DrillOutcome) =>
    Object.fromEntries(databases.map(({ database, entries }) => [database, entries]));
  const sizes = (model: (typeof at.moments)[number]["model"]) =>
    Object.fromEntries(Object.entries(model).map(([kind, records]) => [kind, records.size]));

  const newest = await drilled();
  expect(newest.problems).toEqual([]);
  const last = at.moments.at(-1);
  expect(entriesOf(newest)).toEqual(sizes(last?.model as NonNullable<typeof last>["model"]));
  expect(Date.parse(newest.snapshot.instant ?? "")).toBeGreaterThan(
    Date.parse(newest.snapshot.createdAt ?? ""),
  );
  expect(await listVerified(repository)).toMatchObject([{ setId: newest.snapshot.setId }]);

  const moment = at.moments[Math.floor(at.moments.length / 2)] as (typeof at.moments)[number];
  const then = await drilled({ at: moment.at });
  expect(then.problems).toEqual([]);
  expect(entriesOf(then)).toEqual(sizes(moment.model));

  // one that has changes: nothing is lost with another
  const withChanges: string[] = [];
  const span = { from: new Date(Date.parse(newestDelta) - 86_400_000), to: new Date() };
  const deltas = await listDeltas(repository, span);
  for await (const { stored, delta } of fetchedDeltas(repository, deltas))
    if (Object.values(delta?.header.databases ?? {}).some(({ from, to }) => to > from))
      withChanges.push(stored.path);
  expect(withChanges.length).toBeGreaterThan(2);
  await rm(join(at.url, withChanges[Math.floor(withChanges.length / 2)] as string));
  const cut = await drilled();
  expect(cut).toMatchObject({ ok: false, problems: [{ code: "REPOSITORY_DAMAGED" }] });
  expect(await listVerified(repository)).toEqual([]);
  const partly = await drilled({ allowMissingDeltas: true });
  expect(partly.problems).toEqual([]);
  expect(partly.warnings.join()).toContain("this is the state of");
  const alone = await drilled({ noDeltas: true });
  expect([alone.ok, alone.snapshot.instant]).toEqual([true, undefined]);
});
