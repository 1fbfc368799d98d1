// The first backup into an empty repository, of databases that go on growing afterwards.

import { backUp, makeRepository, openedRepository, storedBy } from "../repositories.js";
import { type Task, used } from "../task.js";

export const run: Task = async (places, { variant }) => {
  const repository = await openedRepository(await makeRepository(places, variant));
  let stored = { objects: 0, megabytes: 0 };
  const facts = await used(async () => {
    stored = storedBy(await backUp(repository, places.growing));
  });
  await repository.place.close();
  return { ...facts, ...stored };
};
