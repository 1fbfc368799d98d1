// Warns of stored items that don't work on this server. It looks at some at a time, and other work gets its turn in between.

import { inTurns } from "../../platform/in-turns.js";
import { ConfigWarnings } from "../../records/config/config-warnings.js";
import { type Flow, readFlow } from "../../records/config/flow.js";
import { type Reference, referenceOf } from "../../records/config/flow-nodes.js";
import { type Recipient, readRecipient } from "../../records/config/recipient.js";
import { type ScriptProblems, withProblems } from "../../records/config/script-problems.js";
import { configWarning } from "../../records/config/warnings.js";
import { damagedRecord } from "../../records/damage.js";
import { type Key, segments, under } from "../../records/keys.js";
import { decodeValue, type StoredRecord } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import type { ItemKind } from "./items.js";
import { itemsIn } from "./plans.js";

interface Looking {
  database: Database;
  /** Decodes the stored pipeline of that name. */
  flowOf: (name: string, value: Buffer) => Flow;
}

/** Which items to warn of. */
type Wanted = (value: Buffer) => boolean;
/** Looks at a record that nothing else is wrong with. */
type Also = (record: StoredRecord) => string | undefined;

const ofAddress =
  (addressWarning: NonNullable<Here["addressWarning"]>): Also =>
  ({ key, value }) => {
    const [kind, name = ""] = segments(key);
    return kind === "alert" ? addressWarning(name, readRecipient(decodeValue(value))) : undefined;
  };

/** What warnings need to know of this server. */
export interface Here {
  /** Absent: scripts count as running. */
  problems?: ScriptProblems | undefined;
  /** Judges the address of an alert that can be called otherwise. Absent: any address counts as good. */
  addressWarning?: ((name: string, recipient: Recipient) => string | undefined) | undefined;
}

/** Sentences about items of these kinds, at most 22. */
export async function warningsOfKinds(
  kinds: readonly ItemKind[],
  looking: Looking,
  { problems, addressWarning }: Here = {},
): Promise<string[]> {
  const warnings = new ConfigWarnings();
  const also = addressWarning && ofAddress(addressWarning);
  for (const kind of kinds)
    for await (const sentences of sentencesOf(kind, { ...looking, problems, also }))
      for (const sentence of sentences) warnings.add(sentence);
  return warnings.list(problems?.untried);
}

/** The same about one item. */
export async function warningOfOne(
  key: Key,
  { database, flowOf }: Looking,
  { problems, addressWarning }: Here = {},
): Promise<string | undefined> {
  const also = addressWarning && ofAddress(addressWarning);
  return await withProblems(problems, (problemOf) =>
    database.read(({ records }) => {
      const value = records.get(key);
      const record = value && { key, value };
      return (
        record && (configWarning(record, itemsIn(records, flowOf, problemOf)) ?? also?.(record))
      );
    }),
  );
}

/** The same about pipelines that name an item. */
export async function warningsOfPipelinesWith(
  item: Pick<Reference, "kind" | "name">,
  looking: Looking,
  problems?: ScriptProblems,
): Promise<string[]> {
  const warnings = new ConfigWarnings();
  const isThat = (found: Reference | undefined): boolean =>
    found?.kind === item.kind && found.name === item.name;
  const wanted: Wanted = (value) => mayHold(value, item.name) && referencesIn(value).some(isThat);
  for await (const sentences of sentencesOf("pipeline", { ...looking, problems, wanted }))
    for (const sentence of sentences) warnings.add(sentence);
  return warnings.list(problems?.untried);
}

async function* sentencesOf(
  kind: ItemKind,
  {
    database,
    flowOf,
    problems,
    wanted = () => true,
    also,
  }: Looking & { problems: ScriptProblems | undefined; wanted?: Wanted; also?: Also | undefined },
): AsyncGenerator<(string | undefined)[]> {
  const keys = await database.read(({ records }) => [...records.keys(under(kind))]);
  for await (const some of inTurns(keys)) {
    yield await withProblems(problems, (problemOf) =>
      database.read(({ records }) => {
        const items = itemsIn(records, flowOf, problemOf);
        return some.map((key) => {
          const found = records.find(key);
          if (found === undefined) return undefined;
          if (!found.isWhole) return `${capital(damagedRecord("config", key).message)}.`;
          const { value } = found;
          if (!wanted(value)) return undefined;
          return configWarning({ key, value }, items) ?? also?.({ key, value });
        });
      }),
    );
  }
}

/** What a stored flow refers to; nothing if it isn't JSON. */
function referencesIn(value: Buffer): (Reference | undefined)[] {
  try {
    return readFlow(decodeValue(value)).nodes.map(referenceOf);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** Whether a stored flow can hold that text: most don't, and a look at the bytes is quick. */
const mayHold = (value: Buffer, text: string): boolean =>
  value.includes(text) || value.includes("\\");
