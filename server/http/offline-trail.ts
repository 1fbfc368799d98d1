// Writes what the command line did to the auth database without this server into its log, as it is found.

import type { Logger } from "pino";
import type { Database } from "../storage/database.js";
import { tellOffline } from "../storage/notes/offline-events.js";

const LOOK_MS = 5_000;

export class OfflineTrail {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  /** Resolves once all that happened before is in the log. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#look());
    }, LOOK_MS).unref();
    await this.#look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    try {
      await tellOffline(this.database, ({ at, by, action, facts }) => {
        const line = { audit: true, action, offline: true, at, by, ...facts, outcome: "success" };
        this.log.info(line, action);
      });
    } catch (error) {
      // they stay where they are, and are told later
      this.log.warn({ err: error }, "changes made offline cannot be looked at");
    }
  }
}
