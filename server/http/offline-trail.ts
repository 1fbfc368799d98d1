// Logs changes that the command line made to the auth database without this server.

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

  /** Resolves once all earlier changes are in the log. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#lookNext(), LOOK_MS).unref();
    await this.#lookNext();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Looks once the earlier looks have ended: two at once would log a change twice. */
  #lookNext(): Promise<void> {
    this.#running = this.#running.then(() => this.#look());
    return this.#running;
  }

  async #look(): Promise<void> {
    try {
      await tellOffline(this.database, ({ at, by, action, facts }) => {
        const line = { audit: true, action, offline: true, at, by, ...facts, outcome: "success" };
        this.log.info(line, action);
      });
    } catch (error) {
      // the notes stay, and are logged later
      this.log.warn({ err: error }, "changes made offline cannot be looked at");
    }
  }
}
