// Whether a server died of what its databases are like: another process looks at all their pages, which may die of it, too.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DatabaseKind } from "../server/records/kinds.js";

export interface Damage {
  message: string;
  hint: string | undefined;
}

/** A restart of the server would wait meanwhile, and its start looks at them all by itself. */
const PATIENCE_MS = 10_000;

/** @returns what is wrong with the first that is damaged; undefined also where that could not be found out in time */
export function examine(dirs: Record<DatabaseKind, string>): Promise<Damage | undefined> {
  return new Promise((resolve) => {
    const module = fileURLToPath(new URL("./examiner.js", import.meta.url));
    const child = fork(module, [], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const end = (found: Damage | undefined) => {
      clearTimeout(timer);
      resolve(found);
    };
    child.once("message", (found: Damage | null) => end(found ?? undefined));
    child.once("error", () => end(undefined));
    child.once("exit", () => end(undefined));
    if (child.connected) child.send(dirs, () => undefined);
  });
}
