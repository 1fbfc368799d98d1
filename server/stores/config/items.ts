// The named items of one kind in the config database: transformers, pipelines or alerts.

import { FlowgError } from "../../platform/errors.js";
import { type Key, segments, under } from "../../records/keys.js";
import { checkName, nameProblem } from "../../records/names.js";
import { checkValueSize } from "../../records/values.js";
import type { Database } from "../../storage/database.js";
import type { ReadTable } from "../../storage/tables.js";
import { decodedItem } from "./decoded-items.js";

export type ItemKind = "transformer" | "pipeline" | "alert";

export interface ItemForm<Input, Item> {
  kind: ItemKind;
  /** The word for the kind in messages, if it is another one. */
  called?: string;
  key: (name: string) => Key;
  /** The bytes to store. @throws INPUT_INVALID */
  encode: (input: Input) => Buffer;
  /** Decodes an item. Callers share the result, and must not change it. */
  decode: (value: Buffer, name: string) => Item;
  /** Checks that the item fits the other items. @throws INPUT_INVALID */
  demandFit?: (name: string, value: Buffer, records: ReadTable) => void;
}

export class ItemStore<Input, Item> {
  readonly #database: Database;
  readonly #form: ItemForm<Input, Item>;

  constructor(database: Database, form: ItemForm<Input, Item>) {
    this.#database = database;
    this.#form = form;
  }

  /** All names, sorted. */
  list(): Promise<string[]> {
    return this.#database.read(({ records }) =>
      [...records.keys(under(this.#form.kind))].map((key) => segments(key)[1] ?? ""),
    );
  }

  /** @throws NOT_FOUND */
  async get(name: string): Promise<Item> {
    return this.decode(await this.stored(name), name);
  }

  /**
   * The item as it is stored, in memory of its own.
   * @throws NOT_FOUND
   */
  async stored(name: string): Promise<Buffer> {
    const value = nameProblem(name)
      ? undefined
      : await this.#database.read(({ records }) => {
          const found = records.get(this.#form.key(name));
          // the bytes may lie in memory that the next read writes over
          return found && Buffer.from(found);
        });
    if (value === undefined) throw this.missing(name);
    return value;
  }

  decode(stored: Buffer, name: string): Item {
    return decodedItem(this.#form.key(name), () => this.#form.decode(stored, name));
  }

  /**
   * Creates the item or replaces it.
   * @throws INPUT_INVALID
   */
  async save(name: string, input: Input): Promise<void> {
    const key = this.#form.key(checkName(this.#form.kind, name));
    const value = checkValueSize(this.#form.kind, this.#form.encode(input));
    await this.#database.change((changes) => {
      this.#form.demandFit?.(name, value, changes.records);
      changes.put(key, value);
    });
  }

  /** @throws NOT_FOUND */
  async delete(name: string): Promise<void> {
    if (nameProblem(name)) throw this.missing(name);
    const key = this.#form.key(name);
    await this.#database.change((changes) => {
      if (!changes.records.has(key)) throw this.missing(name);
      changes.remove(key);
    });
  }

  /** The error for an unknown name. */
  missing(name: string): FlowgError {
    const { kind, called = kind } = this.#form;
    return new FlowgError(
      "NOT_FOUND",
      `there is no ${called} ${JSON.stringify(name.slice(0, 512))}`,
      {
        hint: `list the ${called}s to see their names`,
      },
    );
  }
}
