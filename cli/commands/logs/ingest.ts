// `flowg logs ingest`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { CliError } from "../../failure.js";
import { serverOnly } from "../../flags.js";
import { fieldsOf } from "../../input/fields.js";
import type { Input } from "../../input/input.js";
import { formatCounted } from "../../output/format.js";

/** This many refused lines are shown one by one. */
const MOST_TOLD = 20;

type LogRecord = Record<string, string>;

export const ingest = defineCommand({
  description: "Send logs through a pipeline: one from the arguments, or each line of stdin",
  details:
    "A line is a JSON object whose values are strings (other values are sent as JSON text); with " +
    "--text any line is the field `message` of a log. flowg sends them in order, up to a " +
    "thousand at a time, and waits each time until they are on the server's disk. It names lines " +
    "that the server refuses. The others are stored.",
  examples: [
    { command: "flowg logs ingest default level=info message=hello", does: "one log" },
    { command: "flowg logs ingest default < logs.jsonl", does: "one on each line" },
    {
      command: "journalctl -f | flowg logs ingest default --text",
      does: "lines of another program",
    },
  ],
  args: {
    pipeline: {
      type: "positional",
      description: "name of the pipeline",
      completes: namesOf("pipelines"),
    },
    text: { type: "boolean", description: "each line of stdin is a message" },
    ...serverOnly,
  },
  rest: { name: "field=value", description: "the fields of one log" },
  async run({ args, rest, origins, input, output, signal }) {
    if (rest.length > 0 && args.text) {
      throw new CliError("USAGE", "--text is for lines of stdin, and there are fields");
    }
    const given = rest.length > 0 ? fieldsOf(rest) : undefined;
    const client = await connectTo({ args, origins, output });
    let sent = 0;
    let refused = 0;
    try {
      if (given) {
        await client.logs.ingest(args.pipeline, given, { signal });
        sent = 1;
      } else {
        await client.logs.ingestMany(args.pipeline, recordsOf(input, args.text), {
          signal,
          onStored: (logs) => {
            sent += logs;
          },
          onRefused: ({ index, message }) => {
            if (refused++ < MOST_TOLD) output.warn(`line ${index + 1} was refused: ${message}`);
          },
        });
      }
    } catch (error) {
      if (sent > 0) output.warn(`${formatCounted(sent, "log")} had been sent before`);
      throw error;
    }
    if (refused > 0) {
      throw new CliError(
        "INPUT_INVALID",
        `${formatCounted(refused, "log")} of ${formatCounted(sent + refused, "log")} were refused`,
        "the others are stored: send only these again, mended",
      );
    }
    return { json: { sent }, text: `${formatCounted(sent, "log")} sent`, essential: false };
  },
});

async function* recordsOf(input: Input, isText: boolean): AsyncGenerator<LogRecord> {
  let number = 0;
  for await (const line of input.lines()) {
    number++;
    yield isText ? { message: line } : parse(line, number);
  }
}

function parse(line: string, number: number): LogRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // the error below covers it
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CliError(
      "INPUT_INVALID",
      `line ${number} of stdin isn't a JSON object`,
      "for lines of plain text add --text",
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      typeof field === "string" ? field : JSON.stringify(field),
    ]),
  );
}
