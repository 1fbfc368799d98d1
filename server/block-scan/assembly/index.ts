// What is exported to JavaScript (see `../scanner.ts`).

export { addKey, addKeys, beginKeys, groupCount, keyCount, keysEnd } from "./index-keys";
export {
  BLOCK_BYTES,
  block,
  ends,
  fields,
  groupOf,
  groups,
  KEYS_BYTES,
  keys,
  MAX_FIELDS,
  MAX_KEYS,
  NAMES_BYTES,
  names,
  owners,
  records,
  runs,
  unsure,
} from "./memory";
export { recordCount, runCount, scan, unsureCount } from "./records";
