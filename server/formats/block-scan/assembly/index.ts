// Exports this to JavaScript (see `../scanner.ts`).

export {
  BLOCK_BYTES,
  block,
  checksums,
  fields,
  HEADS_BYTES,
  heads,
  lists,
  MAX_FIELDS,
  MAX_POSTINGS,
  momentOf,
  moments,
  NAMES_BYTES,
  names,
  owners,
  records,
  runs,
  unsure,
} from "./memory";
export {
  addPosting,
  addPostings,
  beginPostings,
  headsEnd,
  listCount,
  postingCount,
  sortPostings,
} from "./postings";
export { recordCount, runCount, scan, unsureCount } from "./records";
