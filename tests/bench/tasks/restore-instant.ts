// Restores what a continuous backup has stored: a random instant after its snapshot, or the snapshot alone.

import { rm } from "node:fs/promises";
import { openSnapshot } from "../../../server/core.js";
import { CONTINUOUS, openedRepository, repositoryAt } from "../repositories.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

export const run: Task = async (places, { variant }) => {
  const { restored } = places;
  await rm(restored.logs, { recursive: true, force: true });
  const repository = await openedRepository(repositoryAt(places, CONTINUOUS), { reads: true });
  const given = [{ repository }];
  const { snapshot: newest } = await openSnapshot(given, {});
  const made = Date.parse(newest.copies[0].manifest.createdAt);
  const last = newest.since?.instant.getTime() ?? made;
  // the first half holds the turns of the other server, without a change
  const at = new Date(made + (0.5 + Math.random() / 2) * (last - made));
  const wish = variant === "whole" ? { noDeltas: true } : { at };
  const { snapshot: opened, from, name } = await openSnapshot(given, wish);
  const facts = await restoreLogs(restored, name, { from });
  await repository.place.close();
  return { ...facts, deltas: opened.since?.deltas ?? 0 };
};
