// Runs a command: finds it, reads its flags, hands it its tools, prints its result or its error, and turns that into an exit
// code.

import { runCommand } from "citty";
import { lowerPriority } from "../server/platform/threads/low-priority.js";
import { checkWords, cittyArgs } from "./check-words.js";
import { type Args, isFlag, type Values } from "./command.js";
import { EXIT_CODES, type ExitCode, SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";
import { CliError, failureOf, isNumberTaken } from "./failure.js";
import { fileFault } from "./file-fault.js";
import { outputFlags } from "./flags.js";
import { Input } from "./input/input.js";
import { demandLocalPaths } from "./local-paths.js";
import { demandOpenFiles } from "./open-files.js";
import { Output } from "./output/output.js";
import { type Resolved, resolve } from "./resolve.js";
import { root } from "./root.js";
import type { Stopping } from "./signals.js";
import { warnOfUnflushed } from "./unflushed.js";
import { beginAgain } from "./watched.js";

export interface Surroundings extends Stopping {
  /** What was typed after `flowg`. */
  words: readonly string[];
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
  /** Calls the listener with errors that no code could catch. */
  onFault(listener: (error: unknown) => void): void;
}

/** After a signal, a slow reader of our output gets this long. */
const LAST_WORDS_MS = 500;

/** Runs the command line to its end. Never throws. */
export async function run(surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env, stop } = surroundings;
  const output = new Output({ stdout, stderr, env });
  let exitCode: ExitCode = 0;
  try {
    const fault = new Promise<never>((_, reject) => surroundings.onFault(reject));
    exitCode = await Promise.race([dispatch(surroundings, output), fault]);
  } catch (error) {
    // this error comes before anything was read or printed
    if (isNumberTaken(error) && beginAgain()) return EXIT_CODES.DATABASE_UNAVAILABLE;
    const failure = failureOf(error);
    output.failure(failure);
    exitCode = failure.exitCode;
    if (failure.code === "CANCELLED" && stop.aborted) {
      exitCode = SIGNAL_EXIT_CODES[stop.reason as StopSignal];
    }
  }
  return await told(output, { exitCode, stop });
}

/** Prints the rest of the output. After a signal it doesn't wait for a reader that doesn't read. */
async function told(
  output: Output,
  { exitCode, stop }: { exitCode: ExitCode; stop: AbortSignal },
): Promise<ExitCode> {
  // where the signal came first, the command's exit code already counts it
  const orSignal = () => exitCode || SIGNAL_EXIT_CODES[stop.reason as StopSignal];
  const codeThen = stop.aborted ? () => exitCode : orSignal;
  const stopped = new Promise<"stopped">((resolve) => {
    const soon = () => setTimeout(() => resolve("stopped"), LAST_WORDS_MS);
    if (stop.aborted) soon();
    else stop.addEventListener("abort", soon, { once: true });
  });
  const fault = await Promise.race([output.flush(), stopped]);
  if (fault === "stopped") return codeThen();
  if (fault === undefined || exitCode !== 0) return exitCode;
  const { code, message } = fileFault(fault, "write to", "stdout");
  const failure = failureOf(new CliError(code, message, "the rest of the command has ended well"));
  output.failure(failure);
  await Promise.race([output.flush(), stopped]);
  return failure.exitCode;
}

/** @returns the exit code of a command that succeeded */
async function dispatch(surroundings: Surroundings, output: Output): Promise<ExitCode> {
  const { words, env } = surroundings;
  // `flowg --version` is what people try first
  const asked = words.length === 1 && words[0] === "--version" ? ["version"] : words;
  // before the flags are checked: an error in them must come out as JSON too
  const end = asked.indexOf("--");
  output.configure({ json: asked.slice(0, end < 0 ? asked.length : end).includes("--json") });

  demandOpenFiles();
  warnOfUnflushed((text) => output.warn(text));
  const found = await resolve(root, asked);
  if (found.node.type === "group") {
    await help(found, output);
    return 0;
  }
  const command = found.node;
  const args = { ...command.args, ...outputFlags };
  try {
    const checked = checkWords({ ...command, args }, found.words, env);
    if (checked.help) {
      await help(found, output);
      return 0;
    }
    let exitCode: ExitCode = 0;
    const { rawArgs, aside, origins } = checked;
    await runCommand(
      {
        args: cittyArgs(args),
        run: async ({ args: parsed }) => {
          const values: typeof parsed = Object.assign(parsed, aside);
          output.configure({ quiet: values.quiet === true, json: values.json === true });
          const rest = command.rest ? values._.slice(namedCount(args)) : [];
          demandLocalPaths(command, values, rest);
          if (values.nice === true) lowerPriority();
          const tools = toolsFor(surroundings, output);
          const result = await command.run({
            args: values as Values<Args>,
            rest,
            origins,
            ...tools,
          });
          output.result(result);
          if (result.failure !== undefined) throw result.failure;
          exitCode = result.exitCode ?? 0;
        },
      },
      { rawArgs },
    );
    return exitCode;
  } catch (error) {
    throw withHint(error, found);
  }
}

/** Counts positional arguments. */
const namedCount = (args: Args): number => Object.values(args).filter((arg) => !isFlag(arg)).length;

function toolsFor(surroundings: Surroundings, output: Output) {
  const { stop, onHangup } = surroundings;
  const stopping = new AbortController();
  const abort = () => stopping.abort(stopped(stop.reason as StopSignal));
  if (stop.aborted) abort();
  else stop.addEventListener("abort", abort, { once: true });
  const { signal } = stopping;
  const input = new Input(surroundings, output, signal);
  return { output, input, signal, onHangup };
}

function stopped(signal: StopSignal): CliError {
  return new CliError(
    "CANCELLED",
    signal === "SIGINT" ? "stopped by Ctrl-C" : `stopped by ${signal}`,
  );
}

/** Errors of usage point to the help of the command they belong to. */
function withHint(error: unknown, { path }: Resolved): unknown {
  if (!(error instanceof CliError) || error.code !== "USAGE") return error;
  const see = `see \`${path.join(" ")} --help\``;
  return new CliError("USAGE", error.message, error.hint ? `${error.hint}; ${see}` : see);
}

async function help({ path, node }: Resolved, output: Output): Promise<void> {
  const { renderHelp } = await import("./help.js");
  output.help(await renderHelp(path, node, output));
}
