// Starts the processes that are measured, watches them, and ends them with this one.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const SAMPLE_MS = 20;
const running = new Set<ChildProcess>();

process.on("exit", () => {
  // also where a fault ends this process: nothing is left running
  for (const child of running) child.kill("SIGKILL");
});

export function start(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(process.execPath, words, options);
  running.add(child);
  child.on("close", () => running.delete(child));
  return child;
}

/** Resolves when it has ended well. */
export async function ended(child: ChildProcess, what: string): Promise<void> {
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...how) => resolve(how));
  });
  if (code !== 0) throw new Error(`${what} ended with ${code ?? signal}`);
}

/** Looks at the anonymous memory of a process and its child until it ends, or until it is told to stop. Gives the peak in MB. */
export function watchMemory(child: ChildProcess): () => number {
  let peak = 0;
  const look = () => {
    try {
      const own = `/proc/${child.pid}/task/${child.pid}/children`;
      const pids = [child.pid, ...readFileSync(own, "utf8").split(" ").filter(Boolean)];
      peak = Math.max(
        peak,
        pids.reduce<number>((sum, pid) => sum + anonymous(pid), 0),
      );
    } catch {
      // it has just ended
    }
  };
  const timer = setInterval(look, SAMPLE_MS);
  child.on("close", () => clearInterval(timer));
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** MB */
function anonymous(pid: number | string | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return (Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024) / 1e6;
}

/** Lets Ctrl-C end all children, then clean up, then this process. */
export function endOnSignals(cleanUp: () => void = () => {}): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      // what fails now fails because of this
      process.on("uncaughtException", () => {});
      for (const child of running) child.kill("SIGTERM");
      const end = () => {
        cleanUp();
        process.exit(1);
      };
      const all = [...running].map((child) => new Promise((resolve) => child.on("close", resolve)));
      void Promise.all(all).then(end);
    });
  }
}
