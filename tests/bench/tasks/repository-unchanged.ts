// A backup into a repository that has all of it: in a process that has begun already, and as a command beside others that do
// nothing.

import { execFileSync } from "node:child_process";
import { backUp, ENCRYPTED, openedRepository, repositoryAt, storedBy } from "../repositories.js";
import { FLOWG } from "../server.js";
import { middle } from "../table.js";
import { seconds, type Task, used } from "../task.js";

const TIMES = 7;

export const run: Task = async (places) => {
  const { growing } = places;
  const at = repositoryAt(places, ENCRYPTED);
  const repository = await openedRepository(at);
  let objects = 0;
  const facts = await used(async () => {
    objects = storedBy(await backUp(repository, growing)).objects;
  });
  await repository.place.close();
  if (objects > 0) throw new Error(`${objects} segments were stored, and nothing had changed`);
  const dirs = ["--auth-dir", growing.auth, "--config-dir", growing.config];
  const where = ["--log-dir", growing.logs, "--repository", at.url];
  const how = ["--repository-key", at.keyFile, "--host", "bench", "--quiet"];
  const commands = Object.entries({
    node: ["-e", "0"],
    version: [FLOWG, "version"],
    command: [FLOWG, "admin", "backup", ...dirs, ...where, ...how],
  });
  const times = commands.map((): number[] => []);
  for (let n = 0; n < TIMES; n++) {
    for (const [i, [, words]] of commands.entries()) {
      const stdio = ["ignore", "ignore", "inherit"] as const;
      const took = await seconds(() =>
        execFileSync(process.execPath, words, { stdio: [...stdio] }),
      );
      times[i]?.push(took * 1000);
    }
  }
  const milliseconds = commands.map(([name], i) => [name, middle(times[i] ?? [])]);
  return { ...facts, inProcess: facts.seconds * 1000, ...Object.fromEntries(milliseconds) };
};
