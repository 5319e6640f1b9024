/** A local server that subjects lead to. */
export interface Upstream {
  readonly port: number;
  stop(): Promise<void>;
}
