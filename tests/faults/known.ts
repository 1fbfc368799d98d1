// What is known to be answered wrongly, to become empty: each is a fault's name as plan.ts gives it.

/** LMDB's own look at its files, when it opens them: where that fails, lmdb-js ends the process by a signal. */
const OPENING = [
  /^(open|stat|lock|mmap|read|truncate) .*(data|lock)\.mdb\)$/,
  /^write .*lock\.mdb\)$/,
  // the importer's database
  /^\w+ .*flowg-import-/,
];

/** What a run that was cut leaves over, or a failed removal. */
const LEFT = [/^unlink /, /^link /, /^mkdir /, / kill \(/, / torn \(/];

/** The rest. */
const OTHERS = [/^sync /, /^rename /, /^(close|write) .*\.mdb/];

export const KNOWN: readonly RegExp[] = [...OPENING, ...LEFT, ...OTHERS];
