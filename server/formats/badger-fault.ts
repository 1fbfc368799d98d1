/** Bytes that are not the Badger records they should be; `offset` counts inside what was read. */
export class BadgerFault extends Error {
  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(problem);
  }
}
