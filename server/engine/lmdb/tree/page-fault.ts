// Something in a data file that LMDB would crash on, or that it would take for other records.

export class PageFault extends Error {
  /** @param page where it was found; undefined where a whole tree is meant */
  constructor(
    readonly problem: string,
    readonly page?: number,
  ) {
    super(problem);
  }
}

/** A page that is in use stands past the end of the file. */
export class CutFault extends PageFault {}
