// An hour of one stream out of a repository, of a short stream a tenth of it; which segments that needs, and which it fetches.

import { rm } from "node:fs/promises";
import type { OpenedRepository } from "../../../server/core.js";
import { openSnapshot } from "../../../server/core.js";
import { SEGMENTS } from "../../../server/repository/segments/segment-path.js";
import { FIRST_MS, STREAMS } from "../entries.js";
import { ENCRYPTED, openedRepository, repositoryAt } from "../repositories.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

const HOUR_MS = 60 * 60 * 1000;
/** Between two entries of a stream, on average. */
const APART_MS = 20.5;

export const run: Task = async (places, { count }) => {
  const { restored } = places;
  await rm(restored.logs, { recursive: true, force: true });
  const opened = await openedRepository(repositoryAt(places, ENCRYPTED), { reads: true });
  const fetched = new Map<string, number>();
  const repository = { ...opened, place: watched(opened.place, fetched) };
  const { snapshot, from, name } = await openSnapshot([{ repository }], { snapshot: "latest" });
  const lasts = (count / STREAMS.length) * APART_MS;
  const [first, most] = [FIRST_MS + lasts / 2, Math.min(HOUR_MS, lasts / 10)];
  const times = [first, first + most].map((ms) => new Date(ms).toISOString());
  const select = [`stream=${STREAMS[1]},from=${times[0]},to=${times[1]}`];
  const only = undefined;
  const facts = await restoreLogs(restored, name, { from, select, only });
  await opened.place.close();
  const segments = snapshot.copies[0].manifest.databases.logs?.segments ?? [];
  const sizes = segments.map(({ entries, storedBytes }) => ({ entries, storedBytes }));
  const entries = sizes.reduce((sum, one) => sum + one.entries, 0);
  const bytes = sizes.reduce((sum, one) => sum + one.storedBytes, 0);
  const got = [...fetched.values()].reduce((sum, one) => sum + one, 0);
  const share = most / APART_MS / entries;
  return {
    ...facts,
    segments: fetched.size,
    // a part of one is fetched whole
    least: Math.ceil(share * segments.length),
    megabytes: got / 1e6,
    leastMegabytes: (share * bytes) / 1e6,
  };
};

/** Notes the segments that are read, and their bytes. */
function watched(
  place: OpenedRepository["place"],
  fetched: Map<string, number>,
): OpenedRepository["place"] {
  return new Proxy(place, {
    get(target, name) {
      const found = Reflect.get(target, name) as unknown;
      if (typeof found !== "function") return found;
      if (name !== "get") return found.bind(target);
      return async (...given: Parameters<typeof place.get>) => {
        const bytes = await target.get(...given);
        if (given[0].startsWith(SEGMENTS)) fetched.set(given[0], bytes?.byteLength ?? 0);
        return bytes;
      };
    },
  });
}
