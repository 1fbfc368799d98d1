// Removes U+FEFF, with which programs on Windows begin a text (RFC 8259 section 8.1 lets readers ignore it).

export const withoutByteOrderMark = (text: string): string => text.replace(/^\ufeff/, "");
