// `flowg logs query`

import type { Log } from "../../../sdk/index.js";
import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { CliError } from "../../failure.js";
import { filter, serverOnly } from "../../flags.js";
import { inBackup, isInBackup, withBackup } from "../../in-backup.js";
import { logText } from "../../output/report/log.js";
import { positive } from "../../quantity.js";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const LAST = "15m";

export const query = defineCommand({
  description: "Print the entries of a stream in a window of time, newest first",
  examples: [
    { command: "flowg logs query default", does: `the last ${LAST}` },
    {
      command: "flowg logs query default --last 2d --filter 'level = \"error\"' --limit 100",
      does: "the newest hundred errors of two days",
    },
    {
      command:
        "flowg logs query default --from 2026-11-23T00:00:00Z --to 2026-11-24T00:00:00Z --json",
      does: "a day, for a program",
    },
    {
      command: "flowg logs query default --backup ./backup --last 1h",
      does: "the last hour before a backup was made, without restoring it",
    },
    {
      command: "flowg logs query default --repository s3://backups/logs --at 2026-11-23 --last 1h",
      does: "the same of a snapshot in a repository: only that hour is fetched",
    },
  ],
  args: {
    stream: {
      type: "positional",
      description: "name of the stream",
      completes: namesOf("streams"),
    },
    last: {
      type: "string",
      description: `the time up to now, or to the backup's: 30s, 15m, 2h, 7d; ${LAST} unless --from is given`,
      valueHint: "TIME",
    },
    from: { type: "string", description: "from this moment on, RFC 3339", valueHint: "TIME" },
    to: {
      type: "string",
      description: "up to this moment, RFC 3339; now unless given",
      valueHint: "TIME",
    },
    ...filter,
    limit: {
      type: "string",
      description: "at most this many entries, the newest ones",
      valueHint: "COUNT",
    },
    ...inBackup,
    ...serverOnly,
  },
  async run(invocation) {
    const { args, origins, output, signal } = invocation;
    const { stream, filter, limit } = args;
    const count = limit === undefined ? undefined : positive("limit", limit);
    if (isInBackup(invocation)) {
      const records = await withBackup(invocation, async (reader, backup) => {
        const ask = (window: Window) =>
          reader.queryInPlace(backup, { stream, ...window, filter, limit: count, signal });
        const madeAt = await backup.createdAt("logs");
        if (madeAt === undefined && args.from === undefined) {
          // a damaged backup may not say it either, and then the user must learn of the damage
          await ask({ fromMs: Date.now() });
          throw new CliError("USAGE", "the backup doesn't say when it was made", "give --from");
        }
        return await ask(backupWindow(args, new Date(madeAt ?? 0)));
      });
      return answer(records);
    }
    const window = timeWindow(args, new Date());
    const client = await connectTo({ args, origins, output });
    const records = await client.logs.query(
      stream,
      { ...window, filter, limit: count },
      { signal },
    );
    return answer(records);
  },
});

const answer = (records: readonly Log[]) => ({
  json: { records },
  text: records.map(logText).join("\n"),
  essential: true,
});

interface WindowValues {
  last?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

interface Window {
  fromMs: number;
  toMs?: number;
}

/** The window of time, counted back from the instant of the backup. */
function backupWindow(values: WindowValues, madeAt: Date): Window {
  const { from, to } = timeWindow(values, madeAt);
  const fromMs = from.getTime();
  return values.to === undefined ? { fromMs } : { fromMs, toMs: to.getTime() };
}

function timeWindow({ last, from, to }: WindowValues, now: Date): { from: Date; to: Date } {
  const end = to === undefined ? now : moment("to", to);
  if (from !== undefined) {
    if (last === undefined) return { from: moment("from", from), to: end };
    throw new CliError("USAGE", "--from and --last exclude each other");
  }
  const [, digits = "", unit = ""] = /^(\d{1,9})([smhd])$/.exec(last ?? LAST) ?? [];
  const ms = Number(digits) * (UNITS_MS[unit] ?? 0);
  if (ms === 0) {
    throw new CliError(
      "USAGE",
      `--last: ${JSON.stringify(last)} isn't a time`,
      "write for example 15m",
    );
  }
  return { from: new Date(end.getTime() - ms), to: end };
}

function moment(flag: string, text: string): Date {
  const at = new Date(text);
  // a time without a zone means something else on every machine
  if (!Number.isNaN(at.getTime()) && /T.*(Z|[+-]\d\d:\d\d)$/i.test(text)) return at;
  throw new CliError(
    "USAGE",
    `--${flag}: ${JSON.stringify(text)} isn't an RFC 3339 time`,
    "write for example 2026-11-23T08:00:00Z",
  );
}
