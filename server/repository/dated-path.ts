// Paths that say when an object was made, and which one it is: `snapshots/2026-11-28/21-30-05.123Z-ID.json.zst`. In the order of
// their paths, objects are in the order of their times.

/** What such a path says. */
export interface Dated {
  /** RFC 3339, in UTC. */
  createdAt: string;
  /** A UUID. */
  id: string;
}

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const FORM = String.raw`(\d{4}-\d\d-\d\d)/(\d\d)-(\d\d)-(\d\d\.\d{3}Z)-(${UUID})`;

/** The part of the path between its folder and its ending. */
export function datedPart({ createdAt, id }: Dated): string {
  const [day, time = ""] = new Date(createdAt).toISOString().split("T");
  return `${day}/${time.replaceAll(":", "-")}-${id}`;
}

/**
 * Makes a reader of paths in this folder.
 * @param ending a regular expression's text
 * @returns a function that gives undefined for any other path
 */
export function datedPaths(folder: string, ending: string): (path: string) => Dated | undefined {
  const form = new RegExp(`^${folder}${FORM}${ending}$`);
  return (path) => {
    const [, day, hours, minutes, seconds, id] = form.exec(path) ?? [];
    const createdAt = `${day}T${hours}:${minutes}:${seconds}`;
    // anybody can give an object any name
    return id === undefined || Number.isNaN(Date.parse(createdAt)) ? undefined : { createdAt, id };
  };
}
