// The writes of a process to one file (record.c), and what the file may hold after a power cut.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const WRITE = 1;
const FLUSH_BEGINS = 2;
const FLUSH_ENDS = 3;
const MARK = 4;
const HEAD_BYTES = 24;
const PAGE = 4096;

export type Event =
  | { do: "write"; offset: number; bytes: Buffer }
  | { do: "flush"; number: number }
  | { do: "flushed"; number: number }
  | { do: "mark"; text: string };

/** @returns the path of the library, or why there is none */
export function buildRecorder(dir: string): { path: string } | { without: string } {
  if (process.platform !== "linux") return { without: "writes are recorded on Linux only" };
  const path = join(dir, "record.so");
  const source = join(import.meta.dirname, "record.c");
  const words = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", path, source];
  const { status, error, stderr } = spawnSync("cc", [...words, "-ldl"], { encoding: "utf8" });
  if (error) return { without: `no C compiler (cc) here: ${error.message}` };
  if (status !== 0) throw new Error(`record.c doesn't compile: ${stderr}`);
  return { path };
}

export function readRecord(path: string): Event[] {
  const log = readFileSync(path);
  const events: Event[] = [];
  for (let at = 0; at < log.length; ) {
    const [kind, offset, length] = [0, 8, 16].map((part) => Number(log.readBigUInt64LE(at + part)));
    const bytes = log.subarray(at + HEAD_BYTES, at + HEAD_BYTES + (length as number));
    at += HEAD_BYTES + (length as number);
    if (kind === WRITE) events.push({ do: "write", offset: offset as number, bytes });
    else if (kind === FLUSH_BEGINS) events.push({ do: "flush", number: offset as number });
    else if (kind === FLUSH_ENDS) events.push({ do: "flushed", number: offset as number });
    else if (kind === MARK) events.push({ do: "mark", text: bytes.toString() });
    else throw new Error(`a record of the kind ${kind}`);
  }
  return events;
}

/** The number of the first events that are on the disk for sure when the power fails just before event `cut`. */
export function durableAt(events: readonly Event[], cut: number): number {
  const begun = new Map<number, number>();
  let durable = 0;
  for (const [index, event] of events.slice(0, cut).entries()) {
    if (event.do === "flush") begun.set(event.number, index);
    if (event.do === "flushed") durable = Math.max(durable, begun.get(event.number) as number);
  }
  return durable;
}

/**
 * A file as the disk may have it: what was flushed, and of each page that was written since, any of its states.
 * @param chance gives numbers from 0 to 1
 */
export function imageAt(
  events: readonly Event[],
  {
    base,
    cut,
    durable,
    chance,
  }: { base: Buffer; cut: number; durable: number; chance: () => number },
): Buffer {
  const pages = new Map<number, Buffer>();
  const states = new Map<number, Buffer[]>();
  for (let at = 0; at < base.length; at += PAGE)
    pages.set(at, pageOf(base.subarray(at, at + PAGE)));
  for (const [index, event] of events.slice(0, cut).entries()) {
    if (event.do !== "write") continue;
    for (const { page, skip, bytes } of piecesOf(event)) {
      const next = Buffer.from(pages.get(page) ?? Buffer.alloc(PAGE));
      bytes.copy(next, skip);
      if (index >= durable) {
        const known = states.get(page) ?? [pages.get(page) ?? Buffer.alloc(0)];
        states.set(page, [...known, next]);
      }
      pages.set(page, next);
    }
  }
  for (const [page, some] of states)
    pages.set(page, some[Math.floor(chance() * some.length)] as Buffer);
  const there = [...pages].filter(([, bytes]) => bytes.length > 0);
  const image = Buffer.alloc(Math.max(...there.map(([page]) => page)) + PAGE);
  for (const [page, bytes] of there) bytes.copy(image, page);
  return image;
}

function pageOf(bytes: Buffer): Buffer {
  const page = Buffer.alloc(PAGE);
  bytes.copy(page);
  return page;
}

function* piecesOf({ offset, bytes }: { offset: number; bytes: Buffer }) {
  for (let done = 0; done < bytes.length; ) {
    const skip = (offset + done) % PAGE;
    const length = Math.min(PAGE - skip, bytes.length - done);
    yield { page: offset + done - skip, skip, bytes: bytes.subarray(done, done + length) };
    done += length;
  }
}
