// Translates FlowG's config database into ours. An archive and a BadgerDB stream are staged under the same keys.

import { isObject } from "../../platform/json-object.js";
import { counted } from "../../platform/messages/counted.js";
import { alertKey, pipelineKey, printable, transformerKey } from "../../records/records.js";
import { parseWellFormed } from "../../records/well-formed-json.js";
import { translateFlow, translateForwarder } from "./flow.js";
import { parseKey, readName } from "./keys.js";
import type { Named } from "./names.js";
import { type Records, type Translation, translateOthers } from "./translation.js";
import type { Sentence } from "./warnings.js";

const SETTINGS: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} of system settings, which are flags of the server here: ${examples}.`;
const ODD_KEY: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} of an unknown form: ${examples}.`;

/** The longest problem in a warning: a node's id and a sentence on it. */
const MAX_PROBLEM = 400;

const NAMED: ReadonlyMap<string, Named> = new Map([
  ["transformer", "transformer"],
  ["pipeline", "pipeline"],
  ["alert", "alert"],
  ["forwarder", "alert"],
]);

/** Turns the staged keys into `transformer`, `pipeline` and `alert` records. */
export function translateConfig(translation: Translation): Records {
  return translateOthers(translation, (bytes, value) => {
    const key = parseKey(bytes);
    if (key.word === "__meta__") return;
    const what = NAMED.get(key.word);
    if (what === undefined) {
      translation.leaveOut(key.word === "system" ? SETTINGS : ODD_KEY, bytes.toString());
      return;
    }
    const { name: raw, rank } = readName(key, key.segments.length);
    const name = translation.name(what, raw);
    if (name === undefined) return;
    if (what === "transformer") translation.put(transformerKey(name), value, rank);
    else {
      const ours = translateValue(translation, { what, name, value });
      translation.put(what === "pipeline" ? pipelineKey(name) : alertKey(name), ours, rank);
    }
  });
}

function translateValue(
  translation: Translation,
  { what, name, value }: { what: Named; name: string; value: Buffer },
): Buffer {
  let json: unknown;
  try {
    json = parseWellFormed(value.toString());
  } catch {
    // put() leaves it out with a warning
    return value;
  }
  if (!isObject(json)) return value;
  const translated = what === "pipeline" ? translateFlow(json) : translateForwarder(json);
  for (const problem of translated.problems) {
    translation.warnings.add(
      `The ${what} "${printable(name)}" ${printable(problem, MAX_PROBLEM)}.`,
    );
  }
  return translated.value ? writtenAnew(translated.value) : value;
}

/** Writes JSON anew. It gives nothing, which put() leaves out, for JSON that nests too deep: FlowG itself reads 10,000 levels. */
function writtenAnew(json: object): Buffer {
  try {
    return Buffer.from(JSON.stringify(json));
  } catch (error) {
    if (error instanceof RangeError) return Buffer.alloc(0);
    throw error;
  }
}
