/** A term that cannot be used; the message is a sentence for whoever wrote it. */
export class Unreadable extends Error {}
