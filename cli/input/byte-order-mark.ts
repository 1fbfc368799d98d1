// Programs on Windows begin a text with U+FEFF, which isn't part of it (RFC 8259 section 8.1 lets readers ignore it).

export const withoutByteOrderMark = (text: string): string => text.replace(/^\ufeff/, "");
