// Out of a repository into an empty place; the index is made anew.

import { rm } from "node:fs/promises";
import { openSnapshot } from "../../../server/core.js";
import { openedRepository, repositoryAt } from "../repositories.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

export const run: Task = async (places, { variant }) => {
  const { restored } = places;
  await rm(restored.logs, { recursive: true, force: true });
  const repository = await openedRepository(repositoryAt(places, variant), { reads: true });
  const { from, name } = await openSnapshot([{ repository }], { snapshot: "latest" });
  const facts = await restoreLogs(restored, name, { from });
  await repository.place.close();
  return facts;
};
