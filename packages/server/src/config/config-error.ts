// What a wrong configuration throws, before anything is opened.

/** Why a configuration is refused; both are in the error registry. */
export type ConfigErrorCode = "config_invalid" | "issuer_insecure";

/** Thrown by `createLatchkey` for a configuration that cannot be used. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
