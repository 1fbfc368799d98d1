// The child that `supervise` starts: does the work of one run, and may die of it.

import type { ExitCode } from "./exit-codes.js";
import { SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";
import type { ToChild, ToParent } from "./supervision.js";

// A terminal's Ctrl-C, and who ends a whole group, reaches both of us: of each signal counts how often it came to one.
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
// a run that waits for nothing any more shall end
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
