import { readdir, readFile } from "node:fs/promises";
import { until } from "./flowg-server.js";

/** Resolves once no thread of a process has had anything to do for a while. */
export async function asleep(pid: number): Promise<void> {
  let times = 0;
  await until(async () => {
    const threads = await readdir(`/proc/${pid}/task`);
    const states = await Promise.all(
      threads.map(async (thread) => {
        const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, "utf8").catch(() => ") S");
        return stat.slice(stat.lastIndexOf(")") + 2)[0];
      }),
    );
    times = states.some((state) => state !== "S") ? 0 : times + 1;
    return times === 20;
  });
}
