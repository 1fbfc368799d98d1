#!/usr/bin/env node
// The `flowg` command: the process around one run. It writes files that only their owner can read, stops in order at a signal,
// and loads modules when it needs them. Commands that open databases of this machine run in a child process.

process.umask(0o077);
// overwrites the command line that other users see in `ps`: it may hold a password
process.title = "flowg";
// counts as a failure if the event loop runs empty before the run has ended
process.exitCode = 1;

const words = process.argv.slice(2);
const { printVersion } = await import("./version.js");
process.exit((await printVersion(words)) ? 0 : await runAll());

async function runAll(): Promise<number> {
  const { opensDatabases } = await import("./opens-databases.js");
  if (opensDatabases(words, process.env)) {
    const { supervise } = await import("./supervise.js");
    const exitCode = await supervise(words);
    if (exitCode !== undefined) return exitCode;
  }
  const [{ runProcess }, { stopOnSignals, ownSignals }] = await Promise.all([
    import("./run-process.js"),
    import("./signals.js"),
  ]);
  return await runProcess(words, stopOnSignals(ownSignals));
}
