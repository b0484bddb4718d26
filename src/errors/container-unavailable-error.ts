import { TestkitError } from "./testkit-error.ts";

/**
 * There can be no container here: the package testcontainers is not installed, or no container engine answers. A class of its own, so
 * that a suite can tell it from a container that failed. Its code is `CONTAINER_UNAVAILABLE`.
 */
export class ContainerUnavailableError extends TestkitError {
  constructor(what: string, cause?: unknown) {
    super("CONTAINER_UNAVAILABLE", { what, cause });
    this.name = "ContainerUnavailableError";
  }
}
