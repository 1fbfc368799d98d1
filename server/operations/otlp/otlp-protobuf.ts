// Reads ExportLogsServiceRequest in protobuf (opentelemetry-proto, collector/logs/v1, logs/v1, common/v1), field by field, with
// the reader that also reads FlowG's backups. A library would first make an object of every inner message, and each of these
// can be as short as two bytes.

import { BadgerFault } from "../../formats/badger-fault.js";
import {
  fieldOf,
  ProtobufReader,
  WIRE_BYTES,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_VARINT,
  wireOf,
} from "../../formats/protobuf-reader.js";
import {
  Budget,
  type OnRecord,
  OtlpFault,
  type OtlpOrigin,
  type OtlpRecord,
  type OtlpValue,
  type Pairs,
} from "./otlp-value.js";

/**
 * Reads a message, and calls `onRecord` with each record.
 * @throws OtlpFault
 */
export function readOtlpProtobuf(bytes: Uint8Array, onRecord: OnRecord): void {
  try {
    new Reading(bytes, onRecord).request();
  } catch (error) {
    if (!(error instanceof BadgerFault)) throw error;
    throw new OtlpFault("not-otlp", `at byte ${error.offset}, ${error.problem}`);
  }
}

/** Reads fields, by their number and wire type. Each function reads a field up to the given end. */
type Fields = Record<number, (end: number) => void>;

const of = (field: number, wire: number): number => field * 8 + wire;

