// The work of a server while system calls fail: it takes logs, gives backups, takes restores, and compacts a database.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FlowgClient } from "../../sdk/index.js";
import { faultOf, type Work } from "./served.js";

/** @param beside where downloads go */
export function everything({ backup, beside }: { backup: string; beside: string }): Work {
  const into = join(beside, "downloaded");
  return ingesting(async (client, { attempt, ingest }) => {
    await rm(into, { recursive: true, force: true });
    await attempt("ingest", ingest);
    await attempt("a backup of logs", async () => {
      await mkdir(into, { recursive: true });
      await client.backup.toFile("logs", join(into, "one.db"));
    });
    await attempt("ingest", ingest);
    await attempt("a backup of all", () => client.backup.all(into));
    await attempt("a restore of logs", () => client.restore.logs(join(backup, "log.db")));
    await attempt("a restore of config", () => client.restore.config(join(backup, "config.db")));
    await attempt("ingest", ingest);
  });
}

/** Takes logs and compacts the database that they go to. */
export function compaction(): Work {
  return {
    ...ingesting(async (client, { attempt, ingest }) => {
      await attempt("ingest", ingest);
      await attempt("a compaction of logs", () => client.compact.logs());
      await attempt("ingest", ingest);
    }),
    prepare: async (client) => {
      const text = "x".repeat(200_000);
      for (let n = 0; n < 3; n++) await client.logs.ingest("default", { text });
      await client.streams.delete("default");
    },
  };
}

interface Attempts {
  attempt(name: string, doing: () => Promise<unknown>): Promise<void>;
  ingest(): Promise<void>;
}

/** What was answered for stays, and what was done with a fault is done without as well. */
function ingesting(doAll: (client: FlowgClient, attempts: Attempts) => Promise<void>): Work {
  const answered: string[] = [];

  /** @param judge what is wrong with an error */
  async function work(client: FlowgClient, judge: (error: unknown) => string[]): Promise<string[]> {
    const wrong: string[] = [];
    await doAll(client, {
      async attempt(name, doing) {
        await doing().catch((error: unknown) =>
          wrong.push(...judge(error).map((text) => `${name}: ${text}`)),
        );
      },
      async ingest() {
        const text = `log ${Math.random()}`;
        await client.logs.ingest("default", { text });
        answered.push(text);
      },
    });
    return wrong;
  }

  async function missing(client: FlowgClient): Promise<string[]> {
    const to = new Date(Date.now() + 60_000);
    const found = await client.logs.query("default", { from: new Date(0), to });
    const there = new Set(found.map(({ fields }) => fields.text));
    return answered
      .filter((text) => !there.has(text))
      .map((text) => `${text} was answered, and is gone`);
  }

  return {
    prepare: async () => undefined,
    carryOut: (client) => work(client, faultOf),
    lookAfter: async (client) => [
      ...(await work(client, (error) => [`and afterwards ${(error as Error).message}`])),
      ...(await missing(client)),
    ],
    lookAgain: missing,
  };
}
