/** What is taken of somebody else's file. */

/** Characters of the file: its objects take some ten times the room. */
export const FILE_MAX = 64 * 1024 * 1024;

/** Exchanges; a list of more is no use to a reader. */
export const ENTRIES_MAX = 10_000;

/** Header lines of one message; servers take a hundred or two. */
export const HEADERS_MAX = 1000;

/** Characters of a header, a target or a reason: as much as a head may have here. */
export const TEXT_MAX = 64 * 1024;

/** Characters of names, addresses and other short things. */
export const NAME_MAX = 1024;

/** Bytes of one body or message. */
export const BODY_MAX = 4 * 1024 * 1024;

/** Messages of one WebSocket. */
export const MESSAGES_MAX = 10_000;

/** Sentences about what was wrong. */
export const PROBLEMS_MAX = 100;