class Reading {
  readonly #reader: ProtobufReader;
  readonly #view: DataView;
  readonly #budget = new Budget();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly onRecord: OnRecord,
  ) {
    this.#reader = new ProtobufReader(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  request(): void {
    this.#message(this.bytes.length, {
      [of(1, WIRE_BYTES)]: (end) => this.#resourceLogs(end),
    });
  }

  /** Fields may come in any order, so it reads twice: first the resource, then the records. */
  #resourceLogs(end: number): void {
    this.#budget.take();
    const start = this.#reader.at;
    const resource: Pairs = [];
    this.#message(end, {
      [of(1, WIRE_BYTES)]: (to) =>
        this.#message(to, { [of(1, WIRE_BYTES)]: (at) => resource.push(this.#keyValue(at)) }),
    });
    this.#reader.at = start;
    this.#message(end, { [of(2, WIRE_BYTES)]: (to) => this.#scopeLogs(to, resource) });
  }

  #scopeLogs(end: number, resource: Pairs): void {
    this.#budget.take();
    const start = this.#reader.at;
    const origin: OtlpOrigin = { resource, scope: { name: "", version: "", attributes: [] } };
    const { scope } = origin;
    this.#message(end, {
      [of(1, WIRE_BYTES)]: (to) =>
        this.#message(to, {
          [of(1, WIRE_BYTES)]: (at) => {
            scope.name = this.#text(at);
          },
          [of(2, WIRE_BYTES)]: (at) => {
            scope.version = this.#text(at);
          },
          [of(3, WIRE_BYTES)]: (at) => scope.attributes.push(this.#keyValue(at)),
        }),
    });
    this.#reader.at = start;
    this.#message(end, {
      [of(2, WIRE_BYTES)]: (to) => this.onRecord(this.#record(to), origin),
    });
  }

  #record(end: number): OtlpRecord {
    this.#budget.take();
    const record: OtlpRecord = emptyRecord();
    this.#message(end, {
      [of(1, WIRE_FIXED64)]: () => {
        record.timeUnixNano = this.#fixed64();
      },
      [of(11, WIRE_FIXED64)]: () => {
        record.observedTimeUnixNano = this.#fixed64();
      },
      [of(2, WIRE_VARINT)]: (to) => {
        record.severityNumber = Number(BigInt.asIntN(32, this.#reader.bigVarint(to)));
      },
      [of(3, WIRE_BYTES)]: (to) => {
        record.severityText = this.#text(to);
      },
      [of(5, WIRE_BYTES)]: (to) => {
        record.body = this.#value(to);
      },
      [of(6, WIRE_BYTES)]: (to) => record.attributes.push(this.#keyValue(to)),
      [of(7, WIRE_VARINT)]: (to) => {
        record.droppedAttributesCount = Number(BigInt.asUintN(32, this.#reader.bigVarint(to)));
      },
      [of(8, WIRE_FIXED32)]: () => {
        record.flags = this.#view.getUint32(this.#reader.at - 4, true);
      },
      [of(9, WIRE_BYTES)]: (to) => {
        record.traceId = Buffer.from(this.#take(to)).toString("hex");
      },
      [of(10, WIRE_BYTES)]: (to) => {
        record.spanId = Buffer.from(this.#take(to)).toString("hex");
      },
      [of(12, WIRE_BYTES)]: (to) => {
        record.eventName = this.#text(to);
      },
    });
    return record;
  }

  #keyValue(end: number, depth = 0): Pairs[number] {
    let name = "";
    let value: OtlpValue;
    this.#message(end, {
      [of(1, WIRE_BYTES)]: (to) => {
        name = this.#text(to);
      },
      [of(2, WIRE_BYTES)]: (to) => {
        value = this.#value(to, depth);
      },
    });
    return [name, value];
  }

  /** Reads a value. Of several, the last counts, as for every field that can't be repeated. */
  #value(end: number, depth = 0): OtlpValue {
    this.#budget.take(depth);
    let value: OtlpValue;
    this.#message(end, {
      [of(1, WIRE_BYTES)]: (to) => {
        value = this.#text(to);
      },
      [of(2, WIRE_VARINT)]: (to) => {
        value = this.#reader.varint(to) !== 0;
      },
      [of(3, WIRE_VARINT)]: (to) => {
        value = BigInt.asIntN(64, this.#reader.bigVarint(to));
      },
      [of(4, WIRE_FIXED64)]: () => {
        value = this.#view.getFloat64(this.#reader.at - 8, true);
      },
      [of(5, WIRE_BYTES)]: (to) => {
        const list: OtlpValue[] = [];
        this.#message(to, { [of(1, WIRE_BYTES)]: (at) => list.push(this.#value(at, depth + 1)) });
        value = { list };
      },
      [of(6, WIRE_BYTES)]: (to) => {
        const pairs: Pairs = [];
        this.#message(to, {
          [of(1, WIRE_BYTES)]: (at) => pairs.push(this.#keyValue(at, depth + 1)),
        });
        value = { pairs };
      },
      [of(7, WIRE_BYTES)]: (to) => {
        value = this.#take(to);
      },
    });
    return value;
  }

  /** Reads these fields of a message, and skips others, which later versions may have. */
  #message(end: number, fields: Fields): void {
    const reader = this.#reader;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const read = fields[of(fieldOf(tag), wireOf(tag))];
      if (wireOf(tag) === WIRE_BYTES) {
        const to = reader.lengthEnd(end);
        if (read) read(to);
        reader.at = to;
      } else if (wireOf(tag) === WIRE_VARINT && read) read(end);
      else {
        reader.skip(tag, end);
        // a field of fixed length lies just before
        if (wireOf(tag) !== WIRE_VARINT) read?.(end);
      }
    }
  }

  #take(end: number): Uint8Array {
    const bytes = this.bytes.subarray(this.#reader.at, end);
    this.#reader.at = end;
    return bytes;
  }

  #text(end: number): string {
    return TEXT.decode(this.#take(end));
  }

  #fixed64(): bigint {
    return this.#view.getBigUint64(this.#reader.at - 8, true);
  }
}

/** An invalid character becomes U+FFFD, as everywhere in this program. */
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });

export const emptyRecord = (): OtlpRecord => ({
  timeUnixNano: 0n,
  observedTimeUnixNano: 0n,
  severityNumber: 0,
  severityText: "",
  body: undefined,
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
  traceId: "",
  spanId: "",
  eventName: "",
});
