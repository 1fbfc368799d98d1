// A script of the user's as a program over many records: compiling takes a hundred times as long as running does. Records
// come and go as JSON, so that every name and every number gets through as it is.

/**
 * Each record is `.` in turn. What JSON has no form for is written as FlowG does: moments, integers of 64 bits, and bytes that
 * aren't UTF-8 (`replace` makes them UTF-8, and then they differ).
 */
export const programOf = (script: string): string => `
flowg_left = map_values(array!(.)) -> |flowg_json| {
. = object!(parse_json!(string!(flowg_json)))
% = {}
${script}
.
}
flowg_left = map_values(flowg_left, recursive: true) -> |flowg_value| {
  if is_timestamp(flowg_value) {
    format_timestamp!(flowg_value, "%F %T%.f UTC")
  } else if is_integer(flowg_value) {
    to_string!(flowg_value)
  } else if is_string(flowg_value) && contains(string!(flowg_value), "\u{FFFD}") && replace(string!(flowg_value), "a", "a") != flowg_value {
    "#ERROR#"
  } else {
    flowg_value
  }
}
map_values(flowg_left) -> |flowg_record| { encode_json(flowg_record) }
`;
