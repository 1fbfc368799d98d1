// A store's list of what a bucket holds, whether of objects or of their versions: XML, whose keys may be encoded.

import { parseXML } from "@aws-sdk/xml-builder";
import { isObjectPath } from "../object-path.js";
import { TransientFault } from "../object-store.js";

export interface ListKind {
  /** What the list is of, for messages. */
  of: string;
  /** What stores call the list's element. */
  names: readonly string[];
  hint: string;
}

export class XmlList {
  readonly #kind: ListKind;
  readonly #root: string;
  readonly #list: Record<string, unknown>;

  /**
   * Reads a store's answer.
   * @param root the repository's prefix, which the paths don't include
   * @throws TransientFault for any other answer
   */
  constructor(body: Buffer, root: string, kind: ListKind) {
    this.#kind = kind;
    this.#root = root;
    this.#list = this.#listIn(body);
  }

  /** The entries of this name. */
  entries(name: string): Record<string, unknown>[] {
    const entries = this.#list[name] ?? [];
    return (Array.isArray(entries) ? entries : [entries]) as Record<string, unknown>[];
  }

  get isTruncated(): boolean {
    return this.#list.IsTruncated === "true";
  }

  /** A text that the list tells beside its entries. */
  text(name: string): unknown {
    return this.#list[name];
  }

  /** The path of an entry; undefined for an object of others, such as the placeholder of a folder. */
  pathOf(entryKey: unknown): string | undefined {
    const key = this.decode(entryKey);
    if (!key.startsWith(this.#root)) throw this.entryFault(entryKey);
    const path = key.slice(this.#root.length);
    return isObjectPath(path) ? path : undefined;
  }

  /** @param entryKey the entry's key, for the error */
  timeOf(text: unknown, entryKey: unknown): Date {
    const time = new Date(String(text));
    if (Number.isNaN(time.getTime())) throw this.entryFault(entryKey);
    return time;
  }

  decode(key: unknown): string {
    if (typeof key !== "string") throw this.fault(new Error("an entry without a key"));
    if (this.#list.EncodingType !== "url") return key;
    try {
      return decodeURIComponent(key.replace(/\+/g, " "));
    } catch (cause) {
      throw this.fault(cause);
    }
  }

  entryFault(key: unknown): TransientFault {
    return this.fault(new Error(`an entry of ${JSON.stringify(this.decode(key))}`));
  }

  fault(cause: unknown): TransientFault {
    const { of, hint } = this.#kind;
    return new TransientFault(`the store's list of ${of} can't be read`, { cause, hint });
  }

  #listIn(body: Buffer): Record<string, unknown> {
    let answer: Record<string, unknown>;
    try {
      answer = parseXML(body.toString()) as Record<string, unknown>;
    } catch (cause) {
      throw this.fault(cause);
    }
    const { names, of } = this.#kind;
    const list = names.map((name) => answer[name]).find((one) => one !== undefined && one !== null);
    // the answer must say whether there is more; else half a list could pass for a whole one
    if (typeof list !== "object" || list === null || !("IsTruncated" in list))
      throw this.fault(new Error(`no list of ${of}`));
    return list as Record<string, unknown>;
  }
}
