/** A process whose CPU time and memory are read; `role` is the same for like parts of subjects. */
export interface Part {
  readonly role: 'proxy' | 'relay' | 'client';
  readonly pid: number;
}

/** Where a started subject answers. */
export interface Target {
  /** On 127.0.0.1. */
  readonly port: number;
  /** `Host` that leads to the upstream. */
  readonly hostHeader: string;
  readonly parts: readonly Part[];
}

/** A started subject; its owner stops it. */
export interface Running extends Target {
  stop(): Promise<void>;
}

/** One way to reach a local server. */
export interface Subject {
  readonly name: string;
  /** One line for the report. */
  readonly about: string;
  /** Why it cannot run here; undefined when it can. May fetch what it needs. */
  missing(): Promise<string | undefined>;
  /** Puts itself before `127.0.0.1:upstreamPort`; `folder` is its own and removed for it. */
  start(upstreamPort: number, folder: string): Promise<Running>;
}
