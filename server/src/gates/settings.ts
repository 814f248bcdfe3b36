/** The `gates` section of the configuration. */
export interface GateSettings {
  readonly profile: string | null;
  /** Overrides the detected test command. */
  readonly testCommand: string | null;
}
