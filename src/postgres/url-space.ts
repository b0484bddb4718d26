/** Room for databases of ours on somebody else's server. */
export interface UrlSpace {
  /**
   * Makes one with the migrated schema.
   * @returns its connection URL.
   */
  create(name: string): Promise<string>;
  /** Drops it, its open connections notwithstanding. */
  drop(name: string): Promise<void>;
  /** Drops what was shared with other runs, unless one of them goes on. */
  release(): Promise<void>;
}
