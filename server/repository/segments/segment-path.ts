// Where segments lie: segments/xx/NAME.zst or segments/xx/NAME.zst.age. xx is the beginning of NAME.

import type { Cipher } from "../keys/keys.js";

/** The beginning of all segments' paths. */
export const SEGMENTS = "segments/";

const FORM = /^segments\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.zst(?:\.age)?$/;

/** The name of the segment at a path; undefined where the path isn't a segment's. */
export const segmentNameOf = (path: string): string | undefined => FORM.exec(path)?.[2];

/** The path of a segment's object. */
export const segmentPath = (name: string, { suffix }: Pick<Cipher, "suffix">): string =>
  `${SEGMENTS}${name.slice(0, 2)}/${name}.zst${suffix}`;

/** The same for a repository whose objects have this suffix. */
export function segmentName(path: string, cipher: Pick<Cipher, "suffix">): string | undefined {
  const name = segmentNameOf(path);
  return name !== undefined && segmentPath(name, cipher) === path ? name : undefined;
}
