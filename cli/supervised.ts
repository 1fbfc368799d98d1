// The child that `supervise` starts. It does the work of one run, and LMDB may end it.

import type { ExitCode } from "./exit-codes.js";
import { SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";
import type { ToChild, ToParent } from "./supervision.js";

// Ctrl-C in a terminal, or a kill of the whole group, reaches parent and child, and the parent passes its own on. Each pair
// counts once.
const direct = new Map<StopSignal, number>();
const handedOn = new Map<StopSignal, number>();
const waiting: StopSignal[] = [];
let hear = (signal: StopSignal): void => void waiting.push(signal);

function count(signal: StopSignal, [here, there]: readonly Map<StopSignal, number>[]): void {
  const times = 1 + (here?.get(signal) ?? 0);
  here?.set(signal, times);
  if (times > (there?.get(signal) ?? 0)) hear(signal);
}

for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[])
  process.on(signal, () => count(signal, [direct, handedOn]));
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.umask(0o077);
process.title = "flowg";
process.exitCode = 1;

const { words, isLast } = await new Promise<Extract<ToChild, { words: unknown }>>((resolve) => {
  process.on("message", (message: ToChild) => {
    if ("words" in message) resolve(message);
    else count(message.signal, [handedOn, direct]);
  });
});
// so that the process ends when the run waits for nothing more
process.channel?.unref();

const [{ runProcess }, { stopOnSignals }, { beWatched }] = await Promise.all([
  import("./run-process.js"),
  import("./signals.js"),
  import("./watched.js"),
]);
const tell = (message: ToParent) => void process.send?.(message, undefined, {}, () => undefined);
beWatched(tell, { isLast });
const stopping = stopOnSignals((listener) => {
  hear = listener;
});
stopping.stop.addEventListener("abort", () => tell({ stopping: true }));
for (const signal of waiting) hear(signal);
const exitCode: ExitCode = await runProcess(words, stopping);
tell({ ended: exitCode });
process.exit(exitCode);
