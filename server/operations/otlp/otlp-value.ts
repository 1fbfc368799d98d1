// Values of OpenTelemetry's logs, for both encodings, and the limits of a message.

/** The most values in one message, at all depths. Each takes memory, however few bytes it has. */
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

/** A log record, in the words of the protocol. */
export interface OtlpRecord {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  body: OtlpValue;
  attributes: Pairs;
  droppedAttributesCount: number;
  flags: number;
  /** The id in hexadecimal digits. */
  traceId: string;
  spanId: string;
  eventName: string;
}

/** The origin of a log: what sent it. */
export interface OtlpOrigin {
  resource: Pairs;
  scope: { name: string; version: string; attributes: Pairs };
}

/** Called with each record. */
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

/** Counts the values of a message. */
export class Budget {
  #values = 0;

  /**
   * Counts one value.
   * @throws OtlpFault
   */
  take(depth = 0): void {
    if (++this.#values > MOST_VALUES)
      throw new OtlpFault("too-many-values", `the body holds more than ${MOST_VALUES} values`);
    if (depth > DEEPEST)
      throw new OtlpFault("too-many-values", `the body nests values deeper than ${DEEPEST}`);
  }
}
