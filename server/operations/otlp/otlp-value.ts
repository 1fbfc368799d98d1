// Values of OpenTelemetry's logs, as they come out of either encoding, and the limits that hold while they do.

/** Most values in one message, of all depths: each takes memory, however few bytes it has. */
const MOST_VALUES = 500_000;
export const DEEPEST = 50;

export type OtlpValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | { list: OtlpValue[] }
  | { pairs: Pairs }
  | undefined;

export type Pairs = [name: string, value: OtlpValue][];

/** A record of a log, in the words of its protocol. */
export interface OtlpRecord {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  body: OtlpValue;
  attributes: Pairs;
  droppedAttributesCount: number;
  flags: number;
  /** In hexadecimal digits. */
  traceId: string;
  spanId: string;
  eventName: string;
}

/** What sent it. */
export interface OtlpOrigin {
  resource: Pairs;
  scope: { name: string; version: string; attributes: Pairs };
}

/** Told of each record. */
export type OnRecord = (record: OtlpRecord, origin: OtlpOrigin) => void;

/** A message that can't be read, or holds too much. */
export class OtlpFault extends Error {
  constructor(
    readonly problem: "too-many-values" | "not-otlp",
    message: string,
  ) {
    super(message);
  }
}

/** Counts what a message holds. */
export class Budget {
  #values = 0;

  /** @throws OtlpFault */
  take(depth = 0): void {
    if (++this.#values > MOST_VALUES)
      throw new OtlpFault("too-many-values", `the body holds more than ${MOST_VALUES} values`);
    if (depth > DEEPEST)
      throw new OtlpFault("too-many-values", `the body nests values deeper than ${DEEPEST}`);
  }
}
