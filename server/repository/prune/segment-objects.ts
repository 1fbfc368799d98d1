// Where segments lie: segments/xx/NAME.zst or segments/xx/NAME.zst.age, xx being how NAME begins.

export const SEGMENTS = "segments/";

const FORM = /^segments\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.zst(?:\.age)?$/;

/** The name of the segment that lies there; undefined where it is no segment. */
export const segmentNameOf = (path: string): string | undefined => FORM.exec(path)?.[2];
