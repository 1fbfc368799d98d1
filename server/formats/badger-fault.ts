/** Says that bytes are not the Badger records they should be. `offset` counts inside the bytes that were read. */
export class BadgerFault extends Error {
  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(problem);
  }
}
