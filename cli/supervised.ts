// The child that `supervise` starts: does the work of one run, and may die of it.

import type { ExitCode } from "./exit-codes.js";
import { SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";
import type { ToChild, ToParent } from "./supervision.js";

// a terminal sends Ctrl-C to both of us: it counts once, as the other one tells it
for (const signal of Object.keys(SIGNAL_EXIT_CODES)) process.on(signal, () => undefined);
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.umask(0o077);
process.title = "flowg";
process.exitCode = 1;

let hear: (signal: StopSignal) => void = () => undefined;
const { words, isLast } = await new Promise<Extract<ToChild, { words: unknown }>>((resolve) => {
  process.on("message", (message: ToChild) => {
    if ("words" in message) resolve(message);
    else hear(message.signal);
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
const exitCode: ExitCode = await runProcess(words, stopping);
tell({ ended: exitCode });
process.exit(exitCode);
