// What is known to be answered wrongly by a server, to become empty: each is a fault's name as plan.ts gives it.

import type { Planned } from "./plan.js";

/**
 * LMDB opens, locks, reads and maps its files where a process opens a database. If one of these calls fails, lmdb-js 3.5
 * frees the same memory twice (env.cpp: openEnv, closeEnv), and the process is ended by a signal.
 */
const OPENING = [/^(open|lock|mmap|read|truncate|stat) .*(data|lock)\.mdb\)$/];

const KNOWN: readonly RegExp[] = [...OPENING];

export const isKnown = ({ name }: Planned): boolean => KNOWN.some((known) => known.test(name));

/** Left by a killed run, and by one that could not remove it: what makes the lock file, and scratch beside the databases. */
const LEFT = /(^|\/)(lock\.mdb\.[0-9a-f-]{36}|\.flowg-scratch-[^/]*)(\/|$)/;

export const isKnownLeft = (name: string): boolean => LEFT.test(name);
