// Says that a data file holds something that would crash LMDB, or make it give wrong records.

export class PageFault extends Error {
  /** @param page where it was found; undefined for a fault of a whole tree */
  constructor(
    readonly problem: string,
    readonly page?: number,
  ) {
    super(problem);
  }
}

/** A page that is in use stands past the end of the file. */
export class CutFault extends PageFault {}
