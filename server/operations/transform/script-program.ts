// Makes a program of a user's script that handles many records at once, since compiling takes a hundred times as long as
// running. Records come and go as JSON, so that every name and number stays as it is.

/**
 * Each record is `.` in turn. Values that JSON can't hold are written as FlowG does: timestamps, 64-bit integers, and bytes
 * that aren't UTF-8. `replace` turns such bytes into UTF-8, so they differ afterwards.
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
