// Warns of pipelines that will not run after the restore of a whole configuration: items that they refer to are missing, or their
// scripts do not run here. That depends on the mode: a merge keeps the items that the database has, and mode `replace` removes
// them. It warns of alerts that the server will not call as well.

import { inTurns } from "../../platform/in-turns.js";
import { ConfigWarnings } from "../../records/config/config-warnings.js";
import { readFlow } from "../../records/config/flow.js";
import type { Items } from "../../records/config/plan.js";
import { readRecipient } from "../../records/config/recipient.js";
import {
  type ProblemOf,
  type ScriptProblems,
  withProblems,
} from "../../records/config/script-problems.js";
import { configWarning } from "../../records/config/warnings.js";
import { type Key, segments, under } from "../../records/keys.js";
import { decodeValue, pipelineKey, type StoredRecord } from "../../records/records.js";
import type { RestoreMode } from "../../records/reports.js";
import type { Database } from "../../storage/database.js";
import { decodedItem } from "../../stores/config/decoded-items.js";
import { itemsIn } from "../../stores/config/plans.js";
import type { AddressWarning } from "../alerts/address-warning.js";
import { OwnTrials } from "../transform/script-trials.js";
import type { ConfigRecords } from "./config-records.js";
import type { LookInto } from "./selection-warnings.js";
import type { VerifiedSource } from "./verified-source.js";

interface Records {
  get(key: Key): Buffer | undefined;
}

export interface PipelineLook {
  lookInto: LookInto;
  /** Absent: the server that will call the alerts isn't known. */
  addressWarning?: AddressWarning | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Call it before the restore changes anything, and while others can write: to try scripts takes seconds. It leaves out pipelines
 * that can't run anyway, since the verification of the backup has warned of them.
 * @throws CANCELLED
 */
export async function pipelineWarnings(
  { config }: Pick<VerifiedSource, "config">,
  mode: RestoreMode,
  { lookInto, addressWarning, signal }: PipelineLook,
): Promise<string[]> {
  if (config === undefined) return [];
  await using problems = new OwnTrials(signal);
  problems.leaveOut(config.emptied);
  const merged =
    mode === "merge"
      ? await lookInto("config", (database) => afterMerge({ config, problems }, database))
      : undefined;
  // only the backup's items will be there
  const warnings = merged ?? (await ofBackup({ config, problems }, (warn) => warn(undefined)));
  for await (const some of ofAlerts(config, addressWarning))
    for (const warning of some) warnings.add(warning);
  return warnings.list(problems.untried);
}

async function* ofAlerts(
  config: ConfigRecords,
  given: AddressWarning | undefined,
): AsyncGenerator<Sentences> {
  const alerts = [...config.records()].filter(({ key }) => segments(key)[0] === "alert");
  if (alerts.length === 0) return;
  const addressWarning = given ?? (await anyServersWarning());
  for await (const some of inTurns(alerts)) {
    yield some.map(({ key, value }) => {
      // the verification of the backup has warned of what isn't JSON, or can't be called at all
      if (configWarning({ key, value }) !== undefined) return undefined;
      return addressWarning(segments(key)[1] ?? "", readRecipient(decodeValue(value)));
    });
  }
}

/** Loads what calls alerts only for a configuration that has some. */
async function anyServersWarning(): Promise<AddressWarning> {
  const [{ addressWarningFor }, { AllowedHosts }] = await Promise.all([
    import("../alerts/address-warning.js"),
    import("../webhooks/allowed-hosts.js"),
  ]);
  return addressWarningFor(new AllowedHosts());
}

type Sentences = (string | undefined)[];

interface Backup {
  config: ConfigRecords;
  problems: ScriptProblems;
}

async function ofBackup(
  { config, problems }: Backup,
  beside: (look: (here: Records | undefined) => Sentences) => Sentences | Promise<Sentences>,
): Promise<ConfigWarnings> {
  const warnings = new ConfigWarnings();
  const pipelines = [...config.records()].filter(({ key }) => segments(key)[0] === "pipeline");
  for await (const some of inTurns(pipelines)) {
    const sound = some.filter((record) => configWarning(record) === undefined);
    const sentences = await withProblems(problems, (problemOf) =>
      beside((here) => {
        const after = itemsOf(withBackup(config, here), problemOf);
        return sound.map((record) => configWarning(record, after));
      }),
    );
    for (const sentence of sentences) warnings.add(sentence);
  }
  return warnings;
}

async function afterMerge(backup: Backup, database: Database): Promise<ConfigWarnings> {
  const { config, problems } = backup;
  const warnings = await ofBackup(backup, (look) => database.read(({ records }) => look(records)));
  const keys = await database.read(({ records }) => [...records.keys(under("pipeline"))]);
  for await (const some of inTurns(keys.filter((key) => config.get(key) === undefined))) {
    const sentences = await withProblems(problems, (problemOf) =>
      database.read(({ records }) => {
        const before = itemsOf(records, problemOf);
        const after = itemsOf(withBackup(config, records), problemOf);
        return some.map((key) => {
          const found = records.find(key);
          // another check reports damaged records
          if (!found?.isWhole) return undefined;
          const record: StoredRecord = { key, value: Buffer.from(found.value) };
          if (configWarning(record, before) !== undefined) return undefined;
          return configWarning(record, after);
        });
      }),
    );
    for (const sentence of sentences) warnings.add(sentence);
  }
  return warnings;
}

const withBackup = (config: ConfigRecords, here: Records | undefined): Records => ({
  get: (key) => config.get(key) ?? here?.get(key),
});

const itemsOf = (records: Records, problemOf: ProblemOf | undefined): Items =>
  itemsIn(
    records,
    (name, value) => decodedItem(pipelineKey(name), () => readFlow(decodeValue(value))),
    problemOf,
  );
